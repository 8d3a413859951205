"""The frame around every command: import it late, turn every failure into words and an exit code.

Knows click, exit codes and how an error is shown. Must not know any command.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from papi.errors import EXIT_DONE, EXIT_USAGE, PapiError

EXIT_INTERRUPTED = 130
"""Ctrl-C; what shells expect (128 + SIGINT)."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def __init__(
        self, *args: Any, commands_at: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commands_at = dict(commands_at or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the work."""
        return [*self.commands_at, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in self.commands_at:
            return super().get_command(ctx, cmd_name)
        command = import_module(self.commands_at[cmd_name][0]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.commands_at[cmd_name][0]}.command is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.commands_at.items()])


class PapiGroup(LazyGroup):
    """The top group: no failure leaves as a raw traceback, each has its exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; in standalone mode (the command line) end the process with the exit code."""

        def call() -> Any:
            return super(PapiGroup, self).main(args, prog_name, complete_var, False, **extra)

        if not standalone_mode:
            return call()
        sys.exit(_run(call, debug="--debug" in (sys.argv[1:] if args is None else args)))


def _run(call: Callable[[], Any], *, debug: bool) -> int:
    """Return the exit code of `call`, having told stderr about any failure."""
    try:
        result = call()
        sys.stdout.flush()
        return result if isinstance(result, int) else EXIT_DONE
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted.", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of stdout (head, less) has enough; python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception as error:
        return _show(error, debug)


def _show(error: Exception, debug: bool) -> int:
    from papi.store.faults import explain_fault  # noqa: PLC0415  only when needed

    if debug:
        traceback.print_exception(error)
    known = error if isinstance(error, PapiError) else explain_fault(error)
    if known is None:
        known = PapiError(f"Unexpected {type(error).__name__} in {_place(error)}.")
    click.echo(f"{click.style('Error:', fg='red')} {known.message}\n{known.next_step}", err=True)
    return known.exit_code


def _place(error: Exception) -> str:
    """File and line of PAPI's code that failed: never the message, it may hold personal data."""
    root = str(Path(__file__).parent.parent)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(root)]
    if not frames:
        return "a library"
    last = frames[-1]
    return f"{Path(last.filename).relative_to(Path(root).parent)}:{last.lineno}"
