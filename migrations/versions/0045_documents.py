"""A document becomes pages, a picture of a text one: pictures on the disk, their sizes and words here."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0043"
branch_labels = None
depends_on = None
WITHOUT, WITH = "kind in ('video', 'text', 'practice')", "kind in ('video', 'text', 'practice', 'document')"
KINDS = "kind in ('recording', 'document', 'picture')"


def upgrade() -> None:
    # Natively, with its check: copying the table would touch every row that points to it.
    op.execute(f"alter table asset add column kind varchar(10) default 'recording' not null constraint ck_asset_kind check ({KINDS})")
    op.add_column("asset", sa.Column("page_count", sa.Integer(), nullable=True))
    op.add_column("asset", sa.Column("characters", sa.Integer(), nullable=True))
    op.create_table(
        "asset_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_page_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_page")),
        sa.UniqueConstraint("asset_id", "number", name=op.f("uq_asset_page_asset_id_number")),
    )
    with op.batch_alter_table("lesson") as batch:
        batch.drop_constraint(op.f("ck_lesson_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_lesson_kind"), WITH)


def downgrade() -> None:
    op.execute("update lesson set kind = 'text', asset_id = null where kind = 'document'")
    op.execute("update asset set state = 'refused', fault = '课件要新版本的系统才能看。' where kind <> 'recording'")
    with op.batch_alter_table("lesson") as batch:
        batch.drop_constraint(op.f("ck_lesson_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_lesson_kind"), WITHOUT)
    op.drop_table("asset_page")
    op.drop_column("asset", "characters")
    op.drop_column("asset", "page_count")
    op.drop_column("asset", "kind")
