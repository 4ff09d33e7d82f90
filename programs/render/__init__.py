"""Mails from messages: which names may stand in one, whether a text keeps to them, and the text with the names filled in."""

from __future__ import annotations

from programs.render.allow import check_template
from programs.render.mail import Context, Rendered, TemplateRefusedError, Templates, bullets, day_in_words, render
from programs.render.names import LINES, NAMES

__all__ = [
    "LINES",
    "NAMES",
    "Context",
    "Rendered",
    "TemplateRefusedError",
    "Templates",
    "bullets",
    "check_template",
    "day_in_words",
    "render",
]
