"""Tables of goals."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('campaign',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('target > 0', name=op.f('ck_campaign_target')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_campaign_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign'))
    )
    op.create_table('campaign_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('in_scope', sa.Integer(), nullable=False),
    sa.Column('trained_online', sa.Integer(), nullable=False),
    sa.Column('trained_class', sa.Integer(), nullable=False),
    sa.Column('trained_home', sa.Integer(), nullable=False),
    sa.Column('encouraged', sa.Integer(), nullable=False),
    sa.Column('encouraged_trained', sa.Integer(), nullable=False),
    sa.Column('others', sa.Integer(), nullable=False),
    sa.Column('others_trained', sa.Integer(), nullable=False),
    sa.Column('counted_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('trained_online + trained_class + trained_home <= in_scope', name=op.f('ck_campaign_count_rate')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_count_campaign_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_campaign_count_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_count')),
    sa.UniqueConstraint('campaign_id', 'organization_id', name=op.f('uq_campaign_count_campaign_id_organization_id'))
    )
    op.create_index(op.f('ix_campaign_count_organization_id'), 'campaign_count', ['organization_id'], unique=False)
    op.create_table('share',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.CheckConstraint('people >= 0', name=op.f('ck_share_people')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_share_campaign_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_share_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share')),
    sa.UniqueConstraint('campaign_id', 'organization_id', name=op.f('uq_share_campaign_id_organization_id'))
    )
    op.create_table('trained',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('route', sa.String(length=10), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("route in ('online', 'class', 'home')", name=op.f('ck_trained_route')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_trained_campaign_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_trained_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trained')),
    sa.UniqueConstraint('campaign_id', 'person_id', name=op.f('uq_trained_campaign_id_person_id'))
    )
    op.create_index('ix_trained_campaign_id_on', 'trained', ['campaign_id', 'on'], unique=False)
    op.create_index(op.f('ix_trained_person_id'), 'trained', ['person_id'], unique=False)
    op.create_table('campaign_course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_course_campaign_id')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_campaign_course_course_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_course')),
    sa.UniqueConstraint('campaign_id', 'course_id', name=op.f('uq_campaign_course_campaign_id_course_id'))
    )
    op.create_index(op.f('ix_campaign_course_course_id'), 'campaign_course', ['course_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_campaign_course_course_id'), table_name='campaign_course')
    op.drop_table('campaign_course')
    op.drop_index(op.f('ix_trained_person_id'), table_name='trained')
    op.drop_index('ix_trained_campaign_id_on', table_name='trained')
    op.drop_table('trained')
    op.drop_table('share')
    op.drop_index(op.f('ix_campaign_count_organization_id'), table_name='campaign_count')
    op.drop_table('campaign_count')
    op.drop_table('campaign')
