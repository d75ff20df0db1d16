"""An account remembers who handed out the card or temporary password from which its password descends."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# What cards and entries say of the passwords in use: the latest card used, or the latest password given.
HANDED_OUT = """
    update account set password_from_id = (
        select giver from (
            select sign_in_card.issued_by_id as giver, sign_in_card.used_at as at from sign_in_card
                where sign_in_card.person_id = account.person_id and sign_in_card.used_at is not null
            union all
            select audit_entry.actor_id as giver, audit_entry.at as at from audit_entry
                where audit_entry.about_person_id = account.person_id and audit_entry.act = 'reset_password'
        ) as ways order by at desc limit 1
    ) where password_hash is not null
"""


def upgrade() -> None:
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("password_from_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_account_password_from_id"), "person", ["password_from_id"], ["id"])
    op.execute(HANDED_OUT)


def downgrade() -> None:
    with op.batch_alter_table("account") as batch:
        batch.drop_constraint(op.f("fk_account_password_from_id"), type_="foreignkey")
        batch.drop_column("password_from_id")
