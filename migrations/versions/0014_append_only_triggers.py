"""Refuse UPDATE and DELETE on everything that proves an achievement, in the database itself."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    "log_leaf",
    "certificate",
    "revocation",
    "correction",
    "hours_entry",
    "branch_record",
    "course_completion",
    "lesson_completion",
    "quiz_submission",
    "attendance",
    "home_delivery",
    "audit_entry",
)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table in TABLES:
        for act in ("update", "delete"):
            op.execute(_postgresql(table, act) if postgresql else _sqlite(table, act))


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {_name(table, act)}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION refuse_change()")


def _name(table: str, act: str) -> str:
    return f"{table}_refuses_{act}"


def _sqlite(table: str, act: str) -> str:
    return f"CREATE TRIGGER {_name(table, act)} BEFORE {act.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"


def _postgresql(table: str, act: str) -> str:
    return f"CREATE TRIGGER {_name(table, act)} BEFORE {act.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
