"""Other programs' domains, read and written; the published ones against published results.

The files are copyleft and stay outside the repository: those tests skip where they are not beside
it (or where WINSET_SHARED points).
"""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from winset.cli import main
from winset.insight.bargain import explore
from winset.interop import (
    BadDomain,
    Domain,
    Profile,
    Rectangle,
    domain_of,
    read_genius,
    read_json,
    scenario_of,
    write_genius,
    write_geniusweb,
)
from winset.scenario import load

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WINSET_SHARED", ROOT.parent / "shared"))
DATA = SHARED / "data" / "domains"
published = pytest.mark.skipif(
    not DATA.is_dir(), reason="no shared/data/domains beside the checkout"
)
LINEAR = ("Laptop", "ItexvsCypress", "EnglandZimbabwe", "Grocery")


def table(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def deals(capsys, folder, out, *, kind="genius"):
    assert main(["import", kind, str(folder), "--out", str(out)]) == 0
    capsys.readouterr()
    assert main(["deals", str(out), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def values(point):
    return tuple(point["values"].values())


@published
@pytest.mark.parametrize("name", LINEAR)
def test_frontier_and_points_of_a_linear_domain(name, tmp_path, capsys):
    found = deals(capsys, DATA / name, tmp_path / "d.yaml")
    rows = [r for r in table("pareto_genius_scale.csv") if r["domain"] == name]
    wanted = sorted((float(r["u1"]), float(r["u2"])) for r in rows)
    np.testing.assert_allclose([values(p) for p in found["frontier"]], wanted, atol=2e-9)
    (row,) = (
        r for r in table("negmas_solutions.csv") if (r["domain"], r["scale"]) == (name, "genius")
    )
    assert found["packages"] == int(row["n_outcomes"])
    for point, column in (
        ("nash", "nash"),
        ("kalai_smorodinsky", "ks_maxmin_textbook"),
        ("egalitarian", "kalai_egalitarian"),
        ("utilitarian", "utilitarian"),
    ):
        expected = [float(x) for x in row[column].split()]
        assert values(found["solutions"][point]) == pytest.approx(expected, abs=2e-9), point


@published
def test_a_reservation_of_half_is_kept(tmp_path, capsys):
    for file in (DATA / "EnglandZimbabwe").glob("*.xml"):
        text = file.read_text(encoding="utf-8")
        text = text.replace('<reservation value="0"', '<reservation value="0.5"')
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    found = deals(capsys, tmp_path, tmp_path / "d.yaml")
    assert set(found["reservation"].values()) == {0.5}
    assert found["overlap"]["packages"] == 298
    assert found["overlap"]["share"] == pytest.approx(298 / 576)
    assert sum(p["in_overlap"] for p in found["frontier"]) == 23


@published
def test_the_frontier_of_hyper_rectangles(tmp_path, capsys):
    found = deals(capsys, DATA / "10issues_nonlinear", tmp_path / "d.yaml")
    text = (DATA / "10issues_nonlinear" / "pareto.xml").read_text(encoding="utf-8")
    wanted = sorted(tuple(float(x) for x in row.split(",")) for row in text.split("\n") if row)
    np.testing.assert_allclose([values(p) for p in found["frontier"]], wanted, atol=1e-6)
    assert found["packages"] == 10**10


@published
def test_a_negolog_domain(tmp_path, capsys):
    found = deals(capsys, DATA / "NegoLog_UnbalancedHighOpp", tmp_path / "d.yaml", kind="json")
    assert values(found["solutions"]["nash"]) == pytest.approx((0.665, 0.68))
    assert sum(values(found["solutions"]["utilitarian"])) == pytest.approx(1.345)


def small(rectangles=()):
    return Domain(
        "small",
        {"Who pays?": ("us", "both", "you"), "When": ("0", "1")},
        (
            Profile(
                "one",
                {
                    "Who pays?": {"us": 0.0, "both": 0.25, "you": 0.5},
                    "When": {"0": 0.5, "1": 0.125},
                },
                tuple(rectangles),
                0.25,
            ),
            Profile(
                "two",
                {
                    "Who pays?": {"us": 0.75, "both": 0.5, "you": 0.0},
                    "When": {"0": 0.0, "1": 0.25},
                },
                (),
                0.125,
            ),
        ),
    )


BOX = Rectangle({"Who pays?": ("us", "you"), "When": ("1",)}, 0.0625)


def explored(domain, folder):
    file = folder / "s.yaml"
    file.write_text(scenario_of(domain), encoding="utf-8")
    return explore(load(file, strict=True))


@pytest.mark.parametrize("boxes", [(), (BOX,)])
def test_what_is_written_as_genius_reads_back_the_same(boxes, tmp_path):
    domain = small(boxes)
    first = explored(domain, tmp_path)
    write_genius(domain, tmp_path / "xml")
    again = explored(read_genius(tmp_path / "xml"), tmp_path)
    np.testing.assert_allclose(again.points.values, first.points.values, atol=1e-12)
    assert again.bargain.reservation.tolist() == [0.25, 0.125]
    assert again.count == first.count
    # ... and once more by way of a scenario.
    file = tmp_path / "s.yaml"
    file.write_text(scenario_of(domain), encoding="utf-8")
    write_genius(domain_of(load(file)), tmp_path / "xml2")
    third = explored(read_genius(tmp_path / "xml2"), tmp_path)
    np.testing.assert_allclose(third.points.values, first.points.values, atol=1e-12)


def test_geniusweb_is_scaled_to_one_and_its_reservation_with_it(tmp_path):
    domain = small()
    write_geniusweb(domain, tmp_path / "web")
    again = explored(read_json(tmp_path / "web"), tmp_path)
    first = explored(domain, tmp_path)
    best = np.array([1.0, 1.0])
    np.testing.assert_allclose(again.points.values, first.points.values / best, atol=1e-12)
    np.testing.assert_allclose(again.bargain.reservation, [0.25, 0.125] / best)


def test_a_geniusweb_reservation_bid_becomes_a_value(tmp_path):
    write_geniusweb(small(), tmp_path)
    file = tmp_path / "one.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    del data["reservationValue"]
    bid = {"issuevalues": {"Who pays?": "both", "When": "1"}}
    data["LinearAdditiveUtilitySpace"]["reservationBid"] = bid
    file.write_text(json.dumps(data), encoding="utf-8")
    assert read_json(tmp_path).profiles[0].reservation == pytest.approx(0.375)


def test_negmas_tables_in_the_order_of_their_issues(tmp_path):
    issues = [{"name": "a", "values": ["x", "y"]}, {"name": "b", "values": ["x", "z"]}]
    for name, low in (("one", 0.0), ("two", 1.0)):
        body = {
            "type": "LinearAdditiveUtilityFunction",
            "issues": issues,
            "values": [{"mapping": {"x": low, "y": 1 - low}}, {"x": 0.5, "z": 1.0}],
            "weights": [0.75, 0.25],
            "reserved_value": 0.3,
        }
        (tmp_path / f"{name}.json").write_text(json.dumps(body), encoding="utf-8")
    found = read_json(tmp_path)
    assert found.issues == {"a": ("x", "y"), "b": ("x", "z")}
    assert found.profiles[0].scores["a"] == {"x": 0.0, "y": 0.75}
    assert found.profiles[1].scores["b"] == {"x": 0.125, "z": 0.25}
    assert found.profiles[0].reservation == 0.3


GOOD = """<utility_space><reservation value="0"/><objective name="x">
<issue index="1" name="A" type="discrete"><item value="a" evaluation="2"/>
<item value="b" evaluation="4"/></issue>
<weight index="1" value="1"/></objective></utility_space>"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace('type="discrete"', 'type="real"'), "is real; winset reads discrete"),
        (GOOD.replace('<weight index="1" value="1"/>', ""), "has no <weight>"),
        (GOOD.replace('evaluation="2"', 'evaluation="two"'), "'two' is no number"),
        (GOOD.replace('value="a"', 'value="c"'), "has no value"),
        ("<utility_space", "1 Genius profile(s)"),
    ],
)
def test_what_cannot_be_read_is_named(text, said, tmp_path):
    (tmp_path / "one.xml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "two.xml").write_text(text, encoding="utf-8")
    with pytest.raises(BadDomain) as caught:
        read_genius(tmp_path)
    assert said in str(caught.value)


def test_import_does_not_write_over_a_file(tmp_path, capsys):
    write_genius(small(), tmp_path / "xml")
    out = tmp_path / "s.yaml"
    assert main(["import", "genius", str(tmp_path / "xml"), "--out", str(out)]) == 0
    assert main(["import", "genius", str(tmp_path / "xml"), "--out", str(out)]) != 0
    assert "--force" in capsys.readouterr().err
    assert main(["import", "genius", str(tmp_path / "none"), "--out", str(out), "--force"]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_convert_says_what_it_leaves_out(tmp_path, capsys):
    write_genius(small(), tmp_path / "xml")
    out = tmp_path / "s.yaml"
    assert main(["import", "genius", str(tmp_path / "xml"), "--out", str(out)]) == 0
    with out.open("a", encoding="utf-8") as file:
        file.write("incompatible:\n- {options: [Who_pays.us, When.v0], strength: hard}\n")
    capsys.readouterr()
    assert main(["convert", str(out), "--to", "geniusweb", "--out", str(tmp_path / "web")]) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 2
    assert "1 hard incompatible pair" in shown.err
