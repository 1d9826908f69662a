"""Mangled scenarios: a check answers with problems and places, never with a crash."""

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valley import WALK, report, template, written

from winset.scenario import load

JUNK = [
    "null", "[]", "{}", "true", "1", "-1", "'x'", "x", "[a, b]", "{a: 1}", "1e400", "a.b",
    "held", "~",
    "0.5", "normal(0", "", "-", "'1'", "{low: 1, mid: 0, high: 2}", "1/0", "0**-1", "log(0)",
    "exp(1000)*exp(1000)", "[[1]]", "lever.arms", "south_wants.peace",
]  # fmt: skip
TOKEN = re.compile(r"[A-Za-z_][\w.]*|[\d.]+|\[[^\[\]]*\]|\{[^{}]*\}")


@st.composite
def mangled(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from([WALK, template()]))
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        i = draw(st.integers(0, len(lines) - 1))
        tokens = list(TOKEN.finditer(lines[i]))
        way = draw(st.sampled_from(["junk", "junk", "swap", "drop", "double"]))
        if way == "drop":
            lines[i] = ""
        elif way == "double":
            lines.insert(i, lines[i])
        elif tokens:
            token = draw(st.sampled_from(tokens))
            names = sorted(set(re.findall(r"[A-Za-z_][\w.]*", text)))
            new = draw(st.sampled_from(JUNK if way == "junk" else names))
            lines[i] = lines[i][: token.start()] + new + lines[i][token.end() :]
    return "\n".join(lines)


@settings(
    max_examples=100, deadline=3_000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mangled())
def test_a_mangled_scenario_is_checked_all_the_same(tmp_path: Path, text: str) -> None:
    found = report(tmp_path, text)
    if not found.ok:
        assert found.problems
        assert all(p.file.endswith("scenario.yaml") and p.message for p in found.problems)
        return
    assert found.scenario is not None
    for strategy in found.scenario.strategies:
        assert found.scenario.strategy(strategy).levers.keys() == found.scenario.spec.levers.keys()
    again = load(written(tmp_path, found.scenario.to_yaml(), "again.txt"))
    assert again == found.scenario
