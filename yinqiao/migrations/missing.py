"""Tables that a database may have from before there were migrations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from alembic import op


def make_missing(tables: Mapping[str, Callable[[], None]]) -> None:
    """Call the makers, by table name, of the tables that are not there yet, in order."""
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name, make in tables.items():
        if name not in there:
            make()
