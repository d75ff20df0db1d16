"""The whole policy of hours as versions that nobody changes, and years that the county closes for good."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

GUARDED = ("hours_policy", "year_closing", "closed_year")


def upgrade() -> None:
    with op.batch_alter_table("hours_policy") as batch:
        batch.add_column(sa.Column("rounding", sa.String(length=8), nullable=False, server_default="nearest"))
        batch.add_column(sa.Column("day_quarters", sa.Integer(), nullable=False, server_default="32"))
        batch.add_column(sa.Column("half_day_quarters", sa.Integer(), nullable=False, server_default="16"))
        batch.add_column(sa.Column("leading_roles", sa.JSON(), nullable=False, server_default='["branch_secretary"]'))
        batch.add_column(sa.Column("carry_quarters", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("bases", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("reason", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("entered_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_hours_policy_entered_by_id"), "person", ["entered_by_id"], ["id"])
    op.add_column("hours_entry", sa.Column("about_year", sa.Integer(), nullable=True))
    op.create_index("ix_hours_entry_year_person_id", "hours_entry", ["year", "person_id"])
    op.create_table(
        "year_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_year_closing_by_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["hours_policy.id"], name=op.f("fk_year_closing_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_closing")),
        sa.UniqueConstraint("year", name=op.f("uq_year_closing_year")),
    )
    op.create_table(
        "closed_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("expectation", sa.String(length=12), nullable=False),
        sa.Column("quarters", sa.JSON(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("carried_in", sa.Integer(), nullable=False),
        sa.Column("carried_out", sa.Integer(), nullable=False),
        sa.Column("courses", sa.Integer(), nullable=False),
        sa.CheckConstraint("carried_in >= 0 and carried_out >= 0 and required >= 0", name=op.f("ck_closed_year_signs")),
        sa.ForeignKeyConstraint(["closing_id"], ["year_closing.id"], name=op.f("fk_closed_year_closing_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_closed_year_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_closed_year_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_year")),
        sa.UniqueConstraint("closing_id", "person_id", name=op.f("uq_closed_year_closing_id_person_id")),
    )
    op.create_index(op.f("ix_closed_year_organization_id"), "closed_year", ["organization_id"])
    op.create_index(op.f("ix_closed_year_person_id"), "closed_year", ["person_id"])
    for table in GUARDED:
        for act in ("update", "delete"):
            op.execute(_guard(table, act))


def downgrade() -> None:
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER hours_policy_refuses_{act}" + (" ON hours_policy" if op.get_bind().dialect.name == "postgresql" else ""))
    op.drop_table("closed_year")
    op.drop_table("year_closing")
    op.drop_index("ix_hours_entry_year_person_id", table_name="hours_entry")
    op.drop_column("hours_entry", "about_year")
    with op.batch_alter_table("hours_policy") as batch:
        batch.drop_constraint(op.f("fk_hours_policy_entered_by_id"), type_="foreignkey")
        for name in ("entered_by_id", "reason", "bases", "carry_quarters", "leading_roles", "half_day_quarters", "day_quarters", "rounding"):
            batch.drop_column(name)


def _guard(table: str, act: str) -> str:
    name = f"{table}_refuses_{act}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
