"""`winset check`: read a scenario and list every problem in it."""

import json
from typing import Annotated, Any

import typer

from winset.cli._options import Json


def command(
    name: Annotated[
        str, typer.Argument(help="A bundled scenario, a folder of YAML files, or one file.")
    ],
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Demand a source or a mark of judgement for every number."),
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Refuse evidence known after this date."),
    ] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ID=VALUE", help="Check with a value set. Repeatable."),
    ] = None,
    claims: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="CLAIM=STATE",
            help="Switch a claim of the argument, or a set of them: off, rival, on, or a "
            "worldview's name. `winset claims` lists them. Can be repeated.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a scenario and list every problem in it: file, line, place, what was found, what is
    allowed, the nearest name. Warnings say what somebody should look at; they stop nothing.
    """
    from winset.errors import ScenarioError
    from winset.scenario import check

    report = check(name, overrides=overrides or (), claims=claims or (), as_of=as_of, strict=strict)
    if as_json:
        typer.echo(json.dumps(_document(name, report), ensure_ascii=False, indent=1))
    elif report.ok:
        for warning in report.warnings:
            typer.echo(f"warning: {warning}", err=True)
        typer.echo(_summary(report))
    if not report.ok:
        raise ScenarioError(report.problems)


def _summary(report: Any) -> str:
    scenario, counts = report.scenario, report.counts
    numbers = sum(counts.values())
    parts = [f"{counts[kind]} {kind}" for kind in ("sourced", "judged", "unchecked")]
    return (
        f"{scenario.id}: ok. {len(scenario.quantities)} quantities; of {numbers} numbers"
        f" {', '.join(parts)}. {_plural(len(scenario.worldviews), 'worldview')},"
        f" {_plural(len(scenario.strategies), 'strategy', 'strategies')}."
        f" {_plural(len(report.warnings), 'warning')}."
    )


def _plural(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _document(name: str, report: Any) -> dict[str, Any]:
    scenario = report.scenario
    return {
        "scenario": None if scenario is None else {"id": scenario.id, "sha256": scenario.sha256},
        "name": name,
        "ok": report.ok,
        "counts": report.counts,
        "problems": [_problem(p) for p in report.problems],
        "warnings": [_problem(p) for p in report.warnings],
    }


def _problem(problem: Any) -> dict[str, Any]:
    fields = ("file", "line", "path", "message", "found", "allowed", "nearest")
    return {field: getattr(problem, field) for field in fields}
