"""The console command `mentorflow`: what was typed goes to one command, what comes of it becomes an exit code.

Loads nothing heavy: which command needs what is known only to the command.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from flows.cli.shadows import shadow

if TYPE_CHECKING:
    from cyclopts import CycloptsError

DONE, FIXABLE, USAGE, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 130

QUICK = ("check", "new", "plan", "programs", "--help")
"""Commands that are done before it would pay to look for garbage, or for plugins of pydantic in every installed package."""


def main() -> None:
    """Run what was typed, and leave with its exit code."""
    if sys.argv[1:2] and sys.argv[1] in QUICK:
        gc.disable()
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    complaint = shadow()
    if complaint:
        _tell(complaint)
        sys.exit(FIXABLE)
    code = run(sys.argv[1:])
    gc.freeze()  # what is left goes with the process; to look through it for garbage takes seconds after a rehearsal
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """The exit code of a command line: 0 done, 1 the operator can fix it, 2 usage, 3 our bug."""
    from programs.errors import MentorflowError, ProblemsError

    try:
        return _done(words)
    except MentorflowError as error:
        _tell(str(error))
        if isinstance(error, ProblemsError):
            _tell(f"{len(error.problems)} problem{'' if len(error.problems) == 1 else 's'}; nothing was done")
        return FIXABLE
    except BrokenPipeError:
        sys.stdout = None  # whoever was reading has seen enough, as `head` has; nothing is left to flush
        return DONE
    except KeyboardInterrupt:
        _tell("interrupted; everything that was finished is kept, and the same command carries on from there")
        return INTERRUPTED
    except Exception as error:
        code = _unexpected(error, words)
        if isinstance(error, OSError) and error.filename is None:
            sys.stdout = None  # what could not be written will not be written at the end either
        return code


def _done(words: Sequence[str]) -> int:
    from cyclopts import CycloptsError

    from flows.cli.commands import application, unknown

    not_known = unknown(words)
    if not_known:
        _tell(not_known)
        return USAGE
    try:
        result = application(words)(list(words), exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        _tell(f"{_mistyped(error)}\nSee: mentorflow {words[0]} --help")
        return USAGE
    sys.stdout.flush()
    return result if isinstance(result, int) and not isinstance(result, bool) else DONE


def _mistyped(error: CycloptsError) -> str:
    token = getattr(error, "token", None)
    if getattr(error, "target_type", None) is not date or token is None:
        return str(error).strip()
    from flows.cli.misdated import misdated

    return f"{token.keyword}: {misdated(token.value)}" if token.keyword else misdated(token.value)


def _unexpected(error: Exception, words: Sequence[str]) -> int:
    """What the surroundings refuse is for the operator; anything else is ours."""
    refused = _refused(error)
    if refused:
        _tell(refused)
        return FIXABLE
    import traceback

    traceback.print_exception(error)
    _tell(
        f"\nThis is a fault in mentorflow, not in what you did: `mentorflow {' '.join(words[:1])}` should not end like this. "
        "Please report it with the lines above. What was finished before is kept, and nothing half-done is."
    )
    return OUR_BUG


def _refused(error: Exception) -> str | None:
    from tasks import whole

    if isinstance(error, OSError) and (whole.is_full(error) or error.filename is not None):
        return f"{error.filename or 'the output cannot be written'}: {whole.reason(error)}"
    database = sys.modules.get("sqlalchemy.exc")
    kinds = () if database is None else (database.OperationalError, database.DatabaseError)
    if isinstance(error, kinds) and type(error) in kinds:
        if whole.is_full(error):
            return f"the database cannot be written: {whole.FULL}; make room where it is kept, and do the same again"
        reason = str(error.orig).strip().splitlines()[0]
        return f"the database does not do what was asked: {reason}; see MENTORFLOW_DATABASE_URL and: mentorflow doctor"
    return None


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
