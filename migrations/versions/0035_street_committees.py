"""A street's committee is a kind of organization, beside a township's."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BEFORE = ("county", "township", "community_committee", "enterprise_committee", "general_branch", "branch", "group")
AFTER = ("county", "township", "street", *BEFORE[2:])


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    op.execute("update organization set kind = 'township' where kind = 'street'")
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("organization") as batch:
        batch.drop_constraint(op.f("ck_organization_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_organization_kind"), f"kind in ({', '.join(repr(kind) for kind in kinds)})")
        batch.alter_column("type", existing_type=sa.String(length=24), server_default="", existing_nullable=False)  # else it is copied in brackets
