"""Genius XML: a domain file and one utility profile a party, linear or of hyper-rectangles.

Linear, on Genius's own scale: u = sum_k weight_k evaluation_k / (largest evaluation of issue k).
Constraints: u = sum of the utilities of the hyper-rectangles that hold, over `maxutility`.
Reservation values are kept; discounting is not modelled and said so. Format: Lin, Kraus, Baarslag,
Tykhonov, Hindriks and Jonker 2014, Computational Intelligence 30; constraints: Fujita, Ito and
Klein (ANAC 2014).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path

from winset.interop.domain import BadDomain, Domain, Profile, Rectangle


def read_genius(folder: Path) -> Domain:
    """The domain in a folder: every XML file that is a profile, parties in the files' order.

    Raises:
        BadDomain: no such folder, fewer than two profiles, or something that cannot be read:
            real-valued issues, other kinds of utility.
    """
    if not folder.is_dir():
        raise BadDomain(f"{folder}: there is no such folder; name one with Genius XML files")
    domain: ET.Element | None = None
    profiles: list[tuple[str, ET.Element]] = []
    others = []
    for file in sorted(folder.glob("*.xml"), key=lambda f: f.name):
        try:
            root = ET.parse(file).getroot()
        except ET.ParseError as error:
            others.append(f"{file.name} is not XML ({error})")
            continue
        if root.tag == "negotiation_template":
            domain = root if domain is None else domain
        elif root.tag == "utility_space":
            profiles.append((file.stem, root))
        else:
            others.append(f"{file.name} starts with <{root.tag}>")
    if len(profiles) < 2:
        seen = "; ".join(others) or "no other XML file"
        raise BadDomain(
            f"{folder}: {len(profiles)} Genius profile(s) (<utility_space>) found, at least 2 are"
            f" due; {seen}"
        )
    source = domain if domain is not None else profiles[0][1]
    issues = {name: values for _, name, values in _issues(folder.name, source)}
    return Domain(folder.name, issues, tuple(_profile(name, root) for name, root in profiles))


def _issues(where: str, root: ET.Element) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(index, name, values) of every issue."""
    for issue in root.iter("issue"):
        name, index = issue.get("name", ""), issue.get("index", "")
        kind = issue.get("vtype") or issue.get("type") or "discrete"
        if kind == "discrete":
            values = tuple(_given(where, item, "value") for item in issue.iter("item"))
        elif kind == "integer":
            bounds = issue.find("range")
            low = issue.get("lowerbound") or (
                bounds.get("lowerbound") if bounds is not None else ""
            )
            high = issue.get("upperbound") or (
                bounds.get("upperbound") if bounds is not None else ""
            )
            try:
                values = tuple(str(n) for n in range(int(low or ""), int(high or "") + 1))
            except ValueError:
                raise BadDomain(f"{where}: issue {name!r} has no integer bounds") from None
        else:
            raise BadDomain(
                f"{where}: issue {name!r} is {kind}; winset reads discrete and integer issues."
                " Give the values that matter as a discrete issue."
            )
        if not values:
            raise BadDomain(f"{where}: issue {name!r} has no values")
        yield index, name, values


def _profile(name: str, root: ET.Element) -> Profile:
    where = f"profile {name}"
    notes = []
    reserved = root.find(".//reservation")
    reservation = _number(where, reserved.get("value", "0")) if reserved is not None else 0.0
    discount = root.find(".//discount_factor")
    if discount is not None and _number(where, discount.get("value", "1")) != 1.0:
        notes.append(f"discount factor {discount.get('value')} is not modelled")
    issues = list(_issues(where, root))
    if root.get("type") == "nonlinear" or root.find(".//utility") is not None:
        boxes = tuple(_rectangles(where, root, issues))
        return Profile(name, {}, boxes, reservation, tuple(notes))
    weights = {
        _given(where, w, "index"): _number(where, _given(where, w, "value"))
        for w in root.iter("weight")
    }
    elements = {e.get("index", ""): e for e in root.iter("issue")}
    scores: dict[str, dict[str, float]] = {}
    for index, issue, values in issues:
        if index not in weights:
            raise BadDomain(f"{where}: issue {issue!r} (index {index}) has no <weight>")
        worth = _evaluations(where, issue, values, elements[index])
        scores[issue] = {v: weights[index] * e for v, e in worth.items()}
    return Profile(name, scores, (), reservation, tuple(notes))


def _evaluations(
    where: str, issue: str, values: tuple[str, ...], element: ET.Element
) -> Mapping[str, float]:
    """Evaluations of one issue, over their largest; of an integer issue as its line gives them."""
    items = list(element.iter("item"))
    if items:
        raw = {
            _given(where, i, "value"): _number(where, _given(where, i, "evaluation")) for i in items
        }
        top = max(raw.values())
        return {v: e / top if top else 0.0 for v, e in raw.items()}
    line = element.find("evaluator")
    if line is None or line.get("ftype") != "linear":
        raise BadDomain(f"{where}: issue {issue!r} has no evaluations and no linear evaluator")
    start, slope = (_number(where, line.get(k, "0")) for k in ("offset", "slope"))
    return {v: start + slope * float(v) for v in values}


def _rectangles(
    where: str, root: ET.Element, issues: list[tuple[str, str, tuple[str, ...]]]
) -> Iterator[Rectangle]:
    named = {index: (name, values) for index, name, values in issues}
    for utility in root.iter("utility"):
        top = _number(where, utility.get("maxutility", "1"))
        if top <= 0:
            raise BadDomain(f"{where}: maxutility must be above 0, not {top:g}")
        for function in utility.iter("ufun"):
            if function.get("aggregation", "sum") != "sum":
                raise BadDomain(
                    f"{where}: aggregation {function.get('aggregation')!r}; winset reads `sum`"
                )
            weight = _number(where, function.get("weight", "1"))
            for box in function:
                if box.tag != "hyperRectangle":
                    raise BadDomain(f"{where}: <{box.tag}>; winset reads <hyperRectangle>")
                points = _number(where, _given(where, box, "utility")) * weight / top
                yield Rectangle(dict(_within(where, box, named)), points)


def _within(
    where: str, box: ET.Element, named: Mapping[str, tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in box:
        index = _given(where, part, "index")
        if part.tag not in ("INCLUDES", "EXCLUDES") or index not in named:
            raise BadDomain(f"{where}: <{part.tag} index={index}> fits no issue")
        issue, values = named[index]
        low, high = (int(_number(where, _given(where, part, k))) for k in ("min", "max"))
        numbers = [int(v) if v.lstrip("-").isdigit() else n for n, v in enumerate(values)]
        inside = {v for v, n in zip(values, numbers, strict=True) if low <= n <= high}
        wanted = inside if part.tag == "INCLUDES" else set(values) - inside
        yield issue, tuple(v for v in values if v in wanted)


def _given(where: str, element: ET.Element, attribute: str) -> str:
    found = element.get(attribute)
    if found is None:
        raise BadDomain(f"{where}: <{element.tag}> has no {attribute!r}")
    return found


def _number(where: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadDomain(f"{where}: {text!r} is no number") from None


def write_genius(domain: Domain, folder: Path) -> tuple[Path, ...]:
    """Write `domain.xml` and one profile a party, and return the files.

    A profile without rectangles is written linear, with the largest score of an issue as its
    weight. Genius knows no negative evaluations: scores below 0 are refused, as is a profile
    of rectangles whose issues are named values rather than whole numbers in a row (those are then
    numbered by their place, 0 first, and the names are lost to Genius).

    Raises:
        BadDomain: scores below 0.
    """
    folder.mkdir(parents=True, exist_ok=True)
    boxed = any(p.rectangles for p in domain.profiles)
    made = [folder / "domain.xml"]
    template = ET.Element("negotiation_template")
    space = ET.SubElement(template, "utility_space", number_of_issues=str(len(domain.issues)))
    _write_issues(space, domain, None, boxed)
    _save(template, made[0])
    for profile in domain.profiles:
        root = ET.Element("utility_space", {"type": "nonlinear"} if boxed else {})
        ET.SubElement(root, "reservation", value=repr(profile.reservation))
        if boxed:
            _write_rectangles(root, domain, profile)
        else:
            _write_issues(root, domain, profile, False)
        made.append(folder / f"{profile.name}.xml")
        _save(root, made[-1])
    return tuple(made)


def _write_issues(
    root: ET.Element, domain: Domain, profile: Profile | None, numbered: bool
) -> ET.Element:
    kind = "integer" if numbered else "discrete"
    objective = ET.SubElement(
        root, "objective", index="0", description="", name=domain.name, type="objective",
        etype="objective",
    )  # fmt: skip
    weights = []
    for index, (issue, values) in enumerate(domain.issues.items(), 1):
        here = {"index": str(index), "name": issue, "vtype": kind, "type": kind, "etype": kind}
        if numbered:
            here |= {"lowerbound": "0", "upperbound": str(len(values) - 1)}
        element = ET.SubElement(objective, "issue", here)
        scores = profile.scores.get(issue, dict.fromkeys(values, 0.0)) if profile else None
        if scores is not None and min(scores.values()) < 0:
            raise BadDomain(
                f"profile {profile.name if profile else ''}: {issue!r} has a score below 0, which"
                " Genius cannot say"
            )
        top = max(scores.values()) if scores else 0.0
        weights.append((str(index), top))
        for number, value in enumerate(() if numbered else values, 1):
            item = ET.SubElement(element, "item", index=str(number), value=value)
            if scores is not None:
                item.set("evaluation", repr(scores[value] / top if top else 0.0))
    for index_text, weight in weights if profile else ():
        ET.SubElement(objective, "weight", index=index_text, value=repr(weight))
    return objective


def _write_rectangles(root: ET.Element, domain: Domain, profile: Profile) -> None:
    objective = _write_issues(root, domain, None, True)
    utility = ET.SubElement(objective, "utility", maxutility="1")
    function = ET.SubElement(utility, "ufun", type="PlainUfun", weight="1", aggregation="sum")
    place = {issue: n for n, issue in enumerate(domain.issues, 1)}
    single = [
        Rectangle({issue: (value,)}, score)
        for issue, scores in profile.scores.items()
        for value, score in scores.items()
        if score
    ]
    for box in (*single, *profile.rectangles):
        for cell in _runs(domain, list(box.within.items())):
            element = ET.SubElement(function, "hyperRectangle", utility=repr(box.points))
            for issue, low, high in cell:
                ET.SubElement(
                    element, "INCLUDES", index=str(place[issue]), min=str(low), max=str(high)
                )


def _runs(
    domain: Domain, within: list[tuple[str, tuple[str, ...]]]
) -> Iterator[list[tuple[str, int, int]]]:
    """Rectangles of unbroken runs of values that together make one of any values."""
    if not within:
        yield []
        return
    (issue, values), rest = within[0], within[1:]
    numbers = sorted(domain.issues[issue].index(v) for v in values)
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    for low, high in runs:
        for tail in _runs(domain, rest):
            yield [(issue, low, high), *tail]


def _save(root: ET.Element, file: Path) -> None:
    from winset.study.files import replace_file

    ET.indent(root)
    replace_file(file, ET.tostring(root, encoding="utf-8", xml_declaration=True))
