"""The day someone joined, and the organization that hosts a floating member."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("joined_on", sa.Date(), nullable=True))
    op.add_column("membership", sa.Column("host", sa.String(length=80), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("membership", "host")
    op.drop_column("person", "joined_on")
