"""Site and worker share no folder: a video sent in pieces is prepared by a worker that hears of it from Redis, kept in an object store, and played from there."""

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from courses.catalogue.models import Lesson
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from courses.media import queries
from courses.media.models import Asset
from tests.clients import client_for
from tests.makers import make_course
from tests.media import recordings
from tests.media.test_serving import asked
from tests.media.test_uploads import begun, send
from tests.media.workers import end, moved_out, wait_for, worker
from tests.people import County

PIECE_BYTES = 40_000


def sent(trainer: FlaskClient, film: bytes) -> int:
    """Send a film as the uploads page does; gives the asset's id."""
    address = begun(trainer, len(film), "第一讲.mp4")
    for at in range(0, len(film), PIECE_BYTES):
        assert send(trainer, address, at, film[at : at + PIECE_BYTES]).status_code == 204
    made: int = trainer.post(f"{address}/asset").get_json()["id"]
    return made


def prepared(trainer: FlaskClient, film: bytes, shared: dict[str, str], machine: Path) -> Asset:
    """The film as a worker on another machine made it, which was waiting for it and reaches the site's database, bell and store alone."""
    there = {**shared, "DATA_DIR": str(machine), "DATABASE_URL": settings().database}
    running = worker(settings().data_dir, **there)
    try:
        asset_id = sent(trainer, film)
        wait_for(lambda: not queries.preparation(asset_id).going_on, 90)
    finally:
        end(running)
    assert "bell_not_heard" not in (settings().data_dir / "worker.log").read_text()
    asset = db.session.get_one(Asset, asset_id, populate_existing=True)
    assert asset.state == "ready" and asset.job is not None and (asset.job.state, asset.job.attempts) == ("done", 1)
    return asset


def test_a_video_sent_in_pieces_is_prepared_on_another_machine_and_played_from_the_store(app: Flask, county: County, tmp_path: Path) -> None:
    made, film, machine = make_course(county), recordings.clip(tmp_path / "film.mp4").read_bytes(), tmp_path / "machine"
    machine.mkdir()
    with moved_out(app, tmp_path / "aside") as shared:
        asset = prepared(client_for(app, county.trainer), film, shared, machine)
        names = {path.name for path in (tmp_path / "aside" / "store").glob(f"*/county/{asset.folder}/*/*")}
        assert {"master.m3u8", "video.mp4", "poster.jpg", "sound.m4a"} <= names
        assert not list((settings().data_dir / "files").glob("kept/*")) and not list((machine / "files" / "work").iterdir())
        with transaction() as session:
            session.get_one(Lesson, made.video).asset_id = asset.id
        plays(client_for(app, county.member), made.video)
        brief = storage().address(f"{asset.folder}/poster.jpg", mime="image/jpeg", seconds=1, method="GET") or ""
        wait_for(lambda: asked(brief).status == 403, 10)  # it ends


def plays(member: FlaskClient, lesson_id: int) -> None:
    """By the addresses of the lesson's page: the playlist is answered here, and a piece of film by the store, to nobody who was not lent it."""
    page = member.get(f"/lessons/{lesson_id}").text
    master = address_on(page, "data-hls")
    rung = master.replace("master.m3u8", named(member.get(master).text, "index.m3u8"))
    piece = rung.replace("index.m3u8", named(member.get(rung).text, ".m4s"))
    lent = member.get(piece).headers["Location"]
    answer = asked(lent)
    assert answer.status == 200 and answer.body[4:8] in {b"styp", b"moof", b"sidx"} and asked(lent, Range="bytes=0-7").status == 206
    wrong = {
        "anonymous": lent.split("?")[0],
        "another file": lent.replace(".m4s?", ".mp4?"),
        "a longer life": re.sub(r"X-Amz-Expires=\d+", "X-Amz-Expires=604800", lent),
        "another signature": re.sub(r"(X-Amz-Signature=)\w{8}", r"\g<1>00000000", lent),
    }
    assert {what: asked(address).status for what, address in wrong.items()} == dict.fromkeys(wrong, 403)
    assert member.get(piece.replace("/media/", "/media/x")).status_code == 404


def address_on(page: str, attribute: str) -> str:
    """The address that the player is given under this attribute."""
    found = re.search(rf'{attribute}="([^"]+)"', page)
    assert found, f"the player has no {attribute}"
    return found[1]


def named(playlist: str, ending: str) -> str:
    """The first name in a playlist that ends so."""
    return next(line for line in playlist.splitlines() if line.endswith(ending))
