"""Entry and the one place where errors become words: no traceback reaches a person."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from sim import __version__, native
from sim.cli import look, report, run, trace, verify, write
from sim.cli.boulders import boulders
from sim.cli.calibrate import calibrate
from sim.cli.practices import practices
from sim.cli.size import size
from sim.mistakes import Mistake
from sim.scenario.problems import ScenarioError

__all__ = ["app", "main"]

_ClickException = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""

app = typer.Typer(
    name="traintracks",
    help="A discrete-event simulation of English adult social care: what a winter, a boulder or a practice does to "
    "people, waits and beds. Start with: traintracks demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command, short in (
    (run.run, "One scenario, with its headlines and report."),
    (run.compare, "The same people through several worlds, with a report."),
    (report.report, "The report of a saved run again."),
    (boulders, "What each boulder costs, alone and together."),
    (size, "How much of one thing reaches a goal."),
    (practices, "Claims of practices, against what the model gives."),
    (look.list_, "What comes with Traintracks."),
    (look.show, "Every number of a scenario, and where it comes from."),
    (look.check, "What is wrong with files; what teams are asked for."),
    (write.new, "A first file of your own."),
    (write.diff, "What one scenario has otherwise than another."),
    (write.explain, "What a path, a measure or an id is, and who uses it."),
    (trace.trace, "One person's journey, event by event."),
    (run.demo, "What does this winter do to a Hull-sized place?"),
    (verify.verify, "The engine against queueing theory."),
):
    app.command(command.__name__.rstrip("_"), short_help=short)(command)
app.add_typer(calibrate, name="calibrate", short_help="A place against the figures it should land on.")


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", help="Print the version, and whether the core is compiled, and exit."
    ),
) -> None:
    if version:
        typer.echo(f"{__version__} ({'compiled core' if native.core() == 'compiled' else 'plain Python'})")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 the model or the machine failed, 2 usage or an invalid scenario."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    code = 1
    try:
        result = typer.main.get_command(app).main(
            list(arguments) if arguments is not None else None, prog_name="traintracks", standalone_mode=False
        )
        code = result if isinstance(result, int) else 0
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
    except ScenarioError as error:
        typer.echo(str(error), err=True)
        code = 2
    except (KeyboardInterrupt, typer.Abort):
        code = 1
        typer.echo("Stopped. Nothing was saved.", err=True)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    except Exception as error:
        code = _explain(error)
    sys.exit(code)


def _options(error: Exception) -> str:
    """What can be typed: the options of the command where one is not known, and the help to type."""
    context = getattr(error, "ctx", None)
    if context is None:
        return " (traintracks --help shows what can be typed)"
    known = ""
    if hasattr(error, "possibilities"):
        long = (name for option in context.command.params for name in option.opts if name.startswith("--"))
        known = f"; known: {', '.join(long)}"
    return f"{known} ({context.command_path} --help shows what can be typed)"


def _explain(error: Exception) -> int:
    """Say what went wrong in one line; the exit code that goes with it."""
    if isinstance(error, _ClickException):
        message = error.format_message()  # type: ignore[attr-defined]
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(message, err=True)
        elif message:
            typer.echo(f"{message}{_options(error)}", err=True)
        return 2
    if isinstance(error, Mistake):
        typer.echo(str(error), err=True)
        return 2
    if type(error).__name__ == "Exploded":
        typer.echo(str(error), err=True)
        typer.echo("traintracks check SCENARIO shows what each team and pool is asked for.", err=True)
        return 1
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        typer.echo(f"{error.strerror or error}{where}", err=True)
        return 1
    if os.environ.get("TRAINTRACKS_DEBUG"):
        import traceback

        traceback.print_exc()
    typer.echo(
        f"Something is wrong in Traintracks itself ({type(error).__name__}: {error}). Please report it to the project "
        "with the command you typed; TRAINTRACKS_DEBUG=1 shows the details.",
        err=True,
    )
    return 1
