"""Someone asks to have their own record corrected, and is answered; neither is ever changed, but an erasure empties the words."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

# Which column an erasure may empty, and which it must leave as they are.
ERASABLE = {
    "correction_request": ("text", ("id", "person_id", "organization_id", "at")),
    "request_answer": ("words", ("id", "request_id", "outcome", "at", "by_id")),
}


def upgrade() -> None:
    op.create_table(
        "correction_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_correction_request_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_correction_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request")),
    )
    op.create_index(op.f("ix_correction_request_person_id"), "correction_request", ["person_id"])
    op.create_index(op.f("ix_correction_request_organization_id"), "correction_request", ["organization_id"])
    op.create_table(
        "request_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome in ('done', 'kept', 'forwarded')", name=op.f("ck_request_answer_outcome")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_request_answer_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["correction_request.id"], name=op.f("fk_request_answer_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_answer")),
    )
    op.create_index(op.f("ix_request_answer_request_id"), "request_answer", ["request_id"])
    for table, (emptied, kept) in ERASABLE.items():
        same = " AND ".join(f'NEW."{name}" = OLD."{name}"' for name in kept)
        op.execute(_guard(table, "update", unless=f"NEW.\"{emptied}\" = '已删除' AND {same}"))
        op.execute(_guard(table, "delete"))


def downgrade() -> None:
    op.drop_table("request_answer")
    op.drop_table("correction_request")


def _guard(table: str, act: str, *, unless: str = "") -> str:
    name, when = f"{table}_refuses_{act}", f"WHEN (NOT ({unless})) " if unless else ""
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
    return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
