"""Uploads that can be resumed, and sizes beyond four gigabytes."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SIZE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("bytes", SIZE, nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(length=500), nullable=True),
        sa.CheckConstraint("bytes >= 0", name=op.f("ck_upload_bytes")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_upload_asset_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_upload_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_owner_id"), "upload", ["owner_id"])
    op.create_index(op.f("ix_upload_expires_at"), "upload", ["expires_at"])
    if op.get_bind().dialect.name != "sqlite":  # whose integers are of any size
        op.alter_column("asset", "bytes", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)
        op.alter_column("rendition", "bytes", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("rendition", "bytes", type_=sa.Integer(), existing_type=sa.BigInteger(), existing_nullable=False)
        op.alter_column("asset", "bytes", type_=sa.Integer(), existing_type=sa.BigInteger(), existing_nullable=False)
    op.drop_index(op.f("ix_upload_expires_at"), table_name="upload")
    op.drop_index(op.f("ix_upload_owner_id"), table_name="upload")
    op.drop_table("upload")
