"""Published negotiation domains (Genius, TU Delft), solved by others.

The files are copyleft and stay outside the repository: the tests skip where they are not beside it.
On the Genius scale an evaluation is divided by the largest of its issue and weighted.
"""

import csv
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from winset.deals import (
    Payoff,
    Space,
    egalitarian,
    frontier,
    kalai_smorodinsky,
    nash,
    overlap,
    utilitarian,
    value,
)

from .small import every_package

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("WINSET_SHARED", ROOT.parent / "shared")) / "data" / "domains"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="no shared/data/domains beside the checkout"
)

# Parties in the order of the table: by the names of the profile files.
PROFILES = {
    "Laptop": ("laptop_buyer_utility", "laptop_seller_utility"),
    "ItexvsCypress": ("ItexvsCypress_Cypress", "ItexvsCypress_Itex"),
    "EnglandZimbabwe": ("England", "Zimbabwe"),
    "Grocery": ("Grocery_domain_mary", "Grocery_domain_sam"),
}


def profile(domain, name):
    root = ET.parse(DATA / domain / f"{name}.xml").getroot()
    weights = {w.get("index"): float(w.get("value")) for w in root.iter("weight")}
    issues = {}
    for issue in root.iter("issue"):
        items = {i.get("value"): float(i.get("evaluation")) for i in issue.iter("item")}
        top = max(items.values())
        issues[issue.get("name")] = {
            option: weights[issue.get("index")] * e / top for option, e in items.items()
        }
    return issues


def load(domain):
    one, two = (profile(domain, name) for name in PROFILES[domain])
    space = Space(tuple(one), tuple(tuple(options) for options in one.values()))
    payoffs = [
        Payoff(tuple(np.array([p[i][o] for o in options]) for i, options in one.items()))
        for p in (one, two)
    ]
    return space, *payoffs


def rows(name):
    with open(DATA / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("domain", PROFILES)
def test_frontiers_equal_the_published_ones(domain):
    wanted = [
        (float(r["u1"]), float(r["u2"]))
        for r in rows("pareto_genius_scale.csv")
        if r["domain"] == domain
    ]
    found = frontier(*load(domain)).values
    assert found.shape == (len(wanted), 2)
    np.testing.assert_allclose(found, sorted(wanted), atol=2e-9)


@pytest.mark.parametrize("domain", PROFILES)
def test_solution_points_equal_those_of_others(domain):
    space, a, b = load(domain)
    points = frontier(space, a, b)
    (row,) = (
        r for r in rows("negmas_solutions.csv") if r["domain"] == domain and r["scale"] == "genius"
    )
    low, high = (np.array(row[c].split(), dtype=float) for c in ("u_min", "u_max"))
    none = tuple(np.maximum(low, np.array(row["reserved"].split(), dtype=float)))
    assert points.values.max(axis=0) == pytest.approx(high, abs=1e-9)
    for solution, column in (
        (nash, "nash"),
        (egalitarian, "kalai_egalitarian"),
        (kalai_smorodinsky, "ks_maxmin_textbook"),
        (utilitarian, "utilitarian"),
    ):
        wanted = np.array(row[column].split(), dtype=float)
        assert solution(points, none).values == pytest.approx(wanted, abs=2e-9), column


def test_published_nash_and_ks_points():
    for row in rows("published_values.csv"):
        kind = {"Nash point": nash, "Kalai-Smorodinsky point": kalai_smorodinsky}
        if row["domain"] not in PROFILES or row["quantity"] not in kind:
            continue
        points = frontier(*load(row["domain"]))
        found = kind[row["quantity"]](points, (0.0, 0.0)).values
        wanted = sorted(float(x) for x in row["published"].split()[:2])
        assert sorted(found) == pytest.approx(wanted, abs=0.0051), row


def test_a_reservation_of_half_on_the_576_packages():
    space, a, b = load("EnglandZimbabwe")
    packages = every_package(space)
    values = np.stack([value(a, packages)[0], value(b, packages)[0]], axis=1)
    assert space.size == 576
    assert (values >= 0.5).all(axis=1).sum() == 298
    assert len(overlap(frontier(space, a, b), (0.5, 0.5))) == 23
