"""Study sessions named by the browser that opened them or opened by a download, and coverage of one recording."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("coverage", "study_session"):
        op.add_column(table, sa.Column("asset_id", sa.Integer(), nullable=True))
        op.execute(f"UPDATE {table} SET asset_id = (SELECT lesson.asset_id FROM lesson WHERE lesson.id = {table}.lesson_id)")
    op.add_column("coverage", sa.Column("position_at", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("study_session", sa.Column("key", sa.String(40), nullable=True))
    op.add_column("study_session", sa.Column("offline", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("uq_study_session_person_id_key", "study_session", ["person_id", "key"], unique=True)
    waiting = sa.text("length(claimed) > 0")
    op.create_index("ix_study_session_waiting", "study_session", ["person_id"], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index("ix_study_session_waiting", table_name="study_session")
    op.drop_index("uq_study_session_person_id_key", table_name="study_session")
    for table, columns in (("study_session", ("offline", "key", "asset_id")), ("coverage", ("position_at", "asset_id"))):
        for column in columns:
            op.drop_column(table, column)
