"""What the picture of a question shows, in words, with each version of the question."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question", sa.Column("alt", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("question", "alt")
