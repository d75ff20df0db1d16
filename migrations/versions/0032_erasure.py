"""A person's data can be erased and the proof stands: the guards let through that one change and nothing beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

GONE = "已删除"
# What an erasure may empty, and which columns it must leave as they are.
ERASABLE = {
    "log_leaf": (("salt", ""), ("index", "kind", "record_id", "commitment", "leaf", "head", "at")),
    "certificate": (
        ("person_name", GONE),
        ("id", "completion_id", "person_id", "number", "year", "serial", "organization_name", "course_title", "route", "quarters", "issued_at"),
    ),
    "correction": (("value", GONE), ("id", "certificate_id", "field", "at", "by_id")),
    "revocation": (("reason", GONE), ("id", "certificate_id", "at", "by_id")),
    "branch_record": (("content", None), ("id", "organization_id", "campaign_id", "number", "code", "as_of", "sha256", "confirmed_by_id", "confirmed_at")),
    "home_delivery": (("what", GONE), ("id", "person_id", "organization_id", "course_id", "version_id", "delivered_on", "entered_by_id", "entered_at")),
    "audit_entry": (("words", GONE), ("id", "at", "act")),
    "audit_entry_line": (("words", GONE), ("id", "entry_id", "about_person_id", "organization_id")),
}


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_erasure_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasure_person_id")),
    )
    for act in ("update", "delete"):
        op.execute(_guard("erasure", act))
    for table, allowed in ERASABLE.items():
        _drop(table)
        op.execute(_guard(table, "update", unless=_erased(*allowed)))


def downgrade() -> None:
    for table in ERASABLE:
        _drop(table)
        op.execute(_guard(table, "update"))
    op.drop_table("erasure")


def _erased(emptied: tuple[str, str | None], kept: tuple[str, ...]) -> str:
    column, value = emptied
    same = [f'NEW."{name}" = OLD."{name}"' for name in kept]
    # Of a branch record lines become commitments, which its fingerprint covers; what else the change holds is for the log's check to say.
    changed = f"CAST(NEW.{column} AS TEXT) <> CAST(OLD.{column} AS TEXT) AND CAST(NEW.{column} AS TEXT) LIKE '%\"erased\"%'"
    return " AND ".join([changed if value is None else f"NEW.\"{column}\" = '{value}'", *same])


def _drop(table: str) -> None:
    op.execute(f"DROP TRIGGER {table}_refuses_update" + (f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""))


def _guard(table: str, act: str, *, unless: str = "") -> str:
    name, when = f"{table}_refuses_{act}", f"WHEN (NOT ({unless})) " if unless else ""
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
    return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
