"""An organization has a type (village, firm, office ...), and is closed on a day instead of being removed."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organization", sa.Column("type", sa.String(length=24), nullable=False, server_default=""))
    op.add_column("organization", sa.Column("closed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("organization", "closed_on")
    op.drop_column("organization", "type")
