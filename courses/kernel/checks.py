"""What `./manage doctor` asks of the machine: Python, the keys' file, the data folder and its disk, the clock, and the address of the site."""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from courses.kernel import clock
from courses.kernel.doctor import DATABASE, FOLDER, ROOT, Finding, Installed, check, instant

LEAST_FREE = 2 * 1024**3
# As /proc/mounts names them, without the "fuse." before those that a program serves.
NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "sshfs", "9p", "glusterfs", "ceph", "ceph-fuse", "afs", "lustre", "davfs", "s3fs", "rclone", "juicefs"}
OURS = ("hall.db*", "files", "files/*")  # what the site writes in its folder
ASTRAY = timedelta(minutes=2)
_SPELLED = re.compile(r"\\([0-7]{3})")  # how a space in a path stands in /proc/mounts


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
    if not where.is_dir() or not _writable(where):
        yield Finding(FOLDER, "fault", f"{where} 不存在或不能写", "运行 ./manage setup，或改 DATA_DIR 和文件夹的权限")
        return
    kind = _filesystem(where)
    if kind.removeprefix("fuse.") in NETWORK_DISKS:
        harm = "数据库会损坏" if place.engine.dialect.name == "sqlite" else "文件锁靠不住"
        yield Finding(FOLDER, "fault", f"{where} 在网络盘上（{kind}），{harm}", "把 DATA_DIR 移到本机磁盘")
        return
    free = shutil.disk_usage(where).free
    roomy = free >= LEAST_FREE
    words = f"{where}，空余 {free / 1024**3:.1f} GB"
    yield Finding(FOLDER, "good" if roomy else "look", words, "" if roomy else "腾出空间：处理一节视频课大约要原文件三倍的地方")
    yield from _permissions(where)


def _permissions(where: Path) -> Iterable[Finding]:
    """What someone else wrote here, such as root by hand, stops the site; what anyone may read tells of people."""
    foreign = [path.name for pattern in OURS for path in sorted(where.glob(pattern)) if not _writable(path)]
    if foreign:
        yield Finding("数据权限", "fault", f"本用户不能写 {'、'.join(foreign[:5])}", f"以 root 运行 chown -R 运行服务的用户 {where}")
        return
    bare = [path.name for path in sorted(where.glob("hall.db*")) if path.stat().st_mode & 0o007 and where.stat().st_mode & 0o001]
    mend = f"chmod o-rwx {where}/hall.db*" if bare else ""
    yield Finding("数据权限", "look" if bare else "good", f"别的用户也能读 {'、'.join(bare)}" if bare else "本用户能写，别的用户读不了数据库", mend)


@check("时钟", needs=(FOLDER, DATABASE))
def time_of_day(place: Installed) -> Iterable[Finding]:
    wall = clock.local(place.now, place.settings.zone).strftime("%Y-%m-%d %H:%M")
    mend = "校准系统时间（timedatectl set-ntp true）；学习记录的日期靠它"
    wrong = _disagreement(place)
    yield Finding("时钟", "fault" if wrong else "good", f"现在是 {wall}，{wrong}" if wrong else f"{wall}（{place.settings.zone}）", mend if wrong else "")


def _disagreement(place: Installed) -> str:
    """Whoever else knows the time and says another: what was written before, the disk, the database's server. Empty if all agree."""
    with place.engine.connect() as connection:
        newest = [connection.execute(text(asked)).scalar() for asked in ("select max(created_at) from job", "select max(created_at) from installation")]
        server = None if place.engine.dialect.name == "sqlite" else connection.execute(text("select clock_timestamp()")).scalar_one()
    with tempfile.NamedTemporaryFile(dir=place.settings.data_dir) as probe:
        disk = datetime.fromtimestamp(os.stat(probe.name).st_mtime, UTC)
    if any(instant(one) - place.now > ASTRAY for one in newest if one is not None) or place.now.year < 2026:
        return "比已有的记录还早"
    if server is not None and abs(server - place.now) > ASTRAY:
        return f"和数据库服务器的时间差 {_minutes(server - place.now)} 分钟"
    if abs(disk - place.now) > ASTRAY:
        return f"和磁盘的时间差 {_minutes(disk - place.now)} 分钟"
    return ""


@check("用途", needs=(FOLDER, DATABASE))
def purpose(place: Installed) -> Iterable[Finding]:
    with place.engine.connect() as connection:
        kind = connection.execute(text("select kind from installation")).scalar()
    address = place.settings.public_url
    if kind != "real":
        yield Finding("用途", "good", {"demo": "演示县"}.get(str(kind), "空数据库"))
    elif not address:
        yield Finding("网址", "fault", "真实的县没有 PUBLIC_URL，发不了证明", "在 .env 里写 PUBLIC_URL=https://……")
    elif urlsplit(address).scheme != "https":
        yield Finding(
            "网址", "fault", f"{address} 不加密，密码和学习记录会被旁人看到", "前面加 https 代理（deploy/nginx.conf），再把 PUBLIC_URL 改成 https://……"
        )
    elif not place.settings.trusted_hosts:
        yield Finding("网址", "look", f"{address}，但别的主机名也会应答", "在 .env 里写 TRUSTED_HOSTS=域名")
    elif not place.settings.proxies:
        yield Finding("网址", "look", f"{address}，但没有认出前面的代理，人人看来都从同一处登录", "在 .env 里写 PROXIES=1")
    else:
        yield Finding("用途", "good", f"真实的县，{address}")


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=True)


def _minutes(apart: timedelta) -> int:
    return round(abs(apart) / timedelta(minutes=1))


def _filesystem(where: Path) -> str:
    """The kind of disk that `where` lies on; empty where the kernel does not tell."""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return ""
    kinds = {Path(_SPELLED.sub(lambda one: chr(int(one[1], 8)), point)): kind for _, point, kind, *_ in map(str.split, mounts)}
    return next((kinds[folder] for folder in (where, *where.parents) if folder in kinds), "")
