"""Inheritance: a child document laid over its parent, every part keeping the place in the file that said it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from programs.document import Document, Node, Place, Removed, Trail
from programs.errors import Problem
from programs.words import closest, did_you_mean

REMOVE = "remove"


def merge(parent: Document, child: Document, base: Document | None = None) -> tuple[Document, list[Problem]]:
    """What the child says over what it inherits, and what it says wrongly about its inheritance.

    `base` is what lies under every program, from which nothing can be removed.

    Keys merge with keys and items of lists with the items of the same `id`; every other value replaces the inherited
    one. `remove: true` drops an inherited item, an empty value drops what was inherited under its key. A new item
    stands after the item that is written before it.
    """
    merging = _Merging(child, base)
    root = merging.over(parent.root, child.root, ())
    meant = {**parent.meant, **merging.meant}
    return Document(root, child.file, (*parent.removed, *merging.removed), meant, parent), merging.problems


def on_top_of(base: Document, document: Document, keys: tuple[str, ...]) -> Document:
    """The document with the base's entries under the given keys, wherever it has none of the same name of its own."""
    if not isinstance(document.root.value, dict) or not isinstance(base.root.value, dict):
        return document
    whole = dict(document.root.value)
    for key in keys:
        below, own = base.root.value.get(key), whole.get(key)
        if below is None or not isinstance(below.value, dict):
            continue
        if own is None or own.value is None:
            whole[key] = below
        elif isinstance(own.value, dict):
            whole[key] = replace(own, value={**below.value, **own.value})
    return replace(document, root=replace(document.root, value=whole))


def alone(document: Document, base: Document | None = None) -> tuple[Document, list[Problem]]:
    """A document that inherits nothing, without what it removes all the same, and the problems of that."""
    merging = _Merging(document, base)
    return Document(merging.fresh(document.root, ()), document.file), merging.problems


@dataclass
class _Merging:
    child: Document
    base: Document | None = None
    problems: list[Problem] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    meant: dict[Place, str] = field(default_factory=dict)

    def over(self, old: Node, new: Node, trail: Trail) -> Node:
        if isinstance(old.value, dict) and isinstance(new.value, dict):
            return replace(new, value=self._keys(old.value, new.value, trail))
        if isinstance(old.value, list) and isinstance(new.value, list) and _by_id(old.value) and _by_id(new.value):
            return replace(new, value=self._items(old.value, new.value, trail))
        return self.fresh(new, trail)

    def fresh(self, new: Node, trail: Trail) -> Node:
        """A value that replaces or adds; nothing in it can be removed, for nothing in it was inherited."""
        if isinstance(new.value, dict):
            kept = {key: self.fresh(inner, (*trail, key)) for key, inner in new.value.items() if not _removes(inner)}
            for key in new.value.keys() - kept.keys():
                self._nothing_to_remove((*trail, key), key, [])
            return replace(new, value=kept)
        if isinstance(new.value, list):
            for at, item in enumerate(new.value):
                if _removes(item):
                    self._nothing_to_remove((*trail, at), item.id or str(at + 1), [])
            items = [self.fresh(item, (*trail, at)) for at, item in enumerate(new.value) if not _removes(item)]
            return replace(new, value=items)
        return new

    def _keys(self, old: dict[str, Node], new: dict[str, Node], trail: Trail) -> dict[str, Node]:
        merged = dict(old)
        for key, value in new.items():
            inherited = old.get(key)
            if _removes(value):
                if merged.pop(key, None) is None:
                    self._nothing_to_remove((*trail, key), key, old)
                else:
                    self._drop((*trail, key), key, value)
            elif inherited is None:
                self._add(key, value, old, new)
                merged[key] = self.fresh(value, (*trail, key))
            elif value.value is None:
                self._drop((*trail, key), key, value)
                del merged[key]
            else:
                merged[key] = self.over(inherited, value, (*trail, key))
        return merged

    def _items(self, old: list[Node], new: list[Node], trail: Trail) -> list[Node]:
        inherited = {item.id: item for item in old if item.id is not None}
        merged: list[Node] = list(old)
        spot = _spot_of_first(old, new)
        seen: set[str] = set()
        for at, item in enumerate(new):
            name = item.id
            assert name is not None, "only lists whose items all have an id come here"
            known = name in inherited and name not in seen
            seen.add(name)
            if _removes(item):
                if known:
                    spot = _index(merged, name)
                    del merged[spot]
                    self._drop((*trail, at), name, item)
                else:
                    self._nothing_to_remove((*trail, at), name, list(inherited))
            elif known:
                spot = _index(merged, name)
                merged[spot] = self.over(inherited[name], item, (*trail, at))
                spot += 1
            else:
                self._add(name, item, inherited, [item.id for item in new])
                merged.insert(spot, self.fresh(item, (*trail, at)))
                spot += 1
        return merged

    def _drop(self, trail: Trail, name: str, node: Node) -> None:
        mark = node.child(REMOVE) or node
        kind = str(trail[-2]).removesuffix("s") if len(trail) > 1 else ""
        path, around = self.child.name(trail), self.child.name(trail[:-2])
        self.removed.append(Removed(kind, name, path, around, mark.key or mark.place))

    def _add(self, name: str, node: Node, old: Mapping[str, Node], new: Iterable[str | None]) -> None:
        """Something new may have been meant for what is inherited under nearly the same name."""
        near = closest(name, old.keys() - set(new)) if isinstance(node.value, dict) else None
        if near:
            self.meant[node.place] = f"did you mean '{near}', which {old[near].place.file} declares?"

    def _nothing_to_remove(self, trail: Trail, name: str, inherited: list[str] | dict[str, Node]) -> None:
        why, hint = "nothing of that name is inherited here", did_you_mean(name, inherited)
        if self.base is not None and len(self.base.locate(trail)[0]) == len(trail):
            why, hint = "every program has it", "write your own of that name, and it takes its place"
        self.problems.append(self.child.problem(trail, f"'{name}' cannot be removed: {why}", hint))


def _by_id(items: list[Node]) -> bool:
    return bool(items) and all(item.id is not None for item in items)


def _removes(node: Node) -> bool:
    mark = node.child(REMOVE)
    return mark is not None and mark.value is True


def _index(items: list[Node], name: str) -> int:
    return next(at for at, item in enumerate(items) if item.id == name)


def _spot_of_first(old: list[Node], new: list[Node]) -> int:
    """Where new items go that are written before any inherited one: before that one, or at the end."""
    inherited = [item.id for item in old]
    return next((inherited.index(item.id) for item in new if item.id in inherited), len(old))
