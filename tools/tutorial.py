"""Runs the cells of a tutorial notebook and writes their outputs into it.

    python tools/tutorial.py docs/tutorial/first-study.ipynb

Each code cell runs as it stands, one after another in one namespace; printed text and the value of
the last line become its outputs, a figure as SVG. Needs nothing that winset does not.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

KINDS = {"image/svg+xml", "text/plain"}


def shown(value: Any) -> dict[str, Any]:
    """What a notebook keeps of a value."""
    if hasattr(value, "_repr_mimebundle_"):
        bundle: dict[str, Any] = value._repr_mimebundle_(include=KINDS)
        return bundle
    found = {"text/plain": repr(value)}
    html = value._repr_html_() if hasattr(value, "_repr_html_") else None
    return {"text/html": html, **found} if html else found


def execute(
    book: dict[str, Any], after: Callable[[dict[str, Any]], None] = lambda names: None
) -> dict[str, Any]:
    """Run every code cell in place and return the names they left. after: may change the names
    once a cell has run.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        count += 1
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(tree, f"cell {count}", "exec"), names)
            value = None
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), f"cell {count}", "eval"), names)
        outputs: list[dict[str, Any]] = []
        if said.getvalue():
            outputs.append(
                {"output_type": "stream", "name": "stdout", "text": lines(said.getvalue())}
            )
        if value is not None:
            data = {kind: lines(text) for kind, text in shown(value).items()}
            outputs.append(
                {"output_type": "execute_result", "execution_count": count, "data": data,
                 "metadata": {}}
            )  # fmt: skip
        cell["outputs"], cell["execution_count"] = outputs, count
        after(names)
    return names


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    execute(book)
    path.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
