"""The command line: thin commands over the public functions.

How a command is added. Write `winset/cli/NAME.py` with one public function `command(...)`, its
parameters annotated as typer wants them (`Annotated[str, typer.Argument(help=...)]`), its docstring
the long help; then give it a row in `COMMANDS` if it has none. The app, a room that comes after
this one, keeps its command in its own folder, and its row names that module. A row may also name a
`typer.Typer`, for a command that has commands of its own. Rules:

- The module is imported only when its command is called, so `winset --help` stays quick. Inside it,
  import what is heavy (numpy, numba, polars) within the function all the same: `--help` of the
  command should be quick too.
- The result goes to stdout, and with `--json` one JSON document and nothing else. Progress, notes
  and messages go to stderr.
- Raise a `WinsetError` where something is wrong: `main` prints it without a traceback and ends with
  its `exit_code`. Return normally when done; do not call `sys.exit`.
- The help of a command is plain text, in the words of the README.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from winset import __version__

__all__ = ["COMMANDS", "DEFAULT_SCENARIO", "Row", "build", "main"]

# The one place in the code where a war is named: what `winset run` runs when nothing is said.
DEFAULT_SCENARIO: Final = "ukraine-2025"


class Row(NamedTuple):
    """One command: its name, the module and function that do it, and its line in the help."""

    name: str
    module: str
    function: str
    help: str


COMMANDS: Final = (
    Row(
        "run", "winset.cli.run", "command", "The main job: compare strategies under rival beliefs."
    ),
    Row("war", "winset.cli.war", "command", "Run the war alone, with no talks, month by month."),
    Row(
        "calibrate",
        "winset.cli.calibrate",
        "command",
        "Fit the war to series on record and score later months.",
    ),
    Row(
        "claims",
        "winset.cli.claims",
        "command",
        "Switch each claim of the argument, see what moves.",
    ),
    Row("differ", "winset.cli.differ", "command", "Say where two worldviews really differ."),
    Row("hinges", "winset.cli.hinges", "command", "Say what a study's answer depends on."),
    Row("need", "winset.cli.need", "command", "Say what would have to change for a wanted chance."),
    Row("improve", "winset.cli.improve", "command", "Search for better strategies than the named."),
    Row("verdict", "winset.cli.verdict", "command", "Say what a study found, in plain words."),
    Row(
        "deals", "winset.cli.deals", "command", "What could be signed: win-sets, frontier, points."
    ),
    Row("plan", "winset.cli.plan", "command", "Score one plan: who accepts, who blocks, and why."),
    Row("plans", "winset.cli.plans", "command", "Compare all named plans in one table."),
    Row("invent", "winset.cli.invent", "command", "Search options that are not on the table yet."),
    Row(
        "tracks",
        "winset.cli.tracks",
        "command",
        "Compare one package, parallel tracks and orders of tracks.",
    ),
    Row("import", "winset.cli.import_", "command", "Read another program's files as a scenario."),
    Row(
        "convert", "winset.cli.convert", "command", "Write preferences as another program's files."
    ),
    Row("list", "winset.cli.list", "command", "List the scenarios that come with winset."),
    Row("show", "winset.cli.show", "command", "Show what a scenario says, with its sources."),
    Row("check", "winset.cli.check", "command", "Check a scenario and list every problem in it."),
    Row("new", "winset.cli.new", "command", "Start a scenario of your own."),
    Row("schema", "winset.cli.schema", "command", "Print what a scenario file may hold."),
    Row("rerun", "winset.cli.rerun", "command", "Make a study again from its record."),
    Row("trace", "winset.cli.trace", "command", "Follow one run of a study, with the reasons."),
    Row("chart", "winset.cli.chart", "command", "Draw one chart of a study, as SVG or PNG."),
    Row("report", "winset.cli.report", "command", "Write a study as one HTML page."),
    Row("app", "winset.app.command", "command", "Open the workbench in a browser."),
    Row("sql", "winset.cli.sql", "command", "Ask a study's tables a question in SQL."),
    Row("export", "winset.cli.export", "command", "Write a study out for other programs."),
)


class _LazyCommand(TyperCommand):
    """Stands in the help for a command whose module is imported only when it is called."""

    def __init__(self, row: Row) -> None:
        super().__init__(row.name, help=row.help, rich_markup_mode=None)
        self._row = row

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        # The context made here belongs to the real command, so everything after goes to that one.
        return _load(self._row).make_context(info_name, args, parent=parent, **extra)


def _load(row: Row) -> Any:
    target = getattr(import_module(row.module), row.function)
    if isinstance(target, typer.Typer):
        return get_command(target)
    single = _typer()
    single.command(row.name, help=target.__doc__ or row.help)(target)
    return get_command(single)


def _typer(**settings: Any) -> typer.Typer:
    # Plain help: it can be copied, piped and read aloud, and rich need not be imported for it.
    return typer.Typer(
        rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False, **settings
    )


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"winset {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Ask which strategy of an outside power ends a war, with what deal, at what cost, and why.

    Results go to stdout, progress and messages to stderr. Exit status: 0 done, 2 the input is
    wrong, 1 a fault of winset, 130 interrupted. Not a forecast; winset endorses no party or plan.
    """


class _Group(TyperGroup):
    """The commands in the order of the table rather than of the alphabet."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*self.commands]  # the module `list` of this package hides the builtin


def build() -> Any:
    """Return the whole command as click knows it, less the rows whose module is not written yet."""
    root = _typer(cls=_Group, no_args_is_help=True)
    root.callback()(_root)
    group = get_command(root)
    assert isinstance(group, TyperGroup)
    for row in COMMANDS:
        if find_spec(row.module) is not None:
            group.add_command(_LazyCommand(row))
    return group


def main(args: Sequence[str] | None = None) -> int:
    """Run `winset` with `args` (default: those of the process) and return the exit status."""
    from winset.errors import WinsetError

    try:
        build().main(args=None if args is None else [*args], prog_name="winset")
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if code == 130:  # typer ends so on Ctrl-C, and says nothing
            print("winset: interrupted", file=sys.stderr)
        return code
    except WinsetError as error:
        print(f"winset: {str(error) or type(error).__name__}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("winset: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        if os.environ.get("WINSET_DEBUG") == "1":
            raise
        print(_fault(error), file=sys.stderr)
        return 1
    return 0


def _fault(error: Exception) -> str:
    return (
        f"winset: a fault of ours, not of your input: {type(error).__name__}: {error}\n"
        "Please report it: run the same command again with WINSET_DEBUG=1 set, and open an issue\n"
        "with what it prints, the scenario if it can be shared, and this version "
        f"(winset {__version__})."
    )
