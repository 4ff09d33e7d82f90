"""Run by Alembic for each migration, inside the transaction that `tasks.schema` has opened. Knows no addresses of databases."""

from __future__ import annotations

from alembic import context

from tasks.migrations.options import OPTIONS
from tasks.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, **OPTIONS)
context.run_migrations()
