"""What `./manage doctor` asks of the database: whether it answers, its version, its health, and whether its structure is the program's."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from courses.kernel.db import journal_for
from courses.kernel.doctor import DATABASE, FOLDER, ROOT, Finding, Installed, check

LEAST_POSTGRESQL = 15
SHOWN = ("server_version", "server_version_num", "server_encoding", "fsync")
RESTORE = "停止服务，从最近的备份恢复"


@check(DATABASE, needs=(FOLDER,))
def database(place: Installed) -> Iterable[Finding]:
    on_sqlite, name = place.engine.dialect.name == "sqlite", str(place.engine.url.database)
    if on_sqlite and not Path(name).exists():
        yield Finding(DATABASE, "fault", f"还没有 {name}", "运行 ./manage setup")
        return
    try:
        with place.engine.connect() as connection:
            yield from _sqlite(connection) if on_sqlite else _postgresql(connection)
            if _standing(connection) is None:
                yield Finding(DATABASE, "fault", "还是空的", "运行 ./manage setup")
    except DBAPIError as fault:
        mend = RESTORE if on_sqlite else "启动 PostgreSQL，核对 DATABASE_URL 里的主机、用户、密码和库名"
        yield Finding(DATABASE, "fault", f"打不开：{str(fault.orig).splitlines()[0][:200]}", mend)


def _sqlite(connection: Connection) -> Iterable[Finding]:
    version: str = connection.exec_driver_sql("select sqlite_version()").scalar_one()
    health: str = connection.exec_driver_sql("pragma quick_check").scalar_one()
    journal: str = connection.exec_driver_sql("pragma journal_mode").scalar_one()
    new, reinstall = journal_for(version) == "WAL", "x86_64 上重新安装 requirements.txt 里的 pysqlite3"
    if not new and journal == "wal":
        yield Finding("SQLite", "fault", f"{version} 的 WAL 会损坏数据，而数据库正用着 WAL", f"停止所有服务；{reinstall}，再启动")
    else:
        mend = "" if new else f"低于 3.51.3 的 WAL 会损坏数据，现用较慢的回滚日志；{reinstall}"
        yield Finding("SQLite", "good" if new else "look", f"{version}，日志 {journal.upper()}", mend)
    whole = health == "ok"
    yield Finding("数据库文件", "good" if whole else "fault", "完好" if whole else health[:200], "" if whole else RESTORE)


def _postgresql(connection: Connection) -> Iterable[Finding]:
    yield judged({name: str(connection.execute(text(f"show {name}")).scalar_one()) for name in SHOWN})


def judged(shown: Mapping[str, str]) -> Finding:
    """What is to be said of a PostgreSQL that shows these values of `SHOWN`; the worst fault alone."""
    version, encoding = shown["server_version"], shown["server_encoding"]
    if int(shown["server_version_num"]) < LEAST_POSTGRESQL * 10_000:
        return Finding("PostgreSQL", "fault", f"{version} 太旧，要 {LEAST_POSTGRESQL} 以上", "升级 PostgreSQL（pg_upgradecluster），先备份")
    if encoding != "UTF8":
        mend = "新建 UTF8 编码的数据库（createdb -T template0 -E UTF8 库名），再迁移数据"
        return Finding("PostgreSQL", "fault", f"{version}，编码 {encoding}，汉字会存错或存不进去", mend)
    if shown["fsync"] != "on":
        return Finding("PostgreSQL", "fault", f"{version}，fsync 关着，停电会损坏数据", "在 postgresql.conf 里写 fsync = on，再重新加载")
    return Finding("PostgreSQL", "good", f"{version}，编码 {encoding}")


@check("数据库结构", needs=(FOLDER, DATABASE))
def migrations(place: Installed) -> Iterable[Finding]:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    script = ScriptDirectory.from_config(config)
    head, known = script.get_current_head(), {step.revision for step in script.walk_revisions()}
    with place.engine.connect() as connection:
        standing = _standing(connection)
    if standing == head:
        yield Finding("数据库结构", "good", str(standing))
    elif standing in known:
        yield Finding("数据库结构", "fault", f"{standing}，应为 {head}", "运行 ./manage setup（会更新结构，不动数据）")
    else:
        yield Finding("数据库结构", "fault", f"{standing}，比程序新（程序认识到 {head}）", "换回更新的那一版程序，或从那次更新之前的备份恢复；不要改数据库")


def _standing(connection: Connection) -> str | None:
    """The migration that the database stands at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()
