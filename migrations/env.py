"""Runs the migrations on the app's own engine, one transaction a migration."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A batch change drops and re-creates a table; with enforcement on, that would delete child rows (STACK.md section 5).
            # Within a transaction the pragma does nothing, and SQLAlchemy begins one with its first statement: the driver is told.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=sqlite,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            connection.commit()
            if broken:
                raise RuntimeError(f"a migration left {len(broken)} rows without their parent")
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


run()
