"""A transfer is asked for by one branch and answered by the other."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=3), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("side in ('out', 'in')", name=op.f("ck_transfer_side")),
        sa.CheckConstraint("outcome in ('accepted', 'refused', 'withdrawn')", name=op.f("ck_transfer_outcome")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_transfer_elsewhere")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_transfer_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_transfer_asked_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transfer_person_id")),
        sa.ForeignKeyConstraint(["source_id"], ["organization.id"], name=op.f("fk_transfer_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["organization.id"], name=op.f("fk_transfer_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index(op.f("ix_transfer_source_id"), "transfer", ["source_id"])
    op.create_index(op.f("ix_transfer_target_id"), "transfer", ["target_id"])
    op.create_index(
        "uq_transfer_open",
        "transfer",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("answered_at is null"),
        postgresql_where=sa.text("answered_at is null"),
    )


def downgrade() -> None:
    op.drop_index("uq_transfer_open", table_name="transfer")
    op.drop_index(op.f("ix_transfer_target_id"), table_name="transfer")
    op.drop_index(op.f("ix_transfer_source_id"), table_name="transfer")
    op.drop_table("transfer")
