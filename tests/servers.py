"""Private servers that a test starts for itself on free ports of the loopback: Redis, an object store, nginx, and the site. Each ends with its test run."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.databases import end_with_us

ROOT = Path(__file__).resolve().parents[1]
BUCKET, KEY, SECRET = "hall", "test-access-key", "test-secret-key-of-no-worth"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def listens(port: int) -> bool:
    """Whether someone answers at this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> Callable[[], bool]:
    """Whether a page is served at `url`."""

    def asked() -> bool:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            return False
        return True

    return asked


@contextlib.contextmanager
def started(line: list[str], log: Path, ready: Callable[[], bool], *, environment: dict[str, str] | None = None, end: int = signal.SIGTERM) -> Iterator[int]:
    """Run a program beside the test until the block ends; gives its process id."""
    program = shutil.which(line[0])
    assert program, f"{line[0]} is missing: ./manage test installs it"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [program, *line[1:]], cwd=ROOT, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=end_with_us
        )
    try:
        deadline = time.monotonic() + 60
        while not ready():
            assert process.poll() is None and time.monotonic() < deadline, f"{line[0]} did not start:\n{log.read_text()[-3000:]}"
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(end)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing; gives its address."""
    port = free_port()
    line = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with started(line, folder / "redis.log", lambda: listens(port)):
        yield f"redis://127.0.0.1:{port}/0"


@dataclass(frozen=True)
class ObjectStore:
    """A running S3 double, and the settings with which the product uses it."""

    url: str
    folder: Path

    @property
    def settings(self) -> dict[str, str]:
        return {"STORAGE_URL": f"s3://{BUCKET}/county?endpoint={self.url}", "STORAGE_KEY": KEY, "STORAGE_SECRET": SECRET}


@contextlib.contextmanager
def object_store(folder: Path, *, kind: str = "open_to_pages") -> Iterator[ObjectStore]:
    """An S3 double that checks signatures, methods and expiry, with one bucket; `kind` names who may read it (object_store.py)."""
    port = free_port()
    (folder / "store" / BUCKET).mkdir(parents=True)
    environment = {"NANIO_DATA_DIR": str(folder / "store"), "NANIO_ACCESS_KEY": KEY, "NANIO_SECRET_KEY": SECRET}
    line = [sys.executable, "-m", "uvicorn", "--factory", f"tests.object_store:{kind}", "--port", str(port), "--log-level", "warning"]
    with started(line, folder / "store.log", lambda: listens(port), environment=environment):
        yield ObjectStore(f"http://127.0.0.1:{port}", folder / "store" / BUCKET)


@contextlib.contextmanager
def nginx(folder: Path, *, site: int, kept: Path) -> Iterator[int]:
    """nginx by deploy/nginx.conf, with its names, ports and certificates replaced, before the site at port `site`; gives its port."""
    port = free_port()
    written = (ROOT / "deploy" / "nginx.conf").read_text()
    server = written[written.index("server {", written.index("server {") + 1) :]
    lines = [line for line in server.splitlines() if "ssl" not in line and "http2" not in line]
    text = "\n".join(lines).replace("127.0.0.1:8000", f"127.0.0.1:{site}").replace("/srv/hall/var/files/kept/", f"{kept}/")
    text = text.replace("server {", f"server {{\n    listen 127.0.0.1:{port};", 1).replace("dx.example.cn", "127.0.0.1").replace("$scheme", "http")
    user = "user root;" if os.geteuid() == 0 else ""
    places = "\n".join(f"    {name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = f"{user}\ndaemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\nevents {{}}\nhttp {{\n{places}\n{text}\n}}\n"
    (folder / "nginx.conf").write_text(main)
    line = ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    with started(line, folder / "nginx.out", lambda: listens(port), end=signal.SIGQUIT):
        yield port


@contextlib.contextmanager
def site(folder: Path, environment: dict[str, str], *, port: int | None = None) -> Iterator[int]:
    """The product under gunicorn as it is deployed, with its data in `folder`; gives its port."""
    port = port or free_port()
    line = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "app:create_app()"]
    with started(line, folder / "web.log", answers(f"http://127.0.0.1:{port}/sign-in"), environment=environment):
        yield port
