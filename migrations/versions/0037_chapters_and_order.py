"""Chapters among the lessons, required and elective lessons and courses, the order of courses in a series, and courses to be finished first."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chapter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_chapter_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chapter")),
        sa.UniqueConstraint("version_id", "title", name=op.f("uq_chapter_version_id_title")),
    )
    op.create_table(
        "prerequisite",
        sa.Column("version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("course_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_prerequisite_version_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_prerequisite_course_id")),
        sa.PrimaryKeyConstraint("version_id", "course_id", name=op.f("pk_prerequisite")),
    )
    op.create_index(op.f("ix_prerequisite_course_id"), "prerequisite", ["course_id"])
    op.add_column("lesson", sa.Column("elective", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("course", sa.Column("elective", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("course", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.execute("update course set position = id")


def downgrade() -> None:
    op.drop_column("course", "position")
    op.drop_column("course", "elective")
    op.drop_column("lesson", "elective")
    op.drop_index(op.f("ix_prerequisite_course_id"), table_name="prerequisite")
    op.drop_table("prerequisite")
    op.drop_table("chapter")
