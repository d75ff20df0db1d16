"""A roster's file between preview and import, sealed; and what its headers were taken to mean, for the next one."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("applied_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_roster_draft_by_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_roster_draft_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_draft")),
    )
    op.create_index(op.f("ix_roster_draft_organization_id"), "roster_draft", ["organization_id"], unique=False)
    op.create_table(
        "roster_columns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_roster_columns_by_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_roster_columns_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_columns")),
    )
    op.create_index(op.f("ix_roster_columns_organization_id"), "roster_columns", ["organization_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_roster_columns_organization_id"), table_name="roster_columns")
    op.drop_table("roster_columns")
    op.drop_index(op.f("ix_roster_draft_organization_id"), table_name="roster_draft")
    op.drop_table("roster_draft")
