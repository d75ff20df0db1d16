"""Looks the installation over: settings, tools, versions, storage, queue, migrations, clock. Each fault is named with its mend.

A check is a function from an `Installed` to findings. The floor's own are here; a room adds its own with `@check`. Nothing is changed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from courses.kernel import clock, storage
from courses.kernel.db import engine_options
from courses.kernel.redis import RedisBell
from courses.kernel.settings import BadSetting, Settings

State = Literal["good", "look", "fault"]
ROOT = Path(__file__).resolve().parents[2]
FOLDER = "数据文件夹"
LEAST_FREE = 2 * 1024**3
NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "glusterfs", "ceph"}


@dataclass(frozen=True)
class Finding:
    """What one check found. `mend` says how to put it right, and is empty when it is good."""

    what: str
    state: State
    words: str
    mend: str = ""


@dataclass(frozen=True)
class Installed:
    """What the checks look at: the settings, the environment they were read from, a connection's engine, and now."""

    settings: Settings
    environ: Mapping[str, str]
    engine: Engine
    now: datetime


Check = Callable[[Installed], Iterable[Finding]]


@dataclass(frozen=True)
class Registered:
    """A check, what it looks at in words, and whether it needs the data folder to be sound."""

    what: str
    make: Check
    needs_data: bool


CHECKS: list[Registered] = []


def check(what: str, *, needs_data: bool = False) -> Callable[[Check], Check]:
    """Add a check to those that `examine` makes."""

    def register(function: Check) -> Check:
        CHECKS.append(Registered(what, function, needs_data))
        return function

    return register


def examine(environ: Mapping[str, str], *, now: datetime) -> list[Finding]:
    """Every finding. Settings that cannot be used leave nothing else to look at."""
    try:
        settings = Settings.from_env(environ)
    except BadSetting as fault:
        return [Finding("设置", "fault", str(fault), "改正 .env 里的这一项，或运行 ./manage setup；各项含义见 docs/settings.md")]
    engine = create_engine(settings.database, **engine_options(settings))
    place = Installed(settings, environ, engine, now)
    found: list[Finding] = []
    try:
        for one in CHECKS:
            lost = any(finding.what == FOLDER and finding.state == "fault" for finding in found)
            found += [] if one.needs_data and lost else _made(one, place)
    finally:
        engine.dispose()
    return found


def _made(one: Registered, place: Installed) -> list[Finding]:
    try:
        return list(one.make(place))
    except (OSError, SQLAlchemyError, subprocess.SubprocessError) as fault:
        return [Finding(one.what, "fault", f"{type(fault).__name__}: {str(fault).splitlines()[0][:200]}", "这一项没能检查完，请先处理上面的问题再试")]


@check("Python")
def python(place: Installed) -> Iterable[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Finding("Python", "good" if good else "fault", version, "" if good else "安装 Python 3.11 或更新的版本")


@check("密钥文件")
def secrets(place: Installed) -> Iterable[Finding]:
    path = ROOT / ".env"
    if path.exists() and path.stat().st_mode & 0o077:
        yield Finding("密钥文件", "fault", ".env 别的用户也能读", "chmod 600 .env")
    else:
        yield Finding("密钥文件", "good", "只有本用户能读" if path.exists() else "密钥由环境变量给出")
    address = place.settings.public_url
    if address.startswith("https://") and not place.settings.secure_cookies:
        yield Finding("Cookie", "fault", "网址是 https，但登录凭证也会经 http 发出", "在 .env 里写 SECURE_COOKIES=yes")


@check(FOLDER)
def folder(place: Installed) -> Iterable[Finding]:
    where = place.settings.data_dir.resolve()
    if not where.is_dir() or not os.access(where, os.W_OK):
        yield Finding(FOLDER, "fault", f"{where} 不存在或不能写", "运行 ./manage setup，或改 DATA_DIR 和文件夹的权限")
        return
    kind = _filesystem(where)
    if kind in NETWORK_DISKS:
        yield Finding(FOLDER, "fault", f"{where} 在网络盘上（{kind}），数据库会损坏", "把 DATA_DIR 移到本机磁盘")
    free = shutil.disk_usage(where).free
    roomy = free >= LEAST_FREE
    words = f"{where}，空余 {free / 1024**3:.1f} GB"
    yield Finding(FOLDER, "good" if roomy else "look", words, "" if roomy else "腾出空间：处理一节视频课大约要原文件三倍的地方")


@check("数据库", needs_data=True)
def database(place: Installed) -> Iterable[Finding]:
    with place.engine.connect() as connection:
        if place.engine.dialect.name == "sqlite":
            yield from _sqlite(
                connection.exec_driver_sql("select sqlite_version()").scalar_one(), connection.exec_driver_sql("pragma quick_check").scalar_one()
            )
        else:
            version = connection.execute(text("show server_version")).scalar_one()
            encoding = connection.execute(text("show server_encoding")).scalar_one()
            good = encoding == "UTF8"
            yield Finding("PostgreSQL", "good" if good else "fault", f"{version}，编码 {encoding}", "" if good else "新建 UTF8 编码的数据库，再迁移数据")


def _sqlite(version: str, health: str) -> Iterable[Finding]:
    new = tuple(map(int, version.split("."))) >= (3, 51, 3)
    mend = "" if new else "低于 3.51.3 的 WAL 会损坏数据，现用较慢的回滚日志；x86_64 上重新安装 requirements.txt 里的 pysqlite3"
    yield Finding("SQLite", "good" if new else "look", version, mend)
    whole = health == "ok"
    yield Finding("数据库文件", "good" if whole else "fault", "完好" if whole else health[:200], "" if whole else "停止服务，从最近的备份恢复")


@check("数据库结构", needs_data=True)
def migrations(place: Installed) -> Iterable[Finding]:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with place.engine.connect() as connection:
        standing = MigrationContext.configure(connection).get_current_revision()
    good = standing == head
    yield Finding("数据库结构", "good" if good else "fault", f"{standing or '空'}，应为 {head}", "" if good else "运行 ./manage setup（会更新结构，不动数据）")


@check("文件存储", needs_data=True)
def files(place: Installed) -> Iterable[Finding]:
    kept, key = storage.chosen(place.settings), f"doctor/{os.getpid()}"
    work = kept.workspace()
    try:
        (work / "probe").write_bytes(b"probe")
        kept.put(key, work / "probe")
        same = kept.local(key).read_bytes() == b"probe"
        kept.delete(key)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    where = urlsplit(place.settings.storage_url).netloc or "本机文件夹"
    good = same and not kept.exists(key)
    yield Finding(
        "文件存储", "good" if good else "fault", f"{where}：能写、能读、能删" if good else "读回来的和写的不一样", "" if good else "检查磁盘或对象存储"
    )


@check("后台任务", needs_data=True)
def queue(place: Installed) -> Iterable[Finding]:
    with place.engine.connect() as connection:
        rows = connection.execute(text("select state, count(*), min(due) from job group by state")).all()
    counts = {state: (number, oldest) for state, number, oldest in rows}
    waiting, oldest = counts.get("queued", (0, None))
    late = oldest is not None and place.now - _instant(oldest) > timedelta(minutes=10)
    words = f"等待 {waiting} 个，进行 {counts.get('running', (0,))[0]} 个，失败 {counts.get('failed', (0,))[0]} 个"
    yield Finding("后台任务", "fault" if late else "good", words, "有任务等了十多分钟：后台没有运行，请启动 ./manage worker" if late else "")


@check("任务通知")
def bell(place: Installed) -> Iterable[Finding]:
    if not place.settings.queue_url:
        return
    heard = RedisBell(place.settings.queue_url).answers()
    mend = "" if heard else "启动 Redis，或改正 QUEUE_URL；没有它任务仍会做，只是慢几秒"
    yield Finding("任务通知", "good" if heard else "look", "Redis 在应答" if heard else "QUEUE_URL 的 Redis 没有应答", mend)


@check("时钟", needs_data=True)
def time_of_day(place: Installed) -> Iterable[Finding]:
    with place.engine.connect() as connection:
        newest = [connection.execute(text(asked)).scalar() for asked in ("select max(created_at) from job", "select max(created_at) from installation")]
    known = [_instant(one) for one in newest if one is not None]
    ahead = max((one - place.now for one in known), default=timedelta(0))
    wall = clock.local(place.now, place.settings.zone).strftime("%Y-%m-%d %H:%M")
    if ahead > timedelta(minutes=2) or place.now.year < 2026:
        yield Finding("时钟", "fault", f"现在是 {wall}，比已有的记录还早", "校准系统时间（timedatectl set-ntp true）；学习记录的日期靠它")
    else:
        yield Finding("时钟", "good", f"{wall}（{place.settings.zone}）")


@check("用途", needs_data=True)
def purpose(place: Installed) -> Iterable[Finding]:
    with place.engine.connect() as connection:
        kind = connection.execute(text("select kind from installation")).scalar()
    address = place.settings.public_url
    if kind == "real" and not address:
        yield Finding("网址", "fault", "真实的县没有 PUBLIC_URL，发不了证明", "在 .env 里写 PUBLIC_URL=https://……")
    elif kind == "real" and not place.settings.trusted_hosts:
        yield Finding("网址", "look", f"{address}，但别的主机名也会应答", "在 .env 里写 TRUSTED_HOSTS=域名")
    else:
        yield Finding("用途", "good", {"demo": "演示县", "real": f"真实的县，{address}"}.get(str(kind), "空数据库"))


def tool(program: str, *, needs: str, mend: str) -> Finding:
    """Whether a program is there and what it calls itself; `needs` is what it is for."""
    found = shutil.which(program)
    if found is None:
        return Finding(program, "fault", f"没有找到，{needs}", mend)
    said = subprocess.run([found, "-version"], capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)
    return Finding(program, "good", (said.stdout.splitlines() or ["?"])[0][:80])


def _filesystem(where: Path) -> str:
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return ""
    under = [(point, kind) for point, kind in mounts if str(where).startswith(point.rstrip("/") + "/") or point == "/"]
    return max(under, default=("", ""), key=lambda pair: len(pair[0]))[1]


def _instant(value: datetime | str) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo else at.replace(tzinfo=clock.now().tzinfo)
