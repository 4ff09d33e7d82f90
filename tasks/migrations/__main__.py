"""Writes the next revision: `python -m tasks.migrations "what changes"`, or `--again` for the newest one, not released yet.

What the models say beyond the revisions becomes a new file in `versions/`, to be read and tidied by hand. With `--again` the
newest file is written anew, which is right only as long as no released version holds it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from tasks.schema import config


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m tasks.migrations", description="write the next revision")
    arguments.add_argument("message", help="what changes, in a few words")
    arguments.add_argument("--again", action="store_true", help="write the newest revision anew")
    chosen = arguments.parse_args()
    if chosen.again:
        _newest().unlink()
    path = _write(chosen.message)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)  # noqa: S603 - our own file
    print(f"wrote {path}; read it, and tidy it")  # noqa: T201


def _newest() -> Path:
    script = ScriptDirectory.from_config(config()).get_revision("head")
    assert script is not None
    return Path(script.path)


def _write(message: str) -> Path:
    """The difference between the models and an empty database on which all revisions have run."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/compared.db")
        with engine.begin() as conn:
            settings = config(conn)
            command.upgrade(settings, "head")
            heads = ScriptDirectory.from_config(settings).get_heads()
            number = f"{int(heads[0]) + 1 if heads else 1:04}"
            command.revision(settings, message, autogenerate=True, rev_id=number)
        engine.dispose()
    path = _newest()
    path.write_text(_tidy(path.read_text()))
    return path


def _tidy(source: str) -> str:
    """Without Alembic's remarks and defaults; a new index needs no rebuilding of its table."""
    source = re.sub(r"^ *# ### .*\n", "", source, flags=re.MULTILINE)
    source = re.sub(r"(?:op|batch_op)\.f\(('[^']*')\)", r"\1", source)
    source = re.sub(r", nullable=True|, unique=False|, schema=None", "", source)
    return re.sub(
        r"^ *with op\.batch_alter_table\(('\w+')\) as batch_op:\n((?: +batch_op\.create_index\(.*\n)+)",
        _indexes,
        source,
        flags=re.MULTILINE,
    )


def _indexes(block: re.Match[str]) -> str:
    return re.sub(r" +batch_op\.create_index\(('\w+'), ", rf"    op.create_index(\1, {block[1]}, ", block[2])


if __name__ == "__main__":
    main()
