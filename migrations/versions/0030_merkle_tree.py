"""The full nodes of the Merkle tree over the leaves of the log, computed for those that stand; and its signed checkpoints."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = ("log_node", "checkpoint")


def upgrade() -> None:
    node = op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_log_node")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kid", sa.String(16), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
    )
    leaf = sa.table("log_leaf", sa.column("index", sa.Integer), sa.column("leaf", sa.String))
    below = [row.leaf for row in op.get_bind().execute(sa.select(leaf.c.leaf).order_by(leaf.c.index))]
    level = 0
    while len(below) > 1:
        level += 1
        below = [_parent(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)]
        op.bulk_insert(node, [{"level": level, "index": place, "hash": one} for place, one in enumerate(below)])
    for table in TABLES:
        for act in ("update", "delete"):
            op.execute(_guard(table, act))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _parent(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def _guard(table: str, act: str) -> str:
    name = f"{table}_refuses_{act}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
