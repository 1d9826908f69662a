"""Outlines for a scenario's `map` from a TopoJSON file of its regions.

    python tools/outline.py SHAPES.topo.json NAME=ID[,ID...][+ID...] ... > outlines.yaml

NAME is the region in the scenario, ID the `name` of a shape in the file. A comma sets shapes side
by side in one region, `+` joins them and drops the border between. Arcs are simplified one by one
(Douglas and Peucker 1973), so that neighbours keep one border; islands too small to be seen go.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

Point = tuple[float, float]
#: degrees a line may move, and the least side of an island
TOLERANCE = 0.022
SMALLEST = 0.12


def simple(line: list[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """The line with fewer points, its ends kept."""
    if len(line) < 3:
        return line
    (x0, y0), (x1, y1) = line[0], line[-1]
    squash = math.cos(math.radians(y0))
    dx, dy = (x1 - x0) * squash, y1 - y0
    length = math.hypot(dx, dy)

    def off(point: Point) -> float:
        px, py = (point[0] - x0) * squash, point[1] - y0
        return abs(px * dy - py * dx) / length if length > 1e-9 else math.hypot(px, py)

    far = max(range(1, len(line) - 1), key=lambda i: off(line[i]))
    if off(line[far]) <= tolerance:
        return [line[0], line[-1]]
    return simple(line[: far + 1], tolerance)[:-1] + simple(line[far:], tolerance)


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        found.append(simple(line))
    return found


def rings_of(shapes: list[dict[str, Any]], arcs: list[list[Point]]) -> list[list[Point]]:
    """Rings of shapes taken together: arcs used twice are borders within, and go."""
    used: list[int] = []
    for shape in shapes:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        used += [arc for polygon in polygons for ring in polygon for arc in ring]
    count = Counter(a if a >= 0 else ~a for a in used)
    left = [a for a in used if count[a if a >= 0 else ~a] == 1]
    lines = [arcs[a] if a >= 0 else arcs[~a][::-1] for a in left]
    rings = []
    while lines:
        ring = lines.pop(0)
        while ring[0] != ring[-1]:
            nearest = next(i for i, line in enumerate(lines) if line[0] == ring[-1])
            ring = ring + lines.pop(nearest)[1:]
        wide = max(p[0] for p in ring) - min(p[0] for p in ring)
        tall = max(p[1] for p in ring) - min(p[1] for p in ring)
        if len(ring) > 3 and max(wide, tall) >= SMALLEST:
            rings.append(ring[:-1])
    return sorted(rings, key=len, reverse=True)


def main(source: Path, wanted: list[str]) -> None:
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    shapes = {
        shape["properties"]["name"]: shape
        for body in topology["objects"].values()
        for shape in body["geometries"]
        if shape.get("properties", {}).get("name")
    }
    for pair in wanted:
        name, _, ids = pair.partition("=")
        print(f"{name}:")
        for joined in ids.split(","):
            for ring in rings_of([shapes[i] for i in joined.split("+")], arcs):
                print("  - " + " ".join(f"{x:.2f},{y:.2f}" for x, y in ring))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
