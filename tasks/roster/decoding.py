"""Bytes to text without guessing: by the mark at the beginning, else as UTF-8, else as the operator says."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from programs.errors import MentorflowError, Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, with whose mark it begins
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY = "cp1252"
"""What spreadsheets of Western Europe write where they do not write UTF-8; only ever named as a hint."""


_SPREADSHEETS = ((b"PK\x03\x04", ".xlsx"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"))
"""How spreadsheets begin, whatever they are called: those that are archives, and those from before."""
_OPEN_DOCUMENT = b"opendocument.spreadsheet"


def decode(data: bytes, file: str, encoding: str | None = None) -> str | Problem:
    """The text, in composed form (NFC) so that the same letters compare as equal; or why it cannot be read."""
    suffix = next((suffix for begin, suffix in _SPREADSHEETS if data.startswith(begin)), None)
    if suffix is not None:
        named = Path(file).with_suffix(".ods" if _OPEN_DOCUMENT in data[:100] else suffix).name
        way_out = f"name it {named}, or save it as CSV in UTF-8"
        return Problem(file, 1, 1, "", "is a spreadsheet, not CSV", way_out)
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(marked or encoding or "utf-8")
    except LookupError as error:
        raise MentorflowError(
            f"there is no encoding '{encoding}'; known are utf-8, utf-16, cp1252, mac_roman …"
        ) from error
    except UnicodeDecodeError as error:
        return _undecodable(data, file, error, marked or encoding)
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        hint = "a file in UTF-16 must be named: --encoding utf-16" if text.count("\0") > len(text) // 4 else None
        return Problem(
            file, line, nul - text.rfind("\n", 0, nul), "", "holds a NUL character; the file is damaged", hint
        )
    return unicodedata.normalize("NFC", text)


def _undecodable(data: bytes, file: str, error: UnicodeDecodeError, encoding: str | None) -> Problem:
    line = data.count(b"\n", 0, error.start) + 1
    begin = data.rfind(b"\n", 0, error.start) + 1
    if encoding:
        return Problem(
            file, line, error.start - begin + 1, "", f"is not {encoding}", "name the encoding with --encoding"
        )
    piece = data[max(begin, error.start - 12) : error.start + 8].split(b"\n")[0].decode(_LIKELY, "replace").strip()
    hint = f"name its encoding, such as --encoding {_LIKELY}, which would read '{piece}' here"
    return Problem(file, line, error.start - begin + 1, "", "is not UTF-8, and nothing is guessed about names", hint)
