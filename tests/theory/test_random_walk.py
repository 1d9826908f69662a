"""`winset war theory/random-walk` against the closed forms of the gambler's ruin.

    W = (1 - r^n) / (1 - r^N), r = (1-p)/p;   D = (N W - n) / (2p - 1);   p = 1/2: n/N and n (N - n)

(Feller 1968, ch. XIV; Smith and Stam 2004), through the command line.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from winset.cli import main

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WINSET_SHARED", ROOT.parent / "shared"))
ANCHORS = SHARED / "data" / "game_theory" / "anchors.json"
NEEDS_ANCHORS = pytest.mark.skipif(
    not ANCHORS.is_file(),
    reason="no anchors.json beside this checkout; WINSET_SHARED names its home",
)


def war(capsys: pytest.CaptureFixture[str], *more: str, **numbers: float) -> dict[str, Any]:
    sets = [
        part
        for name, x in numbers.items()
        for part in ("--set", f"{name.replace('_of_', '.')}={x}")
    ]
    assert main(["war", "theory/random-walk", *sets, *more, "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def closed_form(forts: float, start: float, p: float) -> tuple[float, float]:
    if p == 0.5:
        return start / forts, start * (forts - start)
    r = (1 - p) / p
    wins = (1 - r**start) / (1 - r**forts)
    return wins, (forts * wins - start) / (2 * p - 1)


def agrees(found: dict[str, float], expected: float, least: float = 1e-12) -> bool:
    return abs(found["mean"] - expected) <= 3 * found["se"] + least


def check(document: dict[str, Any], wins: float, months: float, k_a: float, k_b: float) -> None:
    assert agrees(document["outcomes"]["a_wins"], wins)
    assert agrees(document["outcomes"]["b_wins"], 1 - wins)
    assert agrees(document["months"], months)
    assert agrees(document["value"]["a"], wins - k_a * months)
    assert agrees(document["value"]["b"], 1 - wins - k_b * months)
    assert document["months"]["se"] < 0.005 * months
    for side in "ab":
        assert document["value"][side]["se"] < 0.002
    assert document["still_at_war"]["mean"] == 0


@pytest.mark.skipif(
    not ANCHORS.is_file(), reason=f"no anchors beside this checkout ({ANCHORS.name})"
)
def test_the_anchors(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row for row in json.loads(ANCHORS.read_text()) if row["id"].startswith("walk_N")]
    assert len(rows) == 4
    for row in rows:
        given, expected = row["inputs"], row["expected"]
        k_a, k_b = given["k_A"], given["k_B"]
        numbers = {"forts": given["N"], "start": given["n"], "win_chance": given["p"]}
        document = war(capsys, cost_of_a=k_a, cost_of_b=k_b, **numbers)
        check(document, expected["win_A"], expected["duration"], k_a, k_b)
        # The anchors' range runs from a's reservation value to b's.
        assert agrees(document["value"]["a"], expected["lo"])
        assert agrees(document["value"]["b"], 1 - expected["hi"])
        assert closed_form(*numbers.values()) == pytest.approx(
            (expected["win_A"], expected["duration"]), rel=1e-8
        )


@pytest.mark.skipif(
    not ANCHORS.is_file(), reason=f"no anchors beside this checkout ({ANCHORS.name})"
)
def test_the_discounted_anchor(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = (r for r in json.loads(ANCHORS.read_text()) if r["id"] == "walk_discounted")
    given = row["inputs"]
    document = war(
        capsys,
        forts=given["N"],
        start=given["n"],
        win_chance=given["p"],
        discount=given["delta"],
        cost_of_a=given["k_A"],
        cost_of_b=given["k_B"],
    )
    assert agrees(document["value"]["a"], row["expected"]["v_A"])
    assert agrees(document["value"]["b"], row["expected"]["v_B"])


@pytest.mark.parametrize(
    ("forts", "start", "p", "k_a", "k_b"),
    [
        (10, 4, 0.6, 0.005, 0.01),
        (6, 3, 0.5, 0.02, 0.0),
        (12, 2, 0.35, 0.01, 0.003),
        (3, 1, 0.9, 0.1, 0.2),
        (16, 8, 0.48, 0.001, 0.001),
        (2, 1, 0.25, 0.0, 0.5),
    ],
)
def test_other_parameters(
    capsys: pytest.CaptureFixture[str], forts: int, start: int, p: float, k_a: float, k_b: float
) -> None:
    numbers = {"forts": forts, "start": start, "win_chance": p}
    document = war(capsys, cost_of_a=k_a, cost_of_b=k_b, **numbers)
    check(document, *closed_form(forts, start, p), k_a, k_b)


def test_a_spread_chance_is_the_mean_over_it(capsys: pytest.CaptureFixture[str]) -> None:
    # Two-valued quantities are no part of the language: check the mean over a uniform spread, which
    # 10 and 90% at .45 and .55 make logistic about .5. By symmetry W = n/N exactly.
    sets = ("--set", "win_chance=0.45,0.5,0.55", "--set", "start=5")
    document = war(capsys, *sets)
    assert agrees(document["outcomes"]["a_wins"], 0.5)
    assert document["months"]["mean"] < 25 - 3 * document["months"]["se"]


def test_the_horizon_splits_the_prize_by_forts(capsys: pytest.CaptureFixture[str]) -> None:
    document = war(capsys, "--months", "1", forts=10, start=4, win_chance=0.6, cost_of_a=0.02)
    assert document["still_at_war"] == {"mean": 1.0, "se": 0.0}
    assert document["months"] == {"mean": 1.0, "se": 0.0}
    assert agrees(document["value"]["a"], 0.6 * 0.5 + 0.4 * 0.3 - 0.02)


def test_a_war_already_won_takes_no_month(capsys: pytest.CaptureFixture[str]) -> None:
    document = war(capsys, forts=4, start=4)
    assert document["outcomes"]["a_wins"] == {"mean": 1.0, "se": 0.0}
    assert document["months"]["mean"] == 0 and document["value"]["a"]["mean"] == 1


def test_the_same_seed_is_the_same_war_on_any_number_of_workers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ("--draws", "64", "--paths", "300")
    one = war(capsys, *small, "--workers", "1")
    assert one == war(capsys, *small, "--workers", "2")
    other = war(capsys, *small, "--seed", "2")
    assert one["months"] != other["months"]
    wins, months = closed_form(10, 4, 0.6)
    for document in (one, other):
        assert agrees(document["outcomes"]["a_wins"], wins)
        assert agrees(document["months"], months)


def test_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["war", "theory/random-walk"]) == 0
    lines = capsys.readouterr().out.splitlines()
    text = "\n".join(lines)
    assert max(map(len, lines)) <= 100 and len(lines) <= 40
    for part in ("a holds every fort", "Months fought", "Value to Party A", "month 12", "81."):
        assert part in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--worldview", "rosy"], "no worldview 'rosy'"),
        (["--strategy", "bold"], "no strategy 'bold'"),
        (["--set", "win_chanse=0.5"], "win_chanse"),
        (["--set", "win_chance=0", "--set", "start=5", "--set", "cost.a=1/0"], "cost.a"),
    ],
)
def test_wrong_input_ends_with_2_and_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(["war", "theory/random-walk", *arguments]) == 2
    assert says in capsys.readouterr().err
