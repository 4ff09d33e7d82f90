"""What lies before the match and before the start, by the roles somebody has: phases gone through alone, and gates.

Somebody with several roles goes through the phases of all of them, each phase once: as a mentee, where it is for mentees.
"""

from __future__ import annotations

from collections.abc import Collection

from programs.spec import Gate, Phase, Program, Role, Shape

_ORDER = (Role.MENTEE, Role.MEMBER, Role.MENTOR)


def combinations(program: Program) -> tuple[frozenset[Role], ...]:
    """The roles that somebody can have together."""
    if program.relationships.shape is Shape.CIRCLE:
        return (frozenset({Role.MEMBER}),)
    return (frozenset({Role.MENTEE}), frozenset({Role.MENTOR}), frozenset({Role.MENTEE, Role.MENTOR}))


def written(roles: Collection[Role]) -> str:
    """Roles as they are kept with a participant."""
    return ",".join(sorted(str(role) for role in roles))


def phases_of(program: Program, roles: Collection[Role]) -> tuple[Phase, ...]:
    """The phases that somebody with these roles goes through alone."""
    return tuple(phase for phase in program.alone_phases if not phase.roles or set(phase.roles) & set(roles))


def acts_as(phase: Phase, roles: Collection[Role]) -> Role:
    """As what somebody with these roles goes through a phase that is for one of them at least."""
    return next(role for role in _ORDER if role in roles and (not phase.roles or role in phase.roles))


def onward(program: Program, to: str, roles: Collection[Role]) -> Phase | None:
    """The phase, or the first after it that somebody with these roles goes through alone; None for the end, or where none is left."""
    order = [phase.id for phase in program.alone_phases]
    ahead = order[order.index(to) :] if to in order else []
    return next((phase for phase in phases_of(program, roles) if phase.id in ahead), None)


def prepares_as(program: Program, roles: Collection[Role]) -> frozenset[Role]:
    """The roles in which somebody goes through phases alone; none for nobody who has to."""
    return frozenset(role for role in roles if phases_of(program, [role]))


def gates_of(program: Program, roles: Collection[Role]) -> tuple[Gate, ...]:
    """The gates that somebody with these roles has to pass."""
    return tuple(gate for gate in program.enrollment.gates if _concerns(program, gate, roles))


def gates_ahead(program: Program, roles: Collection[Role], before: str) -> tuple[Gate, ...]:
    """Those of them that can be passed, and must be, before somebody is matched, or before a relationship starts."""
    return tuple(gate for gate in gates_of(program, roles) if gate.before == before and _comes_first(program, gate))


def has_any(program: Program) -> bool:
    """Whether anybody has anything to do before they may be matched."""
    return bool(program.alone_phases) or any(gate.before == "matching" for gate in program.enrollment.gates)


def looks(phase: Phase) -> bool:
    """Whether people look for somebody in the phase, so that it does not end by time."""
    return phase.until in ("matched", "proposed")


def _concerns(program: Program, gate: Gate, roles: Collection[Role]) -> bool:
    if gate.by == "operator":
        return not gate.roles or bool(set(gate.roles) & set(roles))
    phase = _asked_in(program, gate)
    if phase is None or not phase.alone:
        return not gate.roles or bool(set(gate.roles) & set(roles))
    concerned = [role for role in roles if not gate.roles or role in gate.roles]
    return phase in phases_of(program, concerned)


def _comes_first(program: Program, gate: Gate) -> bool:
    """A gate that is answered in a shared phase is passed after the start."""
    phase = _asked_in(program, gate)
    return gate.by == "operator" or (phase is not None and phase.alone)


def _asked_in(program: Program, gate: Gate) -> Phase | None:
    return next((phase for phase in program.phases if gate.id in {one.id for one in phase.milestones}), None)
