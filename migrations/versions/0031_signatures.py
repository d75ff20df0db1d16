"""Signatures made once and kept: the credential in a certificate's QR code, and signed papers."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = ("credential", "signed_paper")


def upgrade() -> None:
    op.create_table(
        "credential",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(16), nullable=False),
        sa.Column("token", sa.String(1200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", "kid", name=op.f("pk_credential")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_credential_certificate_id")),
    )
    op.create_table(
        "signed_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(16), nullable=False),
        sa.Column("page_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind in ('certificate', 'branch_record')", name=op.f("ck_signed_paper_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_paper")),
        sa.UniqueConstraint("kind", "record_id", "edition", "kid", name=op.f("uq_signed_paper_kind_record_id_edition_kid")),
    )
    for table in TABLES:
        for act in ("update", "delete"):
            op.execute(_guard(table, act))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _guard(table: str, act: str) -> str:
    name = f"{table}_refuses_{act}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
