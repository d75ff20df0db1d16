"""A real server, a real worker and a real Chromium, over the demo county; nothing is mocked."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from learning.demo import county
from tests.demo.build import build_demo
from tests.walks.visitor import Visitor

UPLOAD_LIMIT_MB = 20
ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=user-gesture-required",
    "--mute-audio",
]
PHONE = "Mozilla/5.0 (Linux; Android 10; V1990A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0 Mobile Safari/537.36 MicroMessenger/8.0.47"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a walk."""
    for item in items:
        if "tests/walks" in str(item.fspath):
            item.add_marker(pytest.mark.walk)


@dataclass(frozen=True)
class Site:
    """The running site: its address, its folder, and the demo accounts' passwords by user name."""

    url: str
    folder: Path
    passwords: dict[str, str]
    environment: dict[str, str]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo county served by gunicorn, with a worker beside it."""
    folder = tmp_path_factory.mktemp("walks")
    port = _free_port()
    demo = build_demo(folder)
    environment = {**os.environ, **demo.environment, "PUBLIC_URL": f"http://127.0.0.1:{port}", "MAX_UPLOAD_MB": str(UPLOAD_LIMIT_MB), "LOG_LEVEL": "DEBUG"}
    logs = (folder / "web.log").open("w"), (folder / "worker.log").open("w")
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "app:create_app()"]
    worker = [sys.executable, "-m", "flask", "--app", "app:create_app", "worker", "run"]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        for command, log in zip((gunicorn, worker), logs, strict=True)
    ]
    try:
        _wait_for(f"http://127.0.0.1:{port}/sign-in", folder / "web.log")
        yield Site(f"http://127.0.0.1:{port}", folder, demo.passwords, environment)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)
        for log in logs:
            log.close()
    _knows_nobody((folder / "web.log").read_text() + (folder / "worker.log").read_text(), demo.passwords)


@pytest.fixture
def upload_limit_mb() -> int:
    """The largest upload of the running site, in megabytes."""
    return UPLOAD_LIMIT_MB


def chromium() -> str:
    """The browser's program: CHROMIUM, or Chromium without a window, which takes a third less time."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
    assert Path(program).exists(), "Chromium is missing: ./manage test installs it, or set CHROMIUM"
    return program


@pytest.fixture(scope="session")
def engine() -> Iterator[Playwright]:
    """What drives browsers."""
    with sync_playwright() as play:
        yield play


@pytest.fixture(scope="session")
def browser(engine: Playwright) -> Iterator[Browser]:
    """One Chromium for all walks."""
    running = engine.chromium.launch(executable_path=chromium(), args=FLAGS)
    yield running
    running.close()


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Someone at a small phone in WeChat's browser."""
    yield from visit(browser, site, phone=True)


@pytest.fixture
def second_phone(browser: Browser, site: Site) -> Iterator[Visitor]:
    """The same or another person, at another phone."""
    yield from visit(browser, site, phone=True)


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Someone at a desktop browser."""
    yield from visit(browser, site, phone=False)


@pytest.fixture
def second_desk(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Someone else at a desktop browser."""
    yield from visit(browser, site, phone=False)


def visit(browser: Browser, site: Site, *, phone: bool) -> Iterator[Visitor]:
    context = _context(browser, phone=phone)
    visitor = Visitor(context.new_page(), site.url, site.passwords)
    yield visitor
    context.close()
    assert visitor.strayed == [], f"requests left the machine: {visitor.strayed}"
    assert visitor.broken == [], f"the browser or the server complained: {visitor.broken}"


def _context(browser: Browser, *, phone: bool) -> BrowserContext:
    if phone:
        return browser.new_context(
            viewport={"width": 360, "height": 780}, device_scale_factor=2, is_mobile=True, has_touch=True, user_agent=PHONE, locale="zh-CN"
        )
    return browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")


def _knows_nobody(said: str, passwords: dict[str, str]) -> None:
    """Whatever the walks typed, the logs of server and worker hold no one's name, number or password, and each line is an object."""
    lines = [json.loads(line) for line in said.splitlines()]
    assert "answered" in {line["event"] for line in lines}
    names = {someone.name for someone in county.people()}
    for marked in {*passwords.values(), *(name for name in passwords if name.isdigit()), *names}:
        assert marked not in said, f"{marked} stands in the log. Log ids and outcomes: whoever reads logs need not know people."


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _wait_for(url: str, log: Path) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the server did not answer; its log says:\n{log.read_text()[-3000:]}")
