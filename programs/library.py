"""Finds program files, lays them over what they inherit, and turns them into checked programs. Reads no environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from programs import extends, source
from programs.check import check, uses
from programs.document import Document, Node, Trail, of_data
from programs.errors import DeclarationError, NotFoundError, Problem
from programs.problems import from_validation, misspelled_texts
from programs.salvage import salvage
from programs.spec import Program
from programs.words import did_you_mean, listing

STANDARD = "standard"
"""Not a program: the messages and forms that every program has unless it declares its own, whether or not it extends this.

One of the same name replaces it whole, also where a program extends another: nothing in it is merged, and nothing removed.
"""

STANDARD_KEYS = ("forms", "messages")


@dataclass(frozen=True)
class Declaration:
    """A checked program and the document it was read from, after inheritance."""

    program: Program
    document: Document
    forms: frozenset[str]
    """What the file and its parents declare, and what somebody is asked; not what is merely there for every program."""


def load(wanted: str | Path, folders: Sequence[Path] = ()) -> Program:
    """The program of a file or of a name. Raises DeclarationError with all its problems, NotFoundError for a name."""
    return read(wanted, folders).program


def read(wanted: str | Path, folders: Sequence[Path] = ()) -> Declaration:
    """Like `load`, together with the document, for whoever has to point at lines."""
    if isinstance(wanted, str) and not _is_path(wanted):
        found = find(wanted, folders)
        declared = _declared(_open(found), found, folders)
        _check_name(declared, _name(found))
        return declared
    path = Path(wanted)
    return _declared(source.read_file(path), path, folders)


def from_data(data: Any, name: str = "stored plan") -> Program:
    """A program that was checked before it was stored; only its shape is proven again. Raises DeclarationError."""
    try:
        return Program.model_validate(data)
    except ValidationError as error:
        raise DeclarationError(from_validation(error, of_data(data, name))) from None


def shipped() -> list[str]:
    """The names of the programs that come with the package."""
    return sorted(_name(file) for file in _shipped())


def available(folders: Sequence[Path] = ()) -> list[str]:
    """The names of all programs: the operator's own and the shipped ones."""
    return sorted({_name(file) for file in _candidates(folders)})


def find(
    name: str, folders: Sequence[Path] = (), leaving: Sequence[Traversable] = (), also: Sequence[str] = ()
) -> Traversable:
    """The file of a program by its name; the operator's folders win over what is shipped. Raises NotFoundError.

    `also` are other names that may have been meant.
    """
    left = {_identity(file) for file in leaving}
    for file in _candidates(folders):
        if _name(file) == name.replace("_", "-") and _identity(file) not in left:
            return file
    known = available(folders)
    hint = did_you_mean(name, [*known, *also]) or f"there are: {listing(known)}"
    raise NotFoundError(f"no program is called '{name}' ({hint})")


def is_standard(wanted: str, folders: Sequence[Path] = ()) -> bool:
    """Whether a file or a name means what lies under every program, as it ships."""
    if not _is_path(wanted):
        return wanted == STANDARD and all(_name(file) != STANDARD for file in _candidates(folders))
    path, shipped = Path(wanted), files("programs") / f"{STANDARD}.yaml"
    return path.name == shipped.name and path.is_file() and path.read_bytes() == shipped.read_bytes()


def _declared(document: Document, file: Traversable, folders: Sequence[Path]) -> Declaration:
    whole, problems = _with_inheritance(document, file, folders, (file,))
    try:
        program, complete = _shaped(_with_standard(whole))
    except DeclarationError as error:
        raise DeclarationError([*problems, *error.problems, *_of_the_rest(whole)]) from None
    problems += check(program, complete, parent=lambda: _before(complete))
    if problems:
        raise DeclarationError(problems)
    asked = {use.form for use in uses.forms(program)}
    return Declaration(program, complete, frozenset(asked | _own_forms(whole)))


def _before(document: Document) -> tuple[Program, Document] | None:
    """The program that the document was laid over, where it is one by itself."""
    if document.parent is None:
        return None
    try:
        return _shaped(_with_standard(document.parent))
    except DeclarationError:
        return None


def _own_forms(document: Document) -> set[str]:
    forms = document.root.child("forms")
    return set(forms.value) if forms is not None and isinstance(forms.value, dict) else set()


def _of_the_rest(document: Document) -> list[Problem]:
    """What else is wrong in a document that is no program, as far as it can be told."""
    rest = salvage(document)
    if rest is None:
        return []
    program, complete = _shaped(_with_standard(rest.document))
    return check(program, complete, rest.unread, lambda: _before(complete))


def _with_inheritance(
    document: Document, file: Traversable, folders: Sequence[Path], chain: tuple[Traversable, ...]
) -> tuple[Document, list[Problem]]:
    wanted = document.root.child("extends")
    if wanted is None or wanted.value is None or wanted.spelling is None:
        return extends.alone(document, _standard())
    here = [file.parent, *folders] if isinstance(file, Path) and not _is_shipped(file) else []
    try:
        parent_file = _parent(wanted.spelling, here, chain)
    except NotFoundError as error:
        raise DeclarationError([document.problem(("extends",), str(error))]) from None
    if parent_file is None:
        return extends.alone(document, _standard())
    parent, problems = _with_inheritance(_open(parent_file), parent_file, folders, (*chain, parent_file))
    merged, more = extends.merge(parent, document, _standard())
    return merged, [*problems, *more]


def _parent(name: str, folders: Sequence[Path], chain: tuple[Traversable, ...]) -> Traversable | None:
    """The file that is extended; None for the standard, which lies under every program anyway.

    One of the operator's own may extend the shipped one of the same name, and may be called `standard`.
    """
    if _is_path(name):
        found: Traversable = folders[0] / name if folders else Path(name)
        if not found.is_file():
            raise NotFoundError(f"there is no file '{name}' to extend")
    else:
        try:
            found = find(name, folders, leaving=chain)
            return found if name != STANDARD or _open(found).root.child("program") else None
        except NotFoundError:
            if name == STANDARD:
                return None
            found = find(name, folders, also=(STANDARD,))
    passed = [_identity(link) for link in chain]
    if _identity(found) in passed:
        circle = " → ".join(_name(link) for link in (*chain[passed.index(_identity(found)) :], found))
        raise NotFoundError(f"the program extends itself: {circle}")
    return found


def _shaped(document: Document) -> tuple[Program, Document]:
    """The typed program. Where a text is expected, a bare 2026 or true is taken as it is written."""
    try:
        return Program.model_validate(document.data), document
    except ValidationError as error:
        texts = misspelled_texts(error, document)
        if texts:
            return _shaped(replace(document, root=_as_texts(document.root, (), frozenset(texts))))
        raise DeclarationError(from_validation(error, document)) from None


def _as_texts(node: Node, trail: Trail, texts: frozenset[Trail]) -> Node:
    if trail in texts:
        return replace(node, value=node.spelling)
    if isinstance(node.value, dict):
        return replace(node, value={key: _as_texts(inner, (*trail, key), texts) for key, inner in node.value.items()})
    if isinstance(node.value, list):
        return replace(node, value=[_as_texts(item, (*trail, at), texts) for at, item in enumerate(node.value)])
    return node


def _check_name(declared: Declaration, name: str) -> None:
    own = declared.program.program
    if own.replace("_", "-") != name:
        message = f"the program calls itself '{own}' but its file is called '{name}'; a program is found by its file"
        raise DeclarationError([declared.document.problem(("program",), message, "give both the same name")])


def _candidates(folders: Sequence[Path]) -> Iterator[Traversable]:
    for folder in folders:
        if folder.is_dir():
            yield from sorted(file for file in folder.iterdir() if file.suffix in (".yaml", ".yml"))
    yield from _shipped()


def _shipped() -> Iterator[Traversable]:
    for folder in _shipped_folders():
        if folder.is_dir():
            inside = sorted(folder.iterdir(), key=lambda file: file.name)
            yield from (file for file in inside if file.name.endswith(".yaml") and _name(file) != STANDARD)


def _shipped_folders() -> tuple[Traversable, ...]:
    return files("programs"), files("programs") / "examples"


def _is_shipped(file: Traversable) -> bool:
    return not isinstance(file, Path) or file.resolve().parent in _shipped_folders()


def _identity(file: Traversable) -> str:
    return str(file.resolve() if isinstance(file, Path) else file)


def _with_standard(document: Document) -> Document:
    return extends.on_top_of(_standard(), document, STANDARD_KEYS)


@cache
def _standard() -> Document:
    return _open(files("programs") / f"{STANDARD}.yaml")


def _open(file: Traversable) -> Document:
    if isinstance(file, Path) and not _is_shipped(file):
        return source.read_file(file)
    return source.read_resource(file, f"programs/{file.name}")


def _name(file: Traversable) -> str:
    return file.name.rpartition(".")[0].replace("_", "-")


def _is_path(wanted: str) -> bool:
    return wanted.endswith((".yaml", ".yml")) or "/" in wanted
