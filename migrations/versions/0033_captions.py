"""What is said in a lecture, by the moment: WebVTT, with each lesson of a version."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lesson", sa.Column("captions", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("lesson", "captions")
