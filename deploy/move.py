"""./manage move-to DATABASE_URL: carries everything from the SQLite file of this installation into an empty PostgreSQL database.

The new database is brought to the same migration, filled in one transaction, and every table is counted on both sides before it is
committed; the old one is only read, and nobody can write to it meanwhile. Files and keys stay where they are.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from flask_migrate import upgrade
from sqlalchemy import Connection, Table, delete, func, insert, select, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app import create_app
from courses.kernel.db import Base, db, transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import BadSetting, Settings

AT_ONCE = 2000  # rows
VERSION = text("select version_num from alembic_version")


def move(environment: Mapping[str, str], address: str) -> dict[str, int]:
    """Fill the database at `address` with all that the database of the installation in `environment` holds; returns the rows of each table.

    Raises `Refused` unless it is an empty PostgreSQL database and this one is SQLite's, at the newest migration.
    """
    settings = Settings.from_env(environment)
    if not settings.database.startswith("sqlite"):
        raise Refused("这里用的已经不是 SQLite 了。")
    target_app = create_app(_settings_there(environment, address))
    with target_app.app_context():
        if db.engine.dialect.name != "postgresql":
            raise Refused("请给出 PostgreSQL 数据库的地址，例如 postgresql://hall:密码@localhost/hall。")
        upgrade()
        target = db.engine
    with create_app(settings).app_context():
        try:
            with transaction() as session, target.begin() as there:
                return _fill(session.connection(), there)
        finally:
            db.session.remove()
            db.engine.dispose()
            target.dispose()


def _settings_there(environment: Mapping[str, str], address: str) -> Settings:
    try:
        return Settings.from_env({**environment, "DATABASE_URL": address})
    except BadSetting as fault:
        raise Refused("请给出 PostgreSQL 数据库的地址，例如 postgresql://hall:密码@localhost/hall。") from fault


def _fill(here: Connection, there: Connection) -> dict[str, int]:
    if here.scalar(VERSION) != there.scalar(VERSION):
        raise Refused("原来的数据库还没有更新，请先运行 ./manage setup。")
    tables = list(Base.metadata.tables.values())
    if there.scalar(select(func.count()).select_from(Base.metadata.tables["person"])):
        raise Refused("那个数据库里已经有人员了，请换一个空的数据库。")
    _alter(there, tables, "DISABLE TRIGGER USER", "DEFERRABLE INITIALLY DEFERRED")
    for table in tables:  # what the migrations put in by themselves, the old database holds too, under its own ids
        there.execute(delete(table))
    counts = {table.name: _copy(here, there, table) for table in tables}
    there.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    _alter(there, tables, "ENABLE TRIGGER USER", "NOT DEFERRABLE")
    for table in tables:
        _go_on_counting(there, table)
    return counts


def _alter(there: Connection, tables: list[Table], triggers: str, links: str) -> None:
    """Set all append-only triggers, and when it is looked whether what is referred to exists: at the end, the order of rows does not matter."""
    for table in tables:
        there.execute(text(f'ALTER TABLE "{table.name}" {triggers}'))
        for link in table.foreign_key_constraints:
            there.execute(text(f'ALTER TABLE "{table.name}" ALTER CONSTRAINT "{link.name}" {links}'))


def _copy(here: Connection, there: Connection, table: Table) -> int:
    rows = here.execute(select(table).execution_options(yield_per=AT_ONCE)).mappings()
    for some in rows.partitions(AT_ONCE):
        there.execute(insert(table), [dict(row) for row in some])
    before, now = (place.scalar(select(func.count()).select_from(table)) or 0 for place in (here, there))
    if before != now:
        raise Refused(f"{table.name}：原有 {before} 行，只搬过去 {now} 行。没有搬成，原来的数据库没有变。")
    return now


def _go_on_counting(there: Connection, table: Table) -> None:
    """New rows get ids beyond those that were carried over."""
    keys = list(table.primary_key)
    sequence = there.scalar(select(func.pg_get_serial_sequence(table.name, keys[0].name))) if len(keys) == 1 else None
    if sequence:
        there.execute(select(func.setval(sequence, select(func.coalesce(func.max(keys[0]), 0) + 1).scalar_subquery(), False)))


@click.command()
@click.argument("address", metavar="DATABASE_URL")
def cli(address: str) -> None:
    """Carry everything into an empty PostgreSQL database."""
    try:
        counts = move(os.environ, address)
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    click.echo(f"搬好了：{len(counts)} 张表，{sum(counts.values())} 行，两边逐表核对一致。")
    click.echo("请把新地址写进 .env 的 DATABASE_URL，再启动。旧的 hall.db 请留着，确认无误再收起。")


if __name__ == "__main__":
    cli()
