"""The door of the command line: help, unknown commands, and how each kind of error ends."""

import subprocess
import sys
import types
from importlib.util import find_spec

import pytest
import typer

import winset
from winset import cli
from winset.errors import Problem, ScenarioError


def run_process(*args: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from winset.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, check=False, timeout=60
    )


def written() -> list[cli.Row]:
    return [row for row in cli.COMMANDS if find_spec(row.module) is not None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch):
    """Make a function the one command, `try`, as if it stood in a module of its own."""

    def _install(function: object) -> None:
        name = "winset.cli._try"
        module = types.ModuleType(name)
        module.__spec__ = types.SimpleNamespace(name=name)  # type: ignore[assignment]
        module.command = function  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setattr(cli, "COMMANDS", (cli.Row("try", name, "command", "Try it."),))

    return _install


def test_help_lists_the_written_commands_and_imports_none_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    listed = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line]
    assert listed == [row.name for row in written()]


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from winset.cli import main; main(['--help']); "
        "heavy = {'numpy', 'numba', 'polars', 'pydantic', 'rich', 'yaml'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("row", written(), ids=lambda row: row.name)
def test_every_written_command_has_help(row: cli.Row, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([row.name, "--help"]) == 0
    assert f"winset {row.name}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"winset {winset.__version__}\n"


def test_an_unknown_command_is_the_users_mistake() -> None:
    done = run_process("no-such-command")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no-such-command" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_module_ends_with_the_same_status() -> None:
    wrong = [sys.executable, "-m", "winset", "show", "no-such-scenario"]
    assert subprocess.run(wrong, capture_output=True, check=False).returncode == 2


def test_arguments_reach_the_command(install, capsys: pytest.CaptureFixture[str]) -> None:
    def command(name: str, times: int = 1) -> None:
        """Say the name so many times."""
        typer.echo(name * times)

    install(command)
    assert cli.main(["try", "ab", "--times", "2"]) == 0
    assert capsys.readouterr().out == "abab\n"
    assert cli.main(["try", "ab", "--times", "many"]) == 2
    assert "winset try" in capsys.readouterr().err
    assert cli.main(["try", "--help"]) == 0
    assert "Say the name so many times." in capsys.readouterr().out


def test_a_row_may_name_a_group(install, capsys: pytest.CaptureFixture[str]) -> None:
    group = typer.Typer()
    group.command("one")(lambda: typer.echo("first"))
    group.command("two")(lambda: typer.echo("second"))
    install(group)
    assert cli.main(["try", "two"]) == 0
    assert capsys.readouterr().out == "second\n"


def test_a_winset_error_is_printed_without_a_traceback(
    install, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise ScenarioError([Problem(file="war.yaml", line=3, message="no such unit")])

    install(command)
    assert cli.main(["try"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "winset: war.yaml:3: no such unit\n"


def test_an_interrupt_ends_with_130(install) -> None:
    def command() -> None:
        raise KeyboardInterrupt

    install(command)
    assert cli.main(["try"]) == 130


def test_a_fault_of_ours_says_so(
    install, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def command() -> None:
        raise ZeroDivisionError("by nought")

    install(command)
    monkeypatch.delenv("WINSET_DEBUG", raising=False)
    assert cli.main(["try"]) == 1
    err = capsys.readouterr().err
    assert "a fault of ours" in err
    assert "by nought" in err
    assert "WINSET_DEBUG=1" in err
    assert "Traceback" not in err

    monkeypatch.setenv("WINSET_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main(["try"])
