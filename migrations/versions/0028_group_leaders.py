"""The leader of a party group is a post."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BEFORE = ("branch_secretary", "branch_clerk", "adviser", "trainer", "reviewer", "town_admin", "county_admin", "auditor")
AFTER = ("group_leader", *BEFORE)


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    op.execute("delete from appointment where role = 'group_leader'")
    _allow(BEFORE)


def _allow(roles: tuple[str, ...]) -> None:
    with op.batch_alter_table("appointment") as batch:
        batch.drop_constraint(op.f("ck_appointment_role"), type_="check")
        batch.create_check_constraint(op.f("ck_appointment_role"), f"role in ({', '.join(repr(role) for role in roles)})")
