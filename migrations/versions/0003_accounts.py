"""Tables of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sign_in_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('whose', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failure'))
    )
    op.create_index('ix_sign_in_failure_whose_at', 'sign_in_failure', ['whose', 'at'], unique=False)
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('user_name', sa.String(length=40), nullable=True),
    sa.Column('mobile_index', sa.String(length=64), nullable=True),
    sa.Column('mobile_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('mobile_index', name=op.f('uq_account_mobile_index')),
    sa.UniqueConstraint('person_id', name=op.f('uq_account_person_id')),
    sa.UniqueConstraint('user_name', name=op.f('uq_account_user_name'))
    )
    op.create_table('sign_in_card',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('pin_hash', sa.String(length=200), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=False),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.Column('until', sa.DateTime(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['issued_by_id'], ['person.id'], name=op.f('fk_sign_in_card_issued_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_card_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_card')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_card_token_hash'))
    )
    op.create_index(op.f('ix_sign_in_card_person_id'), 'sign_in_card', ['person_id'], unique=False)
    op.create_table('signed_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('since', sa.DateTime(), nullable=False),
    sa.Column('until', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signed_in_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signed_in')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_signed_in_token_hash'))
    )
    op.create_index(op.f('ix_signed_in_person_id'), 'signed_in', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_signed_in_person_id'), table_name='signed_in')
    op.drop_table('signed_in')
    op.drop_index(op.f('ix_sign_in_card_person_id'), table_name='sign_in_card')
    op.drop_table('sign_in_card')
    op.drop_table('account')
    op.drop_index('ix_sign_in_failure_whose_at', table_name='sign_in_failure')
    op.drop_table('sign_in_failure')
