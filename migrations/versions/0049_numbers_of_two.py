"""A mobile number that is someone else's already is kept beside, where nobody signs in by it."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("mobile_held", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_account_mobile_held"), "account", ["mobile_held"])


def downgrade() -> None:
    op.drop_index(op.f("ix_account_mobile_held"), table_name="account")
    op.drop_column("account", "mobile_held")
