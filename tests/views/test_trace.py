"""One path in words."""

import json

import numpy as np
import pytest
from fake_cells import FakeScenario, small, trace

from winset.talks.cell import Settings, TraceMonth
from winset.views.console import trace_json, trace_lines


@pytest.fixture
def months() -> list[TraceMonth]:
    return trace(FakeScenario(small()), "article", "three_legs", Settings(), 0, 2)


def test_a_path_is_told_month_by_month(months: list[TraceMonth]) -> None:
    lines = trace_lines(FakeScenario(small()).spec, "three_legs under article", months)
    assert max(len(line) for line in lines) <= 100
    text = "\n".join(lines)
    flat = " ".join(text.split())
    assert lines[0] == "three_legs under article"
    assert "  0  Nov 2025  front 10, manpower 500k" in text
    assert "  5  Apr 2026  front 15" in text
    assert "levers  aid 0.50, offer 0.20" in text
    assert "levers  aid 0.50 -> 0.80" in text
    assert text.count("levers") == 2  # said when they change, and only then
    assert "talks   asked to sign: Territory: line; money: 0.5" in text
    assert "talks   asked to sign: the same text" in text
    assert "Russia -0.040 (fighting on 0.500, accepts 10%)" in flat
    assert "Russia refuses: 0.040 of its stake worse than fighting on" in flat
    assert "all accept, ratified (chance 70%): signed" in text


def test_why_one_refuses_though_it_would_gain(months: list[TraceMonth]) -> None:
    from dataclasses import replace

    spec = FakeScenario(small()).spec
    met = replace(months[2], gains={"russia": 0.02}, accepted={"russia": False})
    error = "\n".join(trace_lines(spec, "", [met]))
    assert "Russia refuses though it would gain 0.020: an error of acceptance" in error
    unlikely = "\n".join(trace_lines(spec, "", [replace(met, ratification=0.1)]))
    assert "ratification is unlikely (10%)" in unlikely
    home = replace(months[2], accepted={"russia": True}, event="talks failed")
    assert "all accept, not ratified (chance 70%)" in "\n".join(trace_lines(spec, "", [home]))
    none = replace(months[2], text=None)
    assert "no text was on the table" in "\n".join(trace_lines(spec, "", [none]))


def test_an_ending_is_told() -> None:
    spec = FakeScenario(small()).spec
    quiet = trace(FakeScenario(small()), "article", "three_legs", Settings(), 0, 0)[0]
    from dataclasses import replace

    ended = "\n".join(trace_lines(spec, "", [replace(quiet, event="ended")]))
    assert "event   ended" in ended
    assert "event" not in "\n".join(trace_lines(spec, "", [replace(quiet, event="war")]))


def test_as_data_it_is_json(months: list[TraceMonth]) -> None:
    data = json.loads(json.dumps(trace_json(months), allow_nan=False))
    assert [month["month"] for month in data] == list(range(6))
    assert data[2]["gains"] == {"ukraine": 0.05, "russia": -0.04}


def test_as_data_it_holds_no_nan_and_nothing_of_numpys(months: list[TraceMonth]) -> None:
    from dataclasses import replace

    odd = replace(months[2], met=np.True_, gains={"russia": np.float64("nan")})
    (data,) = json.loads(json.dumps(trace_json([odd]), allow_nan=False))
    assert data["met"] is True
    assert data["gains"] == {"russia": None}


def test_only_what_is_new_is_said() -> None:
    from dataclasses import replace

    data = small()
    data["hypotheses"] = {
        "breaks": {"values": ["soon", "late"], "prior": {"soon": 0.3, "late": 0.7}},
        "wants": {"values": ["a", "b", "c"], "prior": {"a": 0.2, "b": 0.3, "c": 0.5}},
    }
    start = trace(FakeScenario(small()), "article", "three_legs", Settings(), 0, 0)[0]
    beliefs = {"us.breaks.soon": 0.3, "us.breaks.late": 0.7, "us.wants.c": 0.5}
    months = [
        replace(start, state={"front": 100.0}, beliefs=beliefs),
        replace(start, month=1, state={"front": 104.0}, beliefs={**beliefs, "us.wants.c": 0.54}),
        replace(start, month=2, state={"front": 104.9}, beliefs=beliefs),
        replace(start, month=3, state={"front": 106.0}, beliefs={**beliefs, "us.wants.c": 0.56}),
        replace(start, month=4, state={"front": 106.0}, beliefs=beliefs | {"us.wants.c": 0.53}),
    ]
    lines = trace_lines(FakeScenario(data).spec, "", months)[1:]
    assert lines == [
        "  0  Nov 2025  front 100",
        "     levers  aid 0.50, offer 0.20",
        "     beliefs us.breaks.soon 0.30, us.wants.c 0.50",  # late follows from soon
        "1-2  much as before",
        "  3  Feb 2026  front 106",
        "     beliefs us.wants.c 0.56",
        "  4  much as before",
    ]
