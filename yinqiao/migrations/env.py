"""What Alembic runs for every command: the migrations, on the connection it was handed."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Run on `attributes["connection"]`, inside the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        # SQLite alters a table by copying it.
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
