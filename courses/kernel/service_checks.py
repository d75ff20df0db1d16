"""What `./manage doctor` asks of what the site works with: where files are kept, the queue and its workers, and the bell."""

import http.client
import os
import shutil
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.message import Message
from urllib.parse import urlsplit

from sqlalchemy import text

from courses.kernel import storage
from courses.kernel.doctor import DATABASE, FOLDER, Finding, Installed, check, instant
from courses.kernel.folder import StoreFault
from courses.kernel.jobs import HEARD, HEARD_MINUTES
from courses.kernel.redis import RedisBell
from courses.kernel.storage import Storage

STORE, BROWSERS, QUEUE, WORKER, BELL = "文件存储", "浏览器取文件", "后台任务", "后台", "任务通知"
LATE = timedelta(minutes=10)
_STORE_MENDS = {
    "": "启动对象存储，或改正 STORAGE_URL 里的 endpoint；再看防火墙",
    "InvalidAccessKeyId": "改正 .env 里的 STORAGE_KEY",
    "SignatureDoesNotMatch": "改正 .env 里的 STORAGE_SECRET",
    "NoSuchBucket": "在对象存储里建这个桶，或改正 STORAGE_URL 里的桶名",
    "RequestTimeTooSkewed": "校准系统时间（timedatectl set-ntp true）：和对象存储的时间差得太多",
    "AccessDenied": "给这个 STORAGE_KEY 读、写、删这个桶的权限",
}
_BELL_MENDS = {
    "unreachable": ("没有应答", "启动 Redis，或改正 QUEUE_URL"),
    "password": ("不认用户名或密码", "在 QUEUE_URL 里写对密码：redis://:密码@主机:6379/0"),
    "refused": ("不让写", "给这个用户写 hall:* 的权限，换成主库，或腾出内存"),
}


@check(STORE, needs=(FOLDER,))
def files(place: Installed) -> Iterable[Finding]:
    kept, key = storage.chosen(place.settings), f"doctor/{os.getpid()}"
    where = urlsplit(place.settings.storage_url).netloc or "本机文件夹"
    work = kept.workspace()
    try:
        (work / "probe").write_bytes(b"probe")
        kept.put(key, work / "probe")
        same = kept.local(key).read_bytes() == b"probe"
        lent = list(_lent(kept, key, place.settings.public_url)) if kept.origin else []
        kept.delete(key)
        good = same and not kept.exists(key)
    except StoreFault as fault:
        mend = _STORE_MENDS.get(fault.code, "查对象存储的说明里这个词的意思；核对 STORAGE_URL、STORAGE_KEY 和 STORAGE_SECRET")
        yield Finding(STORE, "fault", f"{where}：{fault.code or '连不上'}", mend)
        return
    finally:
        shutil.rmtree(work, ignore_errors=True)
    yield Finding(STORE, "good" if good else "fault", f"{where}：能写、能读、能删" if good else "读回来的和写的不一样", "" if good else "检查磁盘或对象存储")
    yield from lent


def _lent(kept: Storage, key: str, site: str) -> Iterable[Finding]:
    """Whether a browser can fetch by the addresses that are handed out, from the site's pages, and nobody can without."""
    address = kept.address(key, mime="text/plain", seconds=60, method="GET") or ""
    try:
        status, headers = _asked(address, origin=site)
        anonymous, _ = _asked(address.partition("?")[0], origin=site)
    except (OSError, http.client.HTTPException) as fault:
        status, headers, anonymous = type(fault).__name__, Message(), 0
    if status != 200:
        yield Finding(BROWSERS, "fault", f"{kept.origin} 不给签名地址（{status}）", "改正 STORAGE_URL 里的 public=，它要是手机能打开的地址")
    elif anonymous == 200:
        yield Finding(BROWSERS, "fault", "不带签名也能下载：谁都能看到学习资料", "在对象存储里关掉这个桶的匿名（公开）读取")
    elif headers.get("Access-Control-Allow-Origin") not in {"*", site}:
        yield Finding(
            BROWSERS, "fault", "桶不许本站的网页读取（CORS），视频放不出来", f"给桶加 CORS 规则：来源 {site or '本站网址'}，方法 GET 和 HEAD，请求头 Range"
        )
    else:
        yield Finding(BROWSERS, "good", "带签名能打开，不带签名打不开，本站网页能读取")


def _asked(address: str, *, origin: str) -> tuple[int | str, Message]:
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with closing(kind(parts.hostname or "", parts.port, timeout=10)) as line:
        line.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path, headers={"Origin": origin})
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.headers


@check(QUEUE, needs=(FOLDER, DATABASE))
def queue(place: Installed) -> Iterable[Finding]:
    with place.engine.connect() as connection:
        rows = connection.execute(text("select state, count(*), min(due), min(lease_until) from job group by state")).all()
    counts = {state: (number, due, lease) for state, number, due, lease in rows}
    due, lease = counts.get("queued", (0, None, None))[1], counts.get("running", (0, None, None))[2]
    words = "，".join(f"{said} {counts.get(state, (0,))[0]} 个" for state, said in (("queued", "等待"), ("running", "进行"), ("failed", "失败")))
    if due is not None and place.now - instant(due) > LATE:
        yield Finding(QUEUE, "fault", words, "有任务等了十多分钟：后台没有运行，请启动 ./manage worker")
    elif lease is not None and place.now - instant(lease) > LATE:
        yield Finding(QUEUE, "fault", words, "有任务做到一半停了，没有后台接着做：请启动 ./manage worker")
    else:
        yield Finding(QUEUE, "good", words)


@check(WORKER, needs=(FOLDER, DATABASE))
def worker(place: Installed) -> Iterable[Finding]:
    """Heard of lately, or busy with a job. One on another machine leaves no sign in this folder, and needs a database that is no file."""
    with place.engine.connect() as connection:
        leases = connection.execute(text("select max(lease_until) from job where state = 'running'")).scalar()
    sign = place.settings.data_dir / HEARD
    heard = datetime.fromtimestamp(sign.stat().st_mtime, UTC) if sign.exists() else None
    if leases is not None and instant(leases) > place.now:
        yield Finding(WORKER, "good", "正在做任务")
    elif heard is not None and place.now - heard < timedelta(minutes=3 * HEARD_MINUTES):
        yield Finding(WORKER, "good", "在运行")
    elif place.engine.dialect.name == "sqlite":
        since = f"{round((place.now - heard) / timedelta(minutes=1))} 分钟没有动静" if heard else "还没有运行过"
        yield Finding(WORKER, "look", since, "启动 ./manage worker（或 deploy/hall-worker.service）：没有它，上传的课做不出来")


@check(BELL)
def bell(place: Installed) -> Iterable[Finding]:
    if not place.settings.queue_url:
        return
    fault = RedisBell(place.settings.queue_url).fault()
    if fault is None:
        yield Finding(BELL, "good", "Redis 在应答")
    else:
        words, mend = _BELL_MENDS[fault]
        yield Finding(BELL, "look", f"QUEUE_URL 的 Redis {words}", f"{mend}；没有它任务仍会做，只是慢几秒")
