"""Slides that are shown while a lecture is heard, each from its second on."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lesson_slides",
        sa.Column("lesson_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_slides_lesson_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_lesson_slides_asset_id")),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f("pk_lesson_slides")),
    )
    op.create_index(op.f("ix_lesson_slides_asset_id"), "lesson_slides", ["asset_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_lesson_slides_asset_id"), table_name="lesson_slides")
    op.drop_table("lesson_slides")
