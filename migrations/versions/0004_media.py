"""Tables of media."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('asset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('fault', sa.String(length=500), nullable=True),
    sa.Column('duration_seconds', sa.Integer(), nullable=True),
    sa.Column('has_picture', sa.Boolean(), nullable=True),
    sa.Column('folder', sa.String(length=200), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(), nullable=False),
    sa.Column('ready_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("state in ('waiting', 'ready', 'refused')", name=op.f('ck_asset_state')),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_asset_job_id')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['person.id'], name=op.f('fk_asset_uploaded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset'))
    )
    op.create_index(op.f('ix_asset_sha256'), 'asset', ['sha256'], unique=False)
    op.create_index(op.f('ix_asset_uploaded_by_id'), 'asset', ['uploaded_by_id'], unique=False)
    op.create_table('rendition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('path', sa.String(length=100), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('bits_per_second', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_rendition_asset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rendition')),
    sa.UniqueConstraint('asset_id', 'name', name=op.f('uq_rendition_asset_id_name'))
    )
    op.create_index(op.f('ix_rendition_asset_id'), 'rendition', ['asset_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_rendition_asset_id'), table_name='rendition')
    op.drop_table('rendition')
    op.drop_index(op.f('ix_asset_uploaded_by_id'), table_name='asset')
    op.drop_index(op.f('ix_asset_sha256'), table_name='asset')
    op.drop_table('asset')
