"""Messages fill in only what exists when they are sent."""

from __future__ import annotations

from programs.check.finding import Finding, Findings
from programs.spec import Program


def placeholders_exist(program: Program) -> Findings:
    from programs.render import check_template  # noqa: PLC0415 - the template engine is slow to load

    for name, message in program.messages.items():
        for part, text in (("subject", message.subject), ("body", message.body)):
            for line, wrong in check_template(text):
                said, _, hint = wrong.partition("; ")
                yield Finding(("messages", name, part), said, hint or None, line=line)
