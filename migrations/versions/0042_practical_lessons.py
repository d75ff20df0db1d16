"""Practical lessons: steps that are ticked on the spot, by the person and by a witness, and a lesson that is finished by them."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KINDS = ("kind in ('video', 'text')", "kind in ('video', 'text', 'practice')")
HOW = ("how in ('video', 'sound', 'text', 'quiz')", "how in ('video', 'sound', 'text', 'quiz', 'practice')")


def upgrade() -> None:
    op.add_column("lesson", sa.Column("steps", sa.JSON(), nullable=False, server_default="[]"))
    _let("lesson", "kind", KINDS[1])
    _let("lesson_completion", "how", HOW[1])
    op.create_table(
        "practice_tick",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(), nullable=True),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_tick_person_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_practice_tick_lesson_id")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["person.id"], name=op.f("fk_practice_tick_seen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_tick")),
        sa.UniqueConstraint("person_id", "lesson_id", "step", name=op.f("uq_practice_tick_person_id_lesson_id_step")),
    )
    op.create_index(op.f("ix_practice_tick_lesson_id"), "practice_tick", ["lesson_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_practice_tick_lesson_id"), table_name="practice_tick")
    op.drop_table("practice_tick")
    # The older house knows neither: the lesson becomes a text, and what was finished by it as if by reading.
    op.execute("update lesson set kind = 'text' where kind = 'practice'")
    _guards("lesson_completion", "drop")
    op.execute("update lesson_completion set how = 'text' where how = 'practice'")
    _guards("lesson_completion", "create")
    _let("lesson_completion", "how", HOW[0])
    _let("lesson", "kind", KINDS[0])
    op.drop_column("lesson", "steps")


def _let(table: str, column: str, words: str) -> None:
    """Replace the check of a column. On SQLite the table is written anew, and a guard of proof with it."""
    guarded = table == "lesson_completion"
    if guarded:
        _guards(table, "drop")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{column}"), words)
    if guarded:
        _guards(table, "create")


def _guards(table: str, what: str) -> None:
    """Take the guards of migration 0014 away for a moment, or put them back as they were."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for act in ("update", "delete"):
        name = f"{table}_refuses_{act}"
        if what == "drop":
            op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        elif postgresql:
            op.execute(f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        else:
            op.execute(f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
