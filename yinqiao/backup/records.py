"""The records' half: every table as rows, in one transaction, whatever the database.

Tables are taken as the database describes them, at the schema they were written with; a restore
builds that schema, fills it, and then upgrades it as any other.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError

from compliance.audit_store import AuditStore
from yinqiao.backup.errors import NotEmpty, TooNew
from yinqiao.backup.file import Reader, Row, Writer
from yinqiao.records import upgrade

_VERSION = "alembic_version"
_BATCH = 500


def head(engine: sa.Engine) -> str:
    """Return the audit chain's head as SEQ:HASH."""
    now = AuditStore(engine).head()
    return f"{now.seq}:{now.hash}"


def dump(engine: sa.Engine, writer: Writer) -> str:
    """Write every table; returns the schema's revision."""
    with _one_moment(engine) as connection:
        for table in _tables(connection):
            rows = connection.execution_options(yield_per=_BATCH).execute(sa.select(table))
            writer.part(f"records/{table.name}", (_plain(row) for row in rows.mappings()))
        return MigrationContext.configure(connection).get_current_revision() or ""


def load(engine: sa.Engine, reader: Reader) -> None:
    """Fill an empty database.

    Raises:
        NotEmpty: it has tables.
        TooNew: this version does not know the backup's schema.
    """
    if sa.inspect(engine).get_table_names():
        raise NotEmpty(engine.url.render_as_string())
    try:
        upgrade(engine, to=reader.manifest.schema)
    except CommandError as error:
        raise TooNew(reader.manifest.schema) from error
    with engine.begin() as connection:
        for table in _tables(connection):
            rows = (_typed(table, row) for row in reader.part(f"records/{table.name}"))
            while batch := list(islice(rows, _BATCH)):
                connection.execute(sa.insert(table), batch)
            _count_on(connection, table)
    upgrade(engine)


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables in an order in which they may be filled."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _VERSION]


@contextmanager
def _one_moment(engine: sa.Engine) -> Iterator[sa.Connection]:
    if engine.dialect.name != "sqlite":
        with engine.connect() as shared:
            yield shared.execution_options(isolation_level="REPEATABLE READ")
        return
    # The driver begins no transaction for reading.
    with engine.connect() as shared:
        connection = shared.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let a column that numbers itself go on after what was filled in; SQLite does by itself."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    serial = sa.func.pg_get_serial_sequence(table.name, column.name)
    highest = sa.select(sa.func.max(column)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(serial, highest)))


def _plain(row: sa.RowMapping) -> Row:
    return {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in row.items()
    }


def _typed(table: sa.Table, row: Row) -> Row:
    return {
        name: base64.b64decode(value)
        if value is not None and isinstance(table.c[name].type, sa.LargeBinary)
        else value
        for name, value in row.items()
    }
