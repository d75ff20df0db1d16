"""A bank of questions through their versions, with topic, difficulty and a blank to fill in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FOUR = "kind in ('single', 'multiple', 'true_false', 'fill_in')"
THREE = "kind in ('single', 'multiple', 'true_false')"


def upgrade() -> None:
    op.create_table(
        "bank_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("retired_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_bank_entry_organization_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_bank_entry_author_id")),
        sa.ForeignKeyConstraint(["retired_by_id"], ["person.id"], name=op.f("fk_bank_entry_retired_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry")),
        sa.UniqueConstraint("organization_id", "fingerprint", name=op.f("uq_bank_entry_organization_id_fingerprint")),
    )
    op.create_index(op.f("ix_bank_entry_author_id"), "bank_entry", ["author_id"])
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("difficulty", sa.Integer(), nullable=False, server_default="2"))
        batch.add_column(sa.Column("asset_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("bank_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("until", sa.DateTime(), nullable=True))
        batch.create_foreign_key(op.f("fk_question_asset_id"), "asset", ["asset_id"], ["id"])
        batch.create_foreign_key(op.f("fk_question_bank_id"), "bank_entry", ["bank_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_question_bank_id_version"), ["bank_id", "version"])
        batch.create_check_constraint(op.f("ck_question_difficulty"), "difficulty between 1 and 3")
        batch.drop_constraint(op.f("ck_question_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_question_kind"), FOUR)
    with op.batch_alter_table("question") as batch:
        batch.alter_column("difficulty", server_default=None)
        batch.alter_column("version", server_default=None)
        batch.create_index(op.f("ix_question_asset_id"), ["asset_id"])
        batch.create_index("ix_question_topic_difficulty", ["topic", "difficulty"])


def downgrade() -> None:
    _choose_instead_of_writing()
    with op.batch_alter_table("question") as batch:
        batch.drop_index("ix_question_topic_difficulty")
        batch.drop_index(op.f("ix_question_asset_id"))
        batch.drop_constraint(op.f("ck_question_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_question_kind"), THREE)
        batch.drop_constraint(op.f("ck_question_difficulty"), type_="check")
        batch.drop_constraint(op.f("uq_question_bank_id_version"), type_="unique")
        batch.drop_constraint(op.f("fk_question_bank_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_question_asset_id"), type_="foreignkey")
        for name in ("until", "version", "bank_id", "asset_id", "difficulty"):
            batch.drop_column(name)
    op.drop_index(op.f("ix_bank_entry_author_id"), table_name="bank_entry")
    op.drop_table("bank_entry")


def _choose_instead_of_writing() -> None:
    """The older house knows no blanks: their first answer becomes the right one of two options."""
    bind = op.get_bind()
    question = sa.table("question", sa.column("id"), sa.column("kind"), sa.column("options", sa.JSON), sa.column("answer", sa.JSON))
    for row in bind.execute(sa.select(question.c.id, question.c.answer).where(question.c.kind == "fill_in")).all():
        kept = {"kind": "single", "options": [*row.answer[:1], "以上都不是"], "answer": [0]}
        bind.execute(question.update().where(question.c.id == row.id).values(**kept))
