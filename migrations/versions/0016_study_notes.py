"""Notes 请核对 about odd patterns of study."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "study_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint("kind in ('ahead', 'crowded', 'pieces', 'swift')", name=op.f("ck_study_note_kind")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_study_note_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_study_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_note")),
        sa.UniqueConstraint("person_id", "course_id", "kind", name=op.f("uq_study_note_person_id_course_id_kind")),
    )
    op.create_index(op.f("ix_study_note_course_id"), "study_note", ["course_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_study_note_course_id"), table_name="study_note")
    op.drop_table("study_note")
