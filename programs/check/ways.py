"""The phases are a graph: every way leads somewhere and can be gone, every phase can be reached, and every relationship can end."""

from __future__ import annotations

from collections.abc import Iterator

from programs.before import looks
from programs.check import uses
from programs.check.asks import follows
from programs.check.finding import Finding, Findings, unknown
from programs.document import Trail
from programs.spec import Form, Phase, Program
from programs.survey import reflection_form
from programs.ways import END, By, Way, ways
from programs.ways import reachable as ahead_of

_REFLECTION = "reflection"


def declared(program: Program) -> Iterator[tuple[Phase, Way]]:
    """Every way that is written down, with the phase out of which it leads."""
    for phase in program.phases:
        yield from ((phase, way) for way in ways(program, phase) if way.trail)


def ways_lead_to_phases(program: Program) -> Findings:
    """Each leads to a phase of the same kind: before the match, or after it."""
    names = [phase.id for phase in program.phases]
    alone = {phase.id for phase in program.alone_phases}
    told: set[Trail] = set()
    for phase, way in declared(program):
        place = (*way.trail, "to")
        if way.to == END or place in told:
            continue
        told.add(place)
        if way.to not in names:
            yield from unknown(place, "phase", way.to, [*names, "end"] if way.by in _BY_PATH else names)
        elif (way.to in alone) != phase.alone:
            side = "before anybody is matched" if way.to in alone else "after the match"
            yield Finding(place, f"'{way.to}' lies {side}, and '{phase.id}' does not", about=way.to)


_BY_PATH = (By.OVER, By.CONTACT, By.OPERATOR)


def contact_needs_somebody(program: Program) -> Findings:
    """Nobody is in contact who is alone."""
    for phase, way in declared(program):
        if phase.alone and way.by is By.CONTACT:
            message = f"there is no contact in '{phase.id}', which everybody goes through alone"
            yield Finding((*way.trail, "when"), message, about=phase.id)


def silence_counts_in_phases(program: Program) -> Findings:
    """The phases in which a step of the ladder counts exist, are not those in which people are looked for, and are left by it."""
    known = [phase.id for phase in program.phases]
    looking = {phase.id for phase in program.alone_phases if looks(phase)}
    for at, rung in enumerate(program.silence):
        for place, name in enumerate(rung.during):
            trail = ("silence", at, "during", place)
            if name in looking:
                yield Finding(trail, f"nobody is silent in '{name}', where everybody waits for others", about=name)
            elif name == rung.to:
                yield Finding(trail, f"leads from '{name}' to '{name}'", "leave out the phase that it leads to")
            else:
                yield from unknown(trail, "phase", name, known)


def only_what_is_come_back_to_goes_on(program: Program) -> Findings:
    """A phase of a fixed length to which some way leads back: of any other, nothing can be left."""
    for at, phase in enumerate(program.phases):
        if not phase.goes_on:
            continue
        trail = ("phases", at, "on_return")
        back = {to for way in ways(program, phase) if way.to != END for to in ahead_of(program, way.to)}
        if phase.alone or phase.id not in back:
            message = f"nobody comes back to '{phase.id}'" + (
                ", which everybody goes through alone" if phase.alone else ""
            )
            yield Finding(trail, message, "delete it, or declare a way that leads back", key=True)
        elif not phase.lasts.is_fixed or phase.lasts.until:
            message = f"how long '{phase.id}' lasts is not fixed, so nobody knows how much of it is left"
            yield Finding(trail, message, "give it one length, or delete this", key=True)


def ways_can_be_gone(program: Program) -> Findings:
    """None stands behind one that is always open."""
    for phase in program.phases:
        for by in (By.OVER, By.CONTACT):
            tried = [way for way in ways(program, phase) if way.by is by and way.trail]
            open_ = [at for at, way in enumerate(tried) if way.condition is None and way.at_most is None]
            for way in tried[open_[0] + 1 :] if open_ else ():
                message = f"never taken: the way to '{_name(tried[open_[0]].to)}' before it is always open"
                yield Finding(way.trail, message, "move it up, or delete it")


def ways_follow_from_an_answer(program: Program) -> Findings:
    """The answer that opens a way is asked for before, can be given, and may have consequences."""
    for phase, way in declared(program):
        if way.by is not By.OVER or way.condition is None or way.milestone is None:
            continue
        form = _form_of(program, phase, way.milestone)
        where = _phase_of(program, phase, way.milestone)
        place = (*way.trail, "milestone")
        if where is None:
            names = [milestone.id for one in program.phases for milestone in one.milestones]
            yield from unknown(place, "milestone", way.milestone, names)
        elif where.alone != phase.alone or phase.id not in ahead_of(program, where.id):
            message = f"'{way.milestone}' is asked in '{where.id}', which does not come before '{phase.id}'"
            yield Finding(place, message, about=way.milestone)
        elif form is None:
            yield Finding(place, f"nothing is asked at '{way.milestone}'", "name a milestone with 'ask'")
        else:
            yield from follows(way.trail, way.condition, form)


def _phase_of(program: Program, phase: Phase, milestone: str) -> Phase | None:
    if milestone == _REFLECTION:
        return phase if phase.reflect else None
    found = (one for one in program.phases if milestone in {each.id for each in one.milestones})
    return next(found, None)


def _form_of(program: Program, phase: Phase, name: str) -> Form | None:
    if name == _REFLECTION:
        return reflection_form(program, phase) if phase.reflect and phase.reflect.form in program.forms else None
    asked = (one.ask.form for _, _, one in uses.milestones(program) if one.id == name and one.ask)
    return program.forms.get(next(asked, ""))


def _are_told_apart(program: Program) -> bool:
    """Where two phases have one name, no way can be followed: it is enough to say that they do."""
    return len({phase.id for phase in program.phases}) == len(program.phases)


def every_phase_has_a_way_in(program: Program) -> Findings:
    if not _are_told_apart(program):
        return
    shared = program.shared_phases
    begins = [shared[0].id] if shared else []
    if program.closure.new_cycle:
        begins.append(program.closure.new_cycle.begins)
    found = {name for start in begins for name in ahead_of(program, start)}
    for at, phase in enumerate(program.phases):
        if not phase.alone and phase.id not in found:
            hint = "name it in 'paths' of a phase, or in a 'then: go'"
            yield Finding(("phases", at, "id"), f"no way leads to '{phase.id}'", hint)


def every_phase_leads_to_the_end(program: Program) -> Findings:
    if not _are_told_apart(program):
        return
    for at, phase in enumerate(program.phases):
        found = ahead_of(program, phase.id)
        if END not in found and found <= {one.id for one in program.phases}:
            message = f"no way leads from '{phase.id}' to the end: only to {', '.join(sorted(found))}"
            yield Finding(("phases", at, "id"), message, "let one of them lead on, or to 'end'")


def nothing_goes_round_for_ever(program: Program) -> Findings:
    """Where nobody does anything, every way comes to an end; and no answer that stays the same leads round and round."""
    if not _are_told_apart(program):
        return
    by_itself = {phase.id: [way for way in ways(program, phase) if _goes_by_itself(way)] for phase in program.phases}
    told: set[frozenset[str]] = set()
    for phase in program.phases:
        circle = _circle(phase.id, by_itself)
        names = frozenset(way.origin for way in circle)
        if not circle or names in told or not any(END in ahead_of(program, name) for name in names):
            continue
        told.add(names)
        last = next(way for way in reversed(circle) if way.trail)
        around = " → ".join([*(way.origin for way in circle), circle[0].origin])
        message = f"goes round for ever where nobody does anything: {around}"
        yield Finding(last.trail, message, "limit it with 'at_most', or let an answer or contact decide")
    for phase, way in declared(program):
        where = _phase_of(program, phase, way.milestone) if way.milestone and way.at_most is None else None
        if way.by is By.OVER and where is not None and where is not phase:
            yield from _same_again(program, phase, way, where)


def _same_again(program: Program, phase: Phase, way: Way, where: Phase) -> Findings:
    known = {one.id: one for one in program.phases}
    here, passed = way.to, set[str]()
    while here in known and here not in passed and here != where.id:
        if here == phase.id:
            message = f"goes round for ever: '{way.milestone}' is not asked again on the way back to '{phase.id}'"
            yield Finding(way.trail, message, "limit it with 'at_most'")
            return
        passed.add(here)
        here = next(one.to for one in ways(program, known[here]) if one.is_certain)


def _goes_by_itself(way: Way) -> bool:
    limited = way.at_most is not None
    return way.is_certain or way.by is By.SILENCE or (way.by is By.OVERRUN and not limited)


def _circle(start: str, out: dict[str, list[Way]]) -> list[Way]:
    """The ways that lead from a phase back to it; none if none do."""
    came_by: dict[str, list[Way]] = {start: []}
    ahead = [start]
    while ahead:
        here = ahead.pop(0)
        for way in out.get(here, ()):
            if way.to == start:
                return [*came_by[here], way]
            if way.to not in came_by:
                came_by[way.to] = [*came_by[here], way]
                ahead.append(way.to)
    return []


def _name(to: str) -> str:
    return "end" if to == END else to
