"""Operator errors: one class = one reason + exit code + what to do next.

Knows nothing of the stages. A bad *page* is never an exception but a value (model.page.Reason).
Exit codes are part of the command contract and are listed in docs/errors.md.
"""

from typing import ClassVar

EXIT_DONE = 0
EXIT_ATTENTION = 1
EXIT_USAGE = 2


class PapiError(Exception):
    """Base of every error an operator can act on.

    Attributes:
        exit_code: process exit code.
        advice: one sentence that says what to do next.
    """

    exit_code: ClassVar[int] = 10
    advice: ClassVar[str] = "Run the command again with --debug and report the message."

    def __init__(self, message: str, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = advice or type(self).advice


class UsageError(PapiError):
    """The command was called wrongly."""

    exit_code = EXIT_USAGE
    advice = "See `papi COMMAND --help`."


class WorkspaceMissing(PapiError):
    """The folder is no PAPI workspace."""

    exit_code = 3
    advice = "Create one with `papi init DIR`, or name it with --workspace DIR."


class WorkspaceUnusable(PapiError):
    """The workspace is locked, read-only, or of another PAPI version."""

    exit_code = 4
    advice = "Check the folder's owner and rights, and that no other program holds its database."


class WorkspaceBusy(WorkspaceUnusable):
    """Another program holds the workspace, or its database server is away: it passes by itself."""


class StorageFull(PapiError):
    """The disk that holds the workspace is full; what was committed before is kept."""

    exit_code = 5
    advice = "Free disk space, then run the same command again: finished pages are not read twice."


class PrelistInvalid(PapiError):
    """A pre-list file cannot be imported."""

    exit_code = 6
    advice = "Correct the named rows in the source file and import it again; nothing was imported."


class TemplateInvalid(PapiError):
    """A form template is wrong."""

    exit_code = 7
    advice = "Correct the named lines of the template, then run `papi template check FORM`."


class UnknownForm(PapiError):
    """No such form template, or no such layout version in this workspace."""

    exit_code = 8
    advice = "`papi template list` names the forms."


class InputUnreadable(PapiError):
    """None of the named paths can be opened."""

    exit_code = 9
    advice = "Check the path and its rights."


class InstallationDamaged(PapiError):
    """A file that ships with PAPI is missing or not the one that was released."""

    exit_code = 11
    advice = "Install PAPI again; nothing was read, so the same command can then be run again."


class WorkersLost(PapiError):
    """The Dask scheduler cannot be reached, or went away."""

    exit_code = 12
    advice = "Check the scheduler, then run the same command again: finished pages are kept."
