"""Files of questions on their way into a bank."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=True),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_question_file_organization_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_question_file_author_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_question_file_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_file")),
        sa.UniqueConstraint("key", name=op.f("uq_question_file_key")),
    )
    op.create_index(op.f("ix_question_file_organization_id"), "question_file", ["organization_id"])
    op.create_index(op.f("ix_question_file_author_id"), "question_file", ["author_id"])


def downgrade() -> None:
    op.drop_table("question_file")
