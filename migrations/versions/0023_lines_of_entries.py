"""An entry about many people has a line for each, append-only as the entry is."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("about_person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["about_person_id"], ["person.id"], name=op.f("fk_audit_entry_line_about_person_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_entry_line_entry_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_audit_entry_line_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry_line")),
    )
    op.create_index(op.f("ix_audit_entry_line_entry_id"), "audit_entry_line", ["entry_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_line_about_person_id"), "audit_entry_line", ["about_person_id"], unique=False)
    postgresql = op.get_bind().dialect.name == "postgresql"
    for act in ("update", "delete"):
        how = (
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()" if postgresql else "BEGIN SELECT RAISE(ABORT, 'audit_entry_line is append-only'); END"
        )
        op.execute(f"CREATE TRIGGER audit_entry_line_refuses_{act} BEFORE {act.upper()} ON audit_entry_line {how}")


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_entry_line_about_person_id"), table_name="audit_entry_line")
    op.drop_index(op.f("ix_audit_entry_line_entry_id"), table_name="audit_entry_line")
    op.drop_table("audit_entry_line")
