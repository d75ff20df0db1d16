"""What a campaign asks is data in versions, each with its reason; those that stand begin with the courses they require."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("means", sa.String(length=8), nullable=False),
        sa.Column("course_ids", sa.JSON(), nullable=False),
        sa.Column("quarters", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("organization_ids", sa.JSON(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("means in ('all', 'any', 'hours', 'class')", name=op.f("ck_campaign_terms_means")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_campaign_terms_by_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_terms_campaign_id")),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_campaign_terms_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_terms")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_campaign_terms_campaign_id_number")),
    )
    _begin()
    postgresql = op.get_bind().dialect.name == "postgresql"
    for act in ("update", "delete"):
        how = "FOR EACH ROW EXECUTE FUNCTION refuse_change()" if postgresql else "BEGIN SELECT RAISE(ABORT, 'campaign_terms is append-only'); END"
        op.execute(f"CREATE TRIGGER campaign_terms_refuses_{act} BEFORE {act.upper()} ON campaign_terms {how}")


def downgrade() -> None:
    op.drop_table("campaign_terms")


def _begin() -> None:
    """A first version for each campaign."""
    connection = op.get_bind()
    campaign = sa.table("campaign", sa.column("id", sa.Integer()), sa.column("created_at", sa.DateTime()))
    required = sa.table("campaign_course", *(sa.column(name, sa.Integer()) for name in ("campaign_id", "course_id", "position")))
    first = {"number": 1, "means": "all", "quarters": 0, "kinds": [], "times": 1, "organization_ids": [], "stages": ["probationary", "full"], "roles": []}
    for row in connection.execute(sa.select(campaign.c.id, campaign.c.created_at).order_by(campaign.c.id)).all():
        courses = sa.select(required.c.course_id).where(required.c.campaign_id == row.id).order_by(required.c.position)
        named = {"campaign_id": row.id, "course_ids": list(connection.execute(courses).scalars()), "reason": "新建活动", "at": row.created_at}
        connection.execute(_TERMS.insert().values(**first, **named))


_TYPES = {"campaign_id": sa.Integer(), "number": sa.Integer(), "quarters": sa.Integer(), "times": sa.Integer(), "at": sa.DateTime()}
_LISTS = ("course_ids", "kinds", "organization_ids", "stages", "roles")
_TERMS = sa.table(
    "campaign_terms",
    *(sa.column(name, kind) for name, kind in _TYPES.items()),
    *(sa.column(name, sa.JSON()) for name in _LISTS),
    sa.column("means", sa.String()),
    sa.column("reason", sa.String()),
)
