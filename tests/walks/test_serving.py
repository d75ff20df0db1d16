"""A member plays a lecture that nginx sends, and one that lies in an object store; when the addresses have ended, it goes on from where it was."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route

from courses.kernel import storage
from courses.kernel.settings import Settings
from tests import servers
from tests.demo.build import build_demo
from tests.walks.conftest import Site, visit
from tests.walks.visitor import Visitor

pytestmark = pytest.mark.seeded


@pytest.fixture(params=["nginx", "s3"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """The demo county, its media sent by someone else than Flask; and who sends."""
    demo = build_demo(tmp_path)
    with contextlib.ExitStack() as stack:
        if request.param == "s3":
            (tmp_path / "s3").mkdir()
            store = stack.enter_context(servers.object_store(tmp_path / "s3"))
            environment = {**demo.environment, **store.settings}
            _move(demo.environment, environment)
            port = stack.enter_context(servers.site(tmp_path, environment))
            sender = urlsplit(store.url).netloc
        else:
            environment = {**demo.environment, "ACCEL_LOCATION": "/kept/", "PROXIES": "1"}
            behind = stack.enter_context(servers.site(tmp_path, environment))
            port = stack.enter_context(servers.nginx(tmp_path, site=behind, kept=tmp_path / "files" / "kept"))
            sender = f"127.0.0.1:{port}"
        yield Site(f"http://127.0.0.1:{port}", tmp_path, demo.passwords, environment), sender


def _move(before: dict[str, str], after: dict[str, str]) -> None:
    """Move what the demo county keeps in its folder to the object store."""
    source, target = storage.chosen(Settings.from_env(before)), storage.chosen(Settings.from_env(after))
    for folder in source.local("media").iterdir():
        target.put_folder(f"media/{folder.name}", folder)


@pytest.fixture
def member(elsewhere: tuple[Site, str], browser: Browser) -> Iterator[Visitor]:
    """张甲 at a phone."""
    for visitor in visit(browser, elsewhere[0], phone=True):
        visitor.homes.add(elsewhere[1])
        visitor.expected.add(404)
        yield visitor.sign_in("member")


def test_a_lecture_plays_and_goes_on_when_its_addresses_end(member: Visitor, elsewhere: tuple[Site, str]) -> None:
    page, sent = member.page, []
    page.on("response", lambda answer: sent.append(answer.url) if answer.status in {200, 206} and ".m4s" in answer.url else None)
    member.go("/courses").tap("消防安全进家门")
    page.locator("ol.rows a.row").first.click()
    page.get_by_role("button", name="播放").click()
    _plays_beyond(member, 2)
    assert sent and all(urlsplit(url).netloc == elsewhere[1] for url in sent)

    # The addresses of this page end: what is asked for next comes by new ones, from the same place.
    ended = str(page.locator("[data-player]").get_attribute("data-sound")).split("/")[2]
    page.route(f"**/media/{ended}/**", lambda route: _over(route))
    place = page.evaluate("() => document.querySelector('video').currentTime")
    page.get_by_role("button", name="只听声音").click()
    page.wait_for_function("ended => !document.querySelector('[data-player]').getAttribute('data-sound').includes(ended)", arg=ended, timeout=60_000)
    _plays_beyond(member, place + 1)


def _plays_beyond(member: Visitor, second: float) -> None:
    member.page.wait_for_function(
        "second => { const video = document.querySelector('video'); return !video.paused && video.currentTime > second; }", arg=second, timeout=90_000
    )


def _over(route: Route) -> None:
    route.fulfill(status=404, body="over")
