"""Training classes with their sessions, more kinds of sessions, who issued one held elsewhere, and which one makes up for another."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TWO = ("group_viewing", "lecture")
FIVE = (*TWO, "simulation", "study_visit", "rotation")


def upgrade() -> None:
    op.create_table(
        "training_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("audience", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("venue", sa.String(length=80), nullable=False),
        sa.Column("trainers", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.String(length=3000), nullable=False),
        sa.Column("summary", sa.String(length=3000), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_training_class_span")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_training_class_entered_by_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_training_class_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_class")),
    )
    op.create_index(op.f("ix_training_class_organization_id"), "training_class", ["organization_id"])
    with op.batch_alter_table("offline_session") as batch:
        batch.add_column(sa.Column("issuer", sa.String(length=80), nullable=False, server_default=""))
        batch.add_column(sa.Column("makes_up_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("class_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_offline_session_makes_up_id"), "offline_session", ["makes_up_id"], ["id"])
        batch.create_foreign_key(op.f("fk_offline_session_class_id"), "training_class", ["class_id"], ["id"])
        batch.drop_constraint(op.f("ck_offline_session_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_offline_session_kind"), _one_of(FIVE))
    op.create_index(op.f("ix_offline_session_class_id"), "offline_session", ["class_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_offline_session_class_id"), table_name="offline_session")
    op.execute("update offline_session set kind = 'lecture' where kind not in ('group_viewing', 'lecture')")
    with op.batch_alter_table("offline_session") as batch:
        batch.drop_constraint(op.f("ck_offline_session_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_offline_session_kind"), _one_of(TWO))
        batch.drop_constraint(op.f("fk_offline_session_class_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_offline_session_makes_up_id"), type_="foreignkey")
        batch.drop_column("class_id")
        batch.drop_column("makes_up_id")
        batch.drop_column("issuer")
    op.drop_index(op.f("ix_training_class_organization_id"), table_name="training_class")
    op.drop_table("training_class")


def _one_of(kinds: tuple[str, ...]) -> str:
    return f"kind in ({', '.join(repr(kind) for kind in kinds)})"
