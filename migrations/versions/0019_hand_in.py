"""Handing a paper in is a row of its own, before its marking; what comes after a deadline is kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("until", sa.DateTime(), nullable=True))
    op.create_table(
        "late_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_late_answer_attempt_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_late_answer_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_answer")),
        sa.UniqueConstraint("attempt_id", "question_id", name=op.f("uq_late_answer_attempt_id_question_id")),
    )
    op.create_table(
        "hand_in",
        sa.Column("attempt_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_hand_in_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_hand_in")),
    )
    op.execute("insert into hand_in (attempt_id, at) select attempt_id, at from quiz_submission")
    for act in ("update", "delete"):  # as everything that proves an achievement: see 0014
        op.execute(_guard(act))


def downgrade() -> None:
    op.drop_table("hand_in")  # with its triggers
    op.drop_table("late_answer")
    op.drop_column("attempt", "until")


def _guard(act: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER hand_in_refuses_{act} BEFORE {act.upper()} ON hand_in FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return f"CREATE TRIGGER hand_in_refuses_{act} BEFORE {act.upper()} ON hand_in BEGIN SELECT RAISE(ABORT, 'hand_in is append-only'); END"
