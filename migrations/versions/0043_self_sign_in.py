"""Someone in the room signs in to a session by themselves; a class plans its courses."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("how in ('scanned', 'typed')", name=op.f("ck_self_sign_in_how")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_self_sign_in_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["offline_session.id"], name=op.f("fk_self_sign_in_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_sign_in")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_self_sign_in_session_id_person_id")),
    )
    op.create_index(op.f("ix_self_sign_in_person_id"), "self_sign_in", ["person_id"])
    op.create_table(
        "class_course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_class_course_class_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_class_course_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_course")),
        sa.UniqueConstraint("class_id", "course_id", name=op.f("uq_class_course_class_id_course_id")),
    )
    op.create_index(op.f("ix_class_course_course_id"), "class_course", ["course_id"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    for act in ("update", "delete"):
        how = "FOR EACH ROW EXECUTE FUNCTION refuse_change()" if postgresql else "BEGIN SELECT RAISE(ABORT, 'self_sign_in is append-only'); END"
        op.execute(f"CREATE TRIGGER self_sign_in_refuses_{act} BEFORE {act.upper()} ON self_sign_in {how}")


def downgrade() -> None:
    op.drop_table("class_course")
    op.drop_table("self_sign_in")
