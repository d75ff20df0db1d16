"""A picture or a sound in a question: made small and anonymous on its way in, shown wherever the question is asked or judged, kept with the question's versions."""

import io
import re

import pytest
from PIL import Image

from courses.catalogue import actions
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from courses.media.models import Asset, Rendition
from courses.questions import actions as questions
from courses.questions.models import BankEntry, Question
from courses.questions.rules import Picked
from learning.hours import actions as hours
from tests.clients import client_for
from tests.people import NOW, TODAY

WORDS = {"q0-kind": "true_false", "q0-stem": "图上的标志是安全出口。", "q0-truth": "0", "q0-alt": "一块绿底白字的牌子"}


def photograph(width=2400, height=1800):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    Image.effect_noise((width, height), 60).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def trainer(app, county):
    return client_for(app, county.trainer)


def write(client, address, data, **more):
    sent = {**WORDS, **more, **({"picture": (io.BytesIO(data), "现场.jpg")} if data else {})}
    return client.post(address, data=sent, content_type="multipart/form-data")


def test_a_picture_is_made_light_and_shown_where_the_question_is_asked(app, county, workshop, trainer):
    data = photograph()
    assert write(trainer, "/workshop/bank/new", data).status_code == 302
    question = db.session.query(Question).one()
    assert db.session.get_one(Asset, question.asset_id).kind == "picture"
    with transaction():
        hours.set_policy(TODAY.replace(month=1, day=1), now=NOW)
    version_id = workshop.draft()
    with transaction():
        quiz = questions.write_quiz("看图", [Picked(question.id)], actor=workshop.person("trainer"), now=NOW)
        actions.set_final_quiz(workshop.version(version_id), quiz)
        actions.submit(workshop.version(version_id), actor=workshop.person("trainer"), now=NOW)
    assert 'alt="一块绿底白字的牌子"' in client_for(app, county.reviewer).get(f"/reviews/{version_id}").text
    with transaction():
        actions.publish(workshop.version(version_id), approved_quarters=1, actor=workshop.person("reviewer"), now=NOW)
    member = client_for(app, county.member)
    course_id, quiz_id = workshop.course_id(version_id), workshop.version(version_id).final_quiz_id
    paper = member.post(f"/courses/{course_id}/quizzes/{quiz_id}/attempts").location
    page = member.get(paper).text
    assert 'alt="一块绿底白字的牌子"' in page
    light = member.get(re.search(r'srcset="([^"]+)"', page)[1])
    assert light.mimetype == "image/webp"
    assert len(light.data) < len(data) / 4
    assert b"SECRET-PLACE" not in light.data
    kept = [path for path in (settings().data_dir / "files").rglob("*") if path.is_file()]
    assert kept and not any(b"SECRET-PLACE" in path.read_bytes() for path in kept), "nor does the server keep where it was taken"
    assert Image.open(io.BytesIO(light.data)).width <= 720
    member.post(f"{paper}/submission", data={f"q{question.id}": "0", "do": "submit-anyway"})
    assert 'alt="一块绿底白字的牌子"' in member.get(paper).text
    assert "第 1 版 · 结业测验" in trainer.get(f"/workshop/bank/{question.bank_id}").text, "where it is used"


def test_a_sound_is_heard_with_its_question_and_only_ones_own_is_taken(app, county, trainer, tmp_path):
    (tmp_path / "sound.m4a").write_bytes(b"sound")
    storage().put("media/a/sound.m4a", tmp_path / "sound.m4a")
    with transaction():
        more = {"state": "ready", "duration_seconds": 3, "folder": "media/a", "uploaded_at": NOW, "ready_at": NOW}
        own, other = (
            Asset(sha256=letter * 64, file_name="哨声.mp3", bytes=5, uploaded_by_id=person, **more)
            for letter, person in (("a", county.trainer), ("b", county.reviewer))
        )
        db.session.add_all([own, other])
        db.session.flush()
        db.session.add(Rendition(asset_id=own.id, name="sound", path="sound.m4a", bytes=5))
        own_id, other_id = own.id, other.id
    assert write(trainer, "/workshop/bank/new", None, **{"q0-asset": other_id}).status_code == 404
    assert write(trainer, "/workshop/bank/new", None, **{"q0-asset": own_id}).status_code == 302
    page = trainer.get(f"/workshop/bank/{db.session.query(BankEntry).one().id}").text
    assert trainer.get(re.search(r'<audio class="attached-sound"[^>]* src="([^"]+)"', page)[1]).data == b"sound"
    assert "还没有测验用到它" in page


def test_what_is_no_picture_is_refused_and_what_was_typed_stays(trainer):
    answer = write(trainer, "/workshop/bank/new", b"GIF89a but not really")
    assert answer.status_code == 422
    assert "图片读不了" in answer.text
    assert "图上的标志是安全出口。" in answer.text
    assert db.session.query(BankEntry).count() == 0
    faulty = write(trainer, "/workshop/bank/new", photograph(60, 40), **{"q0-truth": ""})
    assert faulty.status_code == 422
    kept = re.search(r'<option value="(\d+)" selected>现场.jpg', faulty.text)[1]
    assert write(trainer, "/workshop/bank/new", None, **{"q0-asset": kept}).status_code == 302
    assert db.session.query(Question).one().asset_id == int(kept)


def test_versions_keep_their_picture_and_an_export_says_that_it_cannot(trainer):
    write(trainer, "/workshop/bank/new", photograph(60, 40))
    entry = db.session.query(BankEntry).one()
    first = entry.versions[0].asset_id
    assert "1 题配了图片或录音" in trainer.get("/workshop/question-files").text
    write(trainer, f"/workshop/bank/{entry.id}", photograph(80, 40))
    write(trainer, f"/workshop/bank/{entry.id}", None, bare="yes")
    db.session.rollback()
    pictures = [row.asset_id for row in db.session.query(Question).order_by(Question.version)]
    assert pictures[0] == first
    assert pictures[1] not in {first, None}
    assert pictures[2] is None
    assert "配了图片或录音" not in trainer.get("/workshop/question-files").text
