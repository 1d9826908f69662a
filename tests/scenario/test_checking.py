"""What a check finds: names, references, numbers, evidence; every problem at once, with its place."""

# ruff: noqa: E501 (one case a line)

import re
from pathlib import Path

import pytest
from valley import FULL, WALK, changed, problems, report, template

from winset.scenario import bundled, check
from winset.scenario.findings import MAX_SHOWN


def only(folder: Path, old: str, new: str, text: str = FULL, **options: object) -> str:
    """The one problem that a change makes."""
    (said,) = problems(folder, changed(text, old, new), **options)
    return said.split("scenario.yaml", 1)[1]


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def test_good_scenarios_check_clean(tmp_path: Path) -> None:
    for text in (WALK, FULL, template()):
        found = report(tmp_path, text, strict=True)
        assert found.ok and found.problems == ()
    assert report(tmp_path, template()).warnings == ()
    assert report(tmp_path, WALK).counts == {"sourced": 5, "judged": 9, "unchecked": 0}


@pytest.mark.parametrize("name", sorted(bundled()))
def test_bundled_scenarios_check_clean(name: str) -> None:
    found = check(name)
    assert found.problems == ()


# (piece of the text, what replaces it, what is said)
BAD_NAMES = [
    ("chance: win_chance,", "chance: win_chanse,", r"events\.won\.chance: unknown name win_chanse .*did you mean win_chance"),
    ("start: start,", "start: held,", r"state\.held\.start: held is a stock and may not be read here .*allowed quantities"),
    ("rate: 1,", "rate: 1 + mood.calm,", r"flows\.lost\.rate: mood\.calm is a type of b and may not be read here"),
    ("when: held <= 0", "when: held <= deal.land", r"outcomes\.b_wins\.when: unknown name deal\.land"),
    ("rate: 1,", "rate: 1 + deal.prize.ALL,", r"flows\.lost\.rate: deal\.prize\.ALL is known only elsewhere"),
    ("war_cost: cost.a,", "war_cost: cost.a * mood.calm,", r"preferences\.a\.war_cost: mood\.calm is a type of b"),
    ("win_chance: 0.7}", "win_chance: held / 10}", r"worldviews\.high\.set\.win_chance\.formula: held is a stock"),
    ("{today: 0.5,", "{today: 0.5, delay: month,", r"levers\.arms\.delay: month is known only elsewhere"),
    ("{today: 0.5,", "{today: 0.5, delivered: levl * 2,", r"levers\.arms\.delivered: unknown name levl .*did you mean level"),
    ("when: held <= 0", "when: belief.c.weather.dry > 1", r"unknown name belief\.c\.weather\.dry"),
    ("{prize: 1}, scores: {prize: {ALL: 100", "{prize: heavy}, scores: {prize: {ALL: 100", r"preferences\.a\.weights\.prize\.formula: a number was due here, or a formula; unknown name heavy"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BAD_NAMES)
def test_names_that_may_not_be_read(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = only(tmp_path, old, new)
    assert re.search(said, found)
    assert found.startswith(f":{line_of(FULL, old)}: ")


def test_names_that_may_be_read(tmp_path: Path) -> None:
    reads = "weather.dry + lever.arms + luck + gap.a + belief.public.mood.calm + (month > 3)"
    text = changed(FULL, "derived:\n", "derived:\n  all: {value: " + reads + "}\n")
    text = changed(text, "war_cost: cost.b", "war_cost: cost.b * (1 + mood.calm + weather.wet)")
    text = changed(text, "b: {weights: {prize: 1}", "b: {weights: {prize: 1 + mood.angry}")
    text += "durability: {hazard: 0.01 * (1 + deal.prize.ALL + mood.calm + lever.arms.set), confidence: J}\n"
    text += "measures: {m: {value: held + signed + ended.a_wins + deal.prize.HALF}}\n"
    assert problems(tmp_path, text) == []


@pytest.mark.parametrize(
    "expression",
    ["__import__('os').system('x')", "open(held)", "held.__class__()", "(lambda: 1)()", "[1][0]", "f'{held}'", "'a'", "held if 1 else 2", "eval", "normal(1)", "held; held", "held = 1", "1 ++", "(" * 200 + "1" + ")" * 200, "-" * 3000 + "1", "1" + "0" * 400, "1e999", "not not " * 400 + "1", ""],
)  # fmt: skip
def test_expressions_that_are_none(tmp_path: Path, expression: str) -> None:
    quoted = "'" + expression.replace("'", "''") + "'"
    assert re.search(r":\d+: flows\.lost\.rate: ", only(tmp_path, "rate: 1,", f"rate: {quoted},"))


def test_random_terms_stand_only_in_the_step(tmp_path: Path) -> None:
    assert "a random term may not stand here" in only(
        tmp_path, "when: held <= 0", "when: 'normal(0, 1) > held'"
    )
    assert "a random term may not stand here" in only(
        tmp_path, "{value: 4,", "{formula: 'normal(4, 1)',"
    )


@pytest.mark.parametrize(
    ("old", "new", "circle"),
    [
        ("start: {value: 4,", "start: {formula: forts - start,", "start -> start"),
        ("cost.b: {value: 0.01,", "x: cost.b\n  cost.b: {formula: 2 * x,", "x -> cost.b -> x"),
        ("luck: {value: \"normal(0, 1) * held\"}", "luck: {value: held + loss}\n  loss: {value: luck - 1}", "luck -> loss -> luck"),
        ("{today: 0.5,", "{today: 0.5, delivered: level * luck,", None),
        ("cost.a: {low", "cost.b: cost.a, cost.a: {formula: cost.b + 1, low", None),
    ],
)  # fmt: skip
def test_circles_are_named(tmp_path: Path, old: str, new: str, circle: str | None) -> None:
    text = changed(FULL, old, new)
    if old.startswith("cost.a: {low"):
        text = changed(
            text, "formula: cost.b + 1, low: 0.001, mid: 0.002, high: 0.004", "formula: cost.b + 1"
        )
        circle = "cost.b -> cost.a -> cost.b"
    elif circle is None:
        text = changed(text, '"normal(0, 1) * held"', "lever.arms")
        circle = "luck -> lever.arms -> luck"
    (said,) = problems(tmp_path, text)
    assert f"a circle of definitions: {circle}" in said


BAD_REFERENCES = [
    ("derived:\n", 'observed: {o: {of: hold, points: {"1999-12": 3}}}\nderived:\n', r"observed\.o\.of: there is no such stock or derived value .*did you mean held"),
    ("derived:\n", 'observed: {o: {of: held, points: {"2999-01": 3}}}\nderived:\n', r"observed\.o\.points: a measurement lies before the first month"),
    ("derived:\n", 'observed: {o: {of: held, points: {"1999-13": 3}}}\nderived:\n', r"observed\.o\.points"),
    ("take_from: held,", "take_from: hold,", r"flows\.lost\.take_from: there is no such stock .*did you mean held"),
    ("changes: {held: 2},", "changes: {hold: 2},", r"events\.won\.changes\.hold: there is no such stock"),
    ("a_wins: {victor: a,", "a_wins: {victor: c,", r"outcomes\.a_wins\.victor: there is no such party"),
    ("imposes: {prize: ALL}", "imposes: {prise: ALL}", r"there is no such issue .*did you mean prize"),
    ("imposes: {prize: ALL}", "imposes: {prize: AL}", r"issue prize has no such option .*did you mean ALL"),
    ("imposes: {prize: ALL}", "imposes: {prize: 0.5}", r"issue prize is not divisible"),
    ("no_deal: HALF", "no_deal: HALVE", r"issues\.prize\.no_deal: issue prize has no such option .*did you mean HALF"),
    ("    no_deal: HALF\n", "", r"issues\.prize\.no_deal: what holds with no deal is missing"),
    ("power: [a, b]", "power: [b]", r"outcomes\.a_wins\.imposes\.prize: a could not impose this: prize is not in its power .*allowed b"),
    ("a_wins: {victor: a, when", "a_wins: {when", r"name the `victor`"),
    ("{prize: {ALL: 100, HALF: 50, NONE: 0}}", "{prize: {ALL: 100, HALF: 50}}", r"no score for NONE"),
    ("set: {win_chance: 0.7}", "set: {win_chanc: 0.7}", r"there is no such quantity .*did you mean win_chance"),
    ("set: {win_chance: 0.7}", "set: {b.score.prize.HALF: 4}", r"an expression of the state or of a type cannot be set"),
    ("{label: High,", "{label: High, disable: [wonn],", r"there is no such flow, event or signal .*did you mean won"),
    ("sources: SS04}\nevents", "sources: SS4}\nevents", r"flows\.lost\.sources: there is no such source .*did you mean SS04"),
    ("known_to: [b]", "known_to: [c]", r"there is no such party"),
    ("prior: {calm: 0.5, angry: 0.5}", "prior: {calm: 1}", r"a chance is missing for angry"),
    ("prior: {calm: 0.5, angry: 0.5}", "prior: {calm: 0.5, angry: 0.4}", r"the chances sum to 0\.9 at mid values under worldview high .*allowed 1"),
    ("prior: {calm: 0.5, angry: 0.5}", "prior: {calm: 1.5, angry: -0.5}", r"not a chance: 1\.5 at mid values"),
    ("  b: {name: B}", "  b: {name: B}\n  c: {name: C}", r"signatory c has no preferences"),
    ("chance: win_chance,", "chance: win_chance, rate: 1,", r"an event needs a `rate` or a `chance`, one of them"),
    ("take_from: held,", "", r"a flow needs a stock"),
    ("{today: 0.5,", "{today: 1.5,", r"levers\.arms\.today: .*less than or equal to 1"),
    ("forts: {value: 10,", "month: {value: 10,", r"this name has a meaning of its own"),
    ("start: {value: 4,", "held: {value: 4,", r"state\.held: this name is taken by quantities\.held"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BAD_REFERENCES)
def test_references_that_lead_nowhere(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = changed(FULL.replace(", sources: SS04}\nevents", ", sources: SS04}\nevents"), old, new)
    found = problems(tmp_path, text)
    assert any(re.search(said, one) for one in found), found
    assert len(found) <= 4


BAD_NUMBERS = [
    ("mid: 0.6", "mid: 0.8", r"quantities\.win_chance: low, mid and high must rise"),
    ("mid: 0.6", "mid: 0.5501", r"too lopsided for a metalog"),
    ("mid: 0.6, ", "", r"it needs low, mid and high"),
    ("high: 0.65", "high: 1.65", r"1\.65 lies beyond its bound 1"),
    ("low: 0.55", "low: 0.55, value: 3", r"one way to say the number is enough .*low/mid/high and value"),
    ("start: {value: 4,", "start: {value: 12,", r"state\.held\.start: the start 12 lies outside the bounds at mid values"),
    ("start: {value: 4,", "start: {value: four,", r"quantities\.start\.value: a number is due here .*found 'four'"),
    ("start: {value: 4,", "start: {value: '4',", r"quantities\.start\.value: a number is due here"),
    ("start: {value: 4,", "start: {value: true,", r"quantities\.start\.value: a number is due here"),
    ("start: {value: 4,", "start: {value: .nan,", r"a finite number is due here"),
    ("start: {value: 4,", "start: {", r"it needs low, mid and high, or a value"),
    ("start: {value: 4,", "start: {value: 4, bounds: [5, 9],", r"the value lies outside its bounds .*allowed 5 to 9"),
    ("{prize: 1}, scores: {prize: {ALL: 100", "{prize: [1]}, scores: {prize: {ALL: 100", r"preferences\.a\.weights\.prize: a number is due here .*found a list; allowed a number, a formula"),
    ("{prize: 1}, scores: {prize: {ALL: 100", "{prize: '1'}, scores: {prize: {ALL: 100", r"preferences\.a\.weights\.prize: a number is due here, not a text"),
    ("{prize: {ALL: 100,", "{prize: {ALL: [x],", r"preferences\.a\.scores\.prize\.ALL: a number is due here"),
    ("start: {value: 4,", "start: {disputed: true,", r"worldviews\.high\.set: disputed quantities have no default, and this worldview leaves unset: start"),
    ("chance: win_chance,", "chance: 2 * win_chance,", r"events\.won\.chance: not a chance: 1\.4 at mid values under worldview high"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BAD_NUMBERS)
def test_numbers_that_do_not_fit(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = problems(tmp_path, changed(FULL, old, new))
    assert any(re.search(said, one) for one in found), found
    assert len(found) <= 4


BAD_FORMS = [
    ("title: Walk", "titel: Walk", r":3: titel: there is no such key here .*did you mean title"),
    ("title: Walk\n", "", r"title: this is missing"),
    ("{victor: a, when", "{vicor: a, when", r"outcomes\.a_wins\.vicor: there is no such key here .*did you mean victor"),
    ("power: [a, b]", "power: a", r"issues\.prize\.power: a list is due here, such as \[a\]"),
    ("  a: {name: A}", "  a: A", r"parties\.a: a map \(name: value\) is due here \(found 'A'\)"),
    ("  a: {name: A}", "  a b: {name: A}", r"this cannot be an id \(found 'a b'; allowed letters"),
    ("{name: A}", "{name: A, role: signer}", r"parties\.a\.role: not one of the words allowed .*'signatory' or 'outside'"),
    ("{name: A}", "{name: true}", r"parties\.a\.name: a text is due here"),
    ('as_of: "2004-12-31"', "as_of: 2004-13-31", r"as_of: a date is due here"),
    ('start: "2005-01"', "start: 2005", r":5: start: a month is due here .*allowed YYYY-MM"),
    ("winset: 1", "winset: 2", r"winset: not one of the words allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BAD_FORMS)
def test_forms_that_are_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = problems(tmp_path, changed(FULL, old, new))
    assert any(re.search(said, one) for one in found), found


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    text = FULL
    for old, new in (
        ("title: Walk", "titel: Walk"),
        ("value: 10,", "value: ten,"),
        ("chance: win_chance,", "chance: win_chanse,"),
        ("imposes: {prize: ALL}", "imposes: {prize: AL}"),
        ("sources: SS04}\n", "sources: SS4}\n"),
        ("prior: {calm: 0.5, angry: 0.5}", "prior: {calm: 0.5, angry: 0.4}"),
    ):
        text = changed(text, old, new)
    found = "\n".join(problems(tmp_path, text))
    for words in (
        "titel",
        "quantities.forts.value: a number",
        "win_chanse",
        "AL",
        "SS4",
        "sum to 0.9",
    ):
        assert words in found
    # `forts` could not be read: nothing is said of what reads it.
    assert "unknown name forts" not in found


def test_one_bad_name_is_said_once(tmp_path: Path) -> None:
    reads = "".join(f"  q{i}: lost_name + {i}\n" for i in range(300))
    (said,) = problems(tmp_path, changed(FULL, "quantities:\n", "quantities:\n" + reads))
    assert "unknown name lost_name; so in 299 more places" in said


def test_no_more_than_a_screen_and_a_count(tmp_path: Path) -> None:
    reads = "".join(f"  q{i}: x{i}\n" for i in range(300))
    found = problems(tmp_path, changed(FULL, "quantities:\n", "quantities:\n" + reads))
    assert len(found) == MAX_SHOWN + 1
    assert found[-1].endswith("and 250 more; mend these first")


def test_problems_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = changed(FULL, "changes: {held: 2},", "changes: {hold: 2},")
    text = changed(text, "chance: win_chance,", "chance: nowhere,")
    text = changed(text, "start: start,", "start: begin,")
    text = changed(text, "power: [a, b]", "power: [a, b, c]")
    lines = [p.line for p in report(tmp_path, text).problems]
    assert len(lines) == 4 and lines == sorted(lines, key=lambda n: n or 0)


def test_plans_are_whole(tmp_path: Path) -> None:
    text = changed(
        FULL,
        "no_deal: HALF",
        "no_deal: HALF\n  road:\n    options: {OPEN: {}, SHUT: {}}\n    no_deal: SHUT",
    )
    text += "plans:\n  P: {options: {prize: HALF}}\n  Q: {options: {prize: HALF, road: SHUTT, sea: X}}\n"
    found = problems(tmp_path, text)
    assert any("plans.P.options: the plan leaves open: road" in one for one in found)
    assert any("issue road has no such option (found 'SHUTT'" in one for one in found)
    assert any("there is no such issue (found 'sea'" in one for one in found)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{options: [prize.ALL, prize.HALF], strength: hard}", "two options of one issue"),
        ("{options: [prize.ALL, road.OPEN], strength: soft}", "a soft pair needs a `cost`"),
        ("{options: [prize.ALL, road.OPN], strength: hard}", "did you mean OPEN?"),
        ("{options: [prize, road.OPEN], strength: hard}", "ISSUE.OPTION is due here"),
    ],
)
def test_pairs(tmp_path: Path, text: str, said: str) -> None:
    base = changed(
        FULL,
        "no_deal: HALF",
        "no_deal: HALF\n  road:\n    options: {OPEN: {}, SHUT: {}}\n    no_deal: SHUT",
    )
    found = problems(tmp_path, base + f"incompatible:\n  - {text}\n")
    assert len(found) == 1 and said in found[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{label: S, levers: {arm: 1}}", r"there is no such lever .*did you mean arms"),
        ("{label: S, levers: {arms: 2}}", r"a lever's level lies between 0 and 1"),
        ("{label: S, based_on: T}", r"there is no such strategy"),
        ("{label: S, based_on: S}", r"a circle of definitions: S -> S"),
        ("{label: S, without: [offer]}", r"there is no such leg"),
        ("{label: S, excludes: [prize.MOST]}", r"issue prize has no such option"),
        ("{label: S, tables: {prize: []}}", r"at least one option must be on the table"),
        ("{label: S, rules: [{when: gap.a > 0, set: {}}]}", r"a rule must set a lever"),
        ("{label: S, rules: [{when: weather.dry > 0, set: {arms: 1}}]}", r"weather\.dry is a fact that nobody is sure of"),
        ("{label: S, credibility: hold}", r"there is no such stock .*did you mean held"),
    ],
)  # fmt: skip
def test_strategies(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path, FULL + f"strategies:\n  S: {text}\n")
    assert len(found) == 1 and re.search(said, found[0]), found


def test_a_rule_may_read_what_the_mediator_knows(tmp_path: Path) -> None:
    text = changed(FULL, "weather: {values", "weather: {known_to: [us], values")
    text = changed(text, "  b: {name: B}", "  b: {name: B}\n  us: {name: US, role: outside}")
    text += "mediator: us\nstrategies:\n  S: {label: S, rules: [{when: weather.dry > 0, set: {arms: 1}}]}\n"
    assert problems(tmp_path, text) == []


def test_checks_are_quick(tmp_path: Path) -> None:
    import time

    many = "".join(
        f"  q{i}: {{formula: forts + {i} * start, unit: '1', confidence: J}}\n"
        for i in range(2_000)
    )
    text = changed(FULL, "quantities:\n", "quantities:\n" + many)
    before = time.perf_counter()
    assert report(tmp_path, text).ok
    assert time.perf_counter() - before < 3


MAP = """
course: [held]
map:
  label: ground held
  regions:
    east: {label: The east, share: 1 - held / 8, outline: ["30,48 31,48 31,49"]}
    west: {label: The west, share: 0.5, outline: ["28,48 30,48 30,49", "27,48 28,48 28,49"]}
"""
BAD_MAPS = [
    ("1 - held / 8", "1 - hled / 8", r"map\.regions\.east\.share: .*hled.*did you mean held"),
    ("1 - held / 8", "1 - win_chance", r"map\.regions\.east\.share: .*win_chance"),
    ("31,49", "31;49", r"map\.regions\.east\.outline.*`longitude,latitude` is due.*31;49"),
    ("30,48 31,48 31,49", "30,48 31,48", r"a ring has at least three points.*2"),
    ("31,49", "31,149", r"degrees lie in"),
]


def test_a_map_checks_clean(tmp_path: Path) -> None:
    assert problems(tmp_path, FULL + MAP) == []


@pytest.mark.parametrize(("old", "new", "said"), BAD_MAPS)
def test_maps_that_cannot_be_drawn(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = problems(tmp_path, FULL + MAP.replace(old, new))
    assert len(found) == 1 and re.search(said, found[0]), found


def test_a_share_moves_with_one_course(tmp_path: Path) -> None:
    text = FULL + MAP.replace("course: [held]", "course: [held, month_left]").replace(
        "1 - held / 8", "held / 8 + month_left"
    )
    text = changed(text, "derived:\n", "derived:\n  month_left: {value: held / 100}\n")
    (found,) = problems(tmp_path, text)
    assert "a share moves with one course" in found and "held, month_left" in found
