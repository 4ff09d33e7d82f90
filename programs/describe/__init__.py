"""A plan in the forms in which people look at it: table, text, mermaid, calendar file, data. Computes nothing of its own."""

from __future__ import annotations

from programs.describe.as_flow import flow
from programs.describe.as_ics import ics
from programs.describe.as_json import data
from programs.describe.as_mermaid import mermaid
from programs.describe.as_table import HEADINGS, rows
from programs.describe.as_text import text
from programs.describe.timeline import Timeline, timeline

__all__ = ["HEADINGS", "Timeline", "data", "flow", "ics", "mermaid", "rows", "text", "timeline"]
