"""Entries are searched by hand, kind and day, each in the order of time."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

INDEXES = {"ix_audit_entry_actor_id_at": ["actor_id", "at"], "ix_audit_entry_act_at": ["act", "at"], "ix_audit_entry_at": ["at"]}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "audit_entry", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="audit_entry")
