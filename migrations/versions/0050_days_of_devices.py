"""The day on which a device was last used, for its owner."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signed_in", sa.Column("last_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("signed_in", "last_on")
