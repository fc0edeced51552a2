"""Puts the groups of commands together; whatever is heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from xanh.cli import (
    again,
    catalogue,
    deliveries,
    doctoring,
    files,
    forms,
    forms_blank,
    keeping,
    numbers,
    service,
    tracing,
)

app = typer.Typer(
    name="xanh",
    help="From a department's spreadsheet to indicators that can be defended.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (files, numbers, tracing, again, deliveries, forms_blank, service, keeping, doctoring, catalogue, forms):
    group.register(app)


LOGGED = frozenset(
    {"ingest", "compute", "publish", "reprocess", "rebuild", "withdraw", "backup", "restore", "migrate", "alerts"}
)
"""Commands that change something leave lines in XANH_HOME/log; the others touch nothing."""


@app.callback()
def options(
    context: typer.Context,
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error; may stand anywhere."),
) -> None:
    """From a department's spreadsheet to indicators that can be defended."""
    if context.invoked_subcommand in LOGGED and "--help" not in (context.obj or ()):
        from xanh import logs
        from xanh.settings import Settings

        logs.configure(Settings.from_environment(), context.invoked_subcommand)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process with its exit code: 0, 1 for a failure, 2 for wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    is_debugging = "--debug" in given
    words = [word for word in given if word != "--debug"]
    try:
        code = app(words, prog_name="xanh", standalone_mode=False, obj=words)
    except typer.TyperException as error:
        typer.echo(_wrong_usage(error), err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:  # the one place where an error becomes a sentence
        if is_debugging:
            raise
        typer.echo(f"xanh: {_sentence(error)}", err=True)
        sys.exit(1)
    sys.exit(code or 0)


def _wrong_usage(error: typer.TyperException) -> str:
    """What was wrong and where help is, in one sentence; nothing where the help was shown, for want of a command."""
    message = error.format_message()
    if not message:
        return ""
    context = getattr(error, "ctx", None)
    return f"xanh: {message.rstrip('.')} (see {context.command_path if context else 'xanh'} --help)."


def _sentence(error: Exception) -> str:
    if isinstance(error, KeyError):  # says nothing but the key: most often one that a file names and no other has
        return (
            f"{error} is named and stands nowhere: `xanh catalog check` says whether a file is to blame, --debug where."
        )
    text = " ".join(str(error).split()) or type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."
