"""The same recording over real HTTP in three ways: by Flask itself, by nginx (X-Accel-Redirect), and from an object store by signed addresses."""

import contextlib
import http.client
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2 as pdfium
import pytest
from flask import Flask
from PIL import Image

from courses.kernel import clock, queue, storage
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from courses.media import actions, document_actions, queries, tokens
from courses.media.models import Asset
from learning.organization.models import Person
from tests import databases, servers
from tests.clients import client_for
from tests.conftest import KEY, settings_in
from tests.media import recordings
from tests.media.addresses import pages_of
from tests.people import County


@dataclass(frozen=True)
class Answer:
    """What a browser gets."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Way:
    """A running site that serves in one way, and its port for browsers."""

    name: str
    port: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask as a browser does, which follows a redirection with the same method and range."""
        answer = asked(f"http://127.0.0.1:{self.port}{path}", method, **headers)
        if answer.status != 302:
            return answer
        assert self.name == "s3"
        return asked(answer.headers["Location"], method, **{name: value for name, value in headers.items() if name == "Range"})


def asked(url: str, method: str = "GET", **headers: str) -> Answer:
    """One request, no redirection followed."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    with contextlib.closing(line):
        line.request(
            method, parts.path + (f"?{parts.query}" if parts.query else ""), headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = line.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


@pytest.fixture(params=["flask", "nginx", "s3"])
def way(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Way]:
    """The site of this test's database, served in each way; the test's own app stores where the site does."""
    with contextlib.ExitStack() as stack:
        more: dict[str, str] = {}
        if request.param == "s3":
            (tmp_path / "store").mkdir()
            more = stack.enter_context(servers.object_store(tmp_path / "store")).settings
        if request.param == "nginx":
            more = {"ACCEL_LOCATION": "/kept/", "PROXIES": "1"}
        app.extensions["settings"] = settings_in(tmp_path, **more)
        storage.install(app, settings())
        environment = {"SECRET_KEY": settings().secret_key, "DATA_KEY": KEY, "DATA_DIR": str(tmp_path), "PUBLIC_URL": "http://localhost"}
        port = stack.enter_context(servers.site(tmp_path, {**environment, "DATABASE_URL": databases.address(tmp_path), **more}))
        if request.param == "nginx":
            port = stack.enter_context(servers.nginx(tmp_path, site=port, kept=tmp_path / "files" / "kept"))
        yield Way(request.param, port)


@pytest.fixture
def asset_id(way: Way, app: Flask, county: County, tmp_path: Path) -> int:
    """A recording that was prepared."""
    with transaction():
        trainer = db.session.get_one(Person, county.trainer)
        made = actions.add_file(recordings.clip(tmp_path / "clip.mp4"), "clip.mp4", actor=trainer, now=clock.now()).id
    while queue.work_once(app, lease_seconds=30):
        pass
    assert db.session.get_one(Asset, made, populate_existing=True).state == "ready"
    return made


def address(asset_id: int, person_id: int, file: str = "video.mp4", *, left: timedelta = timedelta(hours=1), key: str | None = None) -> str:
    """A signed address of one file."""
    ticket = tokens.Ticket(asset_id, person_id, None, clock.now() + left)
    return f"/media/{tokens.sign(ticket, key=key or settings().secret_key)}/{file}"


def test_a_recording_is_served_and_guarded(way: Way, app: Flask, county: County, asset_id: int) -> None:
    kept = storage.storage().local(db.session.get_one(Asset, asset_id).folder or "")
    video = (kept / "video.mp4").read_bytes()
    plays_as_a_playlist(way, kept, address(asset_id, county.member, ""))
    plays_in_ranges(way, video, address(asset_id, county.member))
    if way.name == "s3":
        is_guarded_by_the_store(way, address(asset_id, county.member))
    else:
        knows_what_has_not_changed(way, video, address(asset_id, county.member))
    is_guarded(way, app, county, asset_id)
    if way.name == "nginx":
        assert way.ask(f"/kept/{db.session.get_one(Asset, asset_id).folder}/video.mp4").status == 404  # nginx's own place is closed


def plays_as_a_playlist(way: Way, kept: Path, within: str) -> None:
    """Playlists name what follows relative to their own address, so the signature is inherited."""
    master = way.ask(within + "master.m3u8")
    assert (master.status, master.headers["Content-Type"]) == (200, "application/vnd.apple.mpegurl")
    rung = next(line for line in master.body.decode().splitlines() if line.endswith("index.m3u8"))
    assert asked(f"http://127.0.0.1:{way.port}{within}{rung}").status == 200  # answered here, never elsewhere
    piece = next(line for line in way.ask(within + rung).body.decode().splitlines() if line.endswith(".m4s"))
    place = rung.replace("index.m3u8", piece)
    assert way.ask(within + place).body == (kept / place).read_bytes()
    assert way.ask(within + "poster.jpg").body == (kept / "poster.jpg").read_bytes()


def plays_in_ranges(way: Way, video: bytes, path: str) -> None:
    whole = way.ask(path)
    assert (whole.status, whole.body, whole.headers["Accept-Ranges"]) == (200, video, "bytes")
    part = way.ask(path, Range="bytes=100-199")
    assert (part.status, part.body, part.headers["Content-Range"]) == (206, video[100:200], f"bytes 100-199/{len(video)}")
    assert way.ask(path, Range=f"bytes={len(video) - 10}-").body == video[-10:]
    head = way.ask(path, "HEAD")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(video)))


def knows_what_has_not_changed(way: Way, video: bytes, path: str) -> None:
    whole = way.ask(path)
    assert whole.headers["Content-Type"] == "video/mp4"
    assert "private" in whole.headers["Cache-Control"] and "immutable" in whole.headers["Cache-Control"]
    tag = whole.headers["ETag"]
    assert way.ask(path, Range="bytes=-10").body == video[-10:]
    assert way.ask(path, Range="bytes=0-9", If_Range=tag).status == 206
    changed = way.ask(path, Range="bytes=0-9", If_Range='"another"')
    assert (changed.status, changed.body) == (200, video)
    assert way.ask(path, If_None_Match=tag).status == 304
    beyond = way.ask(path, Range=f"bytes={len(video)}-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{len(video)}")


def is_guarded(way: Way, app: Flask, county: County, asset_id: int) -> None:
    """Tampered, expired and another person's addresses open nothing."""
    good = address(asset_id, county.member)
    token = good.split("/")[2]
    forged = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
    wrong = {
        "tampered": good.replace(token, forged),
        "signed by another": address(asset_id, county.member, key="another key of more than thirty-two characters"),
        "expired": address(asset_id, county.member, left=timedelta(seconds=-1)),
        "unsigned": "/media/x/video.mp4",
        "no file of a player": address(asset_id, county.member, "made.json"),
        "climbing out": address(asset_id, county.member, "..%2f..%2fuploads"),
    }
    for what, path in wrong.items():
        assert way.ask(path).status == 404, what
    for person, status in ((county.member, 200), (county.neighbour, 404)):
        cookie = client_for(app, person).get_cookie("hall")
        assert cookie is not None and way.ask(good, Cookie=f"hall={cookie.value}").status == status


def is_guarded_by_the_store(way: Way, path: str) -> None:
    """What the store hands out is guarded by its own signature, for one method, and ends with ours."""
    answer = asked(f"http://127.0.0.1:{way.port}{path}")
    signed = answer.headers["Location"]
    assert answer.status == 302 and "no-store" in answer.headers["Cache-Control"] and asked(signed).status == 200
    assert 3500 < int(signed.split("X-Amz-Expires=")[1].split("&")[0]) <= 3600
    assert asked(signed.split("?")[0]).status == 403
    assert asked(signed.replace(path.rsplit("/", 1)[-1], "poster.jpg")).status == 403
    assert asked(signed.replace("X-Amz-Expires=3", "X-Amz-Expires=9")).status == 403
    assert asked(signed, "DELETE").status == 403
    policy = asked(f"http://127.0.0.1:{way.port}/sign-in").headers["Content-Security-Policy"]
    assert f"media-src 'self' blob: http://{urlsplit(signed).netloc};" in policy
    assert f"img-src 'self' data: blob: http://{urlsplit(signed).netloc};" in policy


def test_an_address_for_a_course_ends_when_its_version_may_no_longer_be_played(app: Flask, county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {7}
    monkeypatch.setattr(queries, "STANDINGS", [shown.__contains__])
    with transaction() as session:
        asset = Asset(sha256="0" * 64, file_name="a", bytes=1, state="ready", uploaded_by_id=county.trainer, uploaded_at=clock.now(), folder="media/abc")
        session.add(asset)
        session.flush()
        asset_id = asset.id
    work = storage.storage().workspace()
    (work / "sound.m4a").write_bytes(b"sound")
    storage.storage().put_folder("media/abc", work)

    def status(version_id: int | None) -> int:
        ticket = tokens.Ticket(asset_id, county.member, version_id, clock.now() + timedelta(hours=1))
        return app.test_client().get(f"/media/{tokens.sign(ticket, key=settings().secret_key)}/sound.m4a").status_code

    assert (status(7), status(8), status(None)) == (200, 404, 200)
    shown.clear()
    assert (status(7), status(None)) == (404, 200)


def test_pages_and_pictures_are_served_and_guarded(way: Way, app: Flask, county: County, tmp_path: Path) -> None:
    """A document's pages and a picture in a text, drawn where the way keeps them, and drawn once for the same bytes."""
    trainer = db.session.get_one(Person, county.trainer)
    paper = pdfium.PdfDocument.new()
    for _ in range(2):
        paper.new_page(400, 300)
    paper.save(tmp_path / "paper.pdf")
    paper.close()
    photograph = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(photograph, "JPEG")
    taken = [document_actions.take_picture(io.BytesIO(photograph.getvalue()), "图.jpg") for _ in range(2)]
    assert taken[0] == taken[1]
    with transaction():
        document_id = actions.add_file(tmp_path / "paper.pdf", "paper.pdf", actor=trainer, now=clock.now()).id
        picture_id = document_actions.enter_picture(taken[0], actor=trainer, now=clock.now()).id
    while queue.work_once(app, lease_seconds=30):
        pass
    for asset_id, count in ((document_id, 2), (picture_id, 1)):
        asset = db.session.get_one(Asset, asset_id, populate_existing=True)
        assert (asset.state, asset.page_count) == ("ready", count)
        kept = storage.storage().local(asset.folder or "")
        for page in pages_of(asset_id, county.member, now=clock.now()):
            for path, form in ((page.light, "webp"), (page.large, "jpeg")):
                answer = way.ask(path)
                assert (answer.status, answer.headers["Content-Type"]) == (200, f"image/{form}")
                assert answer.body == (kept / path.rsplit("/", 1)[-1]).read_bytes()
                if way.name != "s3":  # the double keeps no such header; a real store answers what the address asks for
                    assert "private" in answer.headers["Cache-Control"] and "immutable" in answer.headers["Cache-Control"]
        assert way.ask(address(asset_id, county.member, "page-0001.webp", key="k" * 32)).status == 404
        assert way.ask(address(asset_id, county.member, "page-0001.webp", left=timedelta(seconds=-1))).status == 404
        assert way.ask(address(asset_id, county.member, "drawn.json")).status == 404
    with transaction():
        again = actions.add_file(tmp_path / "paper.pdf", "again.pdf", actor=trainer, now=clock.now())
        assert (again.state, again.page_count) == ("ready", 2)
    if way.name == "s3":
        is_guarded_by_the_store(way, address(document_id, county.member, "page-0001.webp"))
