"""A lecture that is heard while its slides change in step: times as people type them, kept with each version, shown to whoever studies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue import actions, queries, slide_actions, slide_rules
from courses.catalogue.models import Lesson, LessonSlides
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.media.models import Asset, AssetPage
from tests.clients import client_for
from tests.people import NOW


@given(st.lists(st.one_of(st.none(), st.integers(1, 5399)), min_size=1, max_size=40))
def test_times_read_back_as_they_were_written(seconds):
    rising = sorted({second for second in seconds if second})
    times = ["", *[slide_rules.words(second) for second in rising]]
    assert slide_rules.marks(times, pages=len(times), length=5400) == [0, *rising]


@pytest.mark.parametrize(
    ("times", "words"),
    [(["0:10", "0:10"], "要比前一页晚"), (["0", "一分"], "分:秒"), (["0", "99:00"], "超过了录音的长度（22:30）"), (["", "-1"], "分:秒")],
)
def test_times_that_nobody_could_follow(times, words):
    with pytest.raises(slide_rules.Unfit, match=words.replace("(", ".")):
        slide_rules.marks(times, pages=2, length=1350)


def test_hours_wide_colons_and_pages_left_out():
    assert slide_rules.marks(["", "1：05", "", "1:00:01"], pages=5, length=4000) == [0, 65, None, 3601, None]


@pytest.fixture
def lecture(workshop):
    """A lecture of a draft and a document of three pages: (version, lesson, document)."""
    version_id = workshop.draft()
    with transaction():
        asset = Asset(
            sha256="e" * 64, kind="document", file_name="课件.pptx", bytes=1, state="ready", page_count=3, characters=120, folder="documents/none",
            uploaded_by_id=workshop.county.trainer, uploaded_at=NOW, ready_at=NOW,
        )  # fmt: skip
        asset.pages = [AssetPage(number=number, width=1600, height=900, text=f"第{number}张的字") for number in (1, 2, 3)]
        db.session.add(asset)
        db.session.flush()
        return version_id, db.session.query(Lesson.id).filter_by(version_id=version_id, kind="video").scalar(), asset.id


def test_from_the_trainers_form_to_the_members_player(app, county, workshop, lecture):
    version_id, lesson, deck = lecture
    trainer = client_for(app, county.trainer)
    assert trainer.post(f"/workshop/lessons/{lesson}/slides", data={"slides_id": deck}).status_code == 302
    page = trainer.get(f"/workshop/lessons/{lesson}").get_data(as_text=True)
    assert page.count('name="at"') == 3 and 'value="0:00"' in page
    assert trainer.post(f"/workshop/lessons/{lesson}/slides", data={"slides_id": deck, "at": ["0:00", "9:30", ""]}).status_code == 302
    wrong = trainer.post(f"/workshop/lessons/{lesson}/slides", data={"slides_id": deck, "at": ["0:00", "23:00", ""]})
    assert wrong.status_code == 422 and "超过了录音的长度" in wrong.get_data(as_text=True)
    assert db.session.get_one(LessonSlides, lesson).seconds == [0, 570, None]
    assert deck in queries.recordings_needed(())
    with transaction():
        actions.submit(workshop.version(version_id), actor=workshop.person("trainer"), now=NOW)
    with transaction():
        actions.publish(workshop.version(version_id), approved_quarters=2, actor=workshop.person("reviewer"), now=NOW)
    shown = client_for(app, county.member).get(f"/lessons/{lesson}").get_data(as_text=True)
    assert 'data-from="570"' in shown and "第2张的字" in shown and "第3张的字" not in shown
    assert "<img" not in shown.split('id="deck"')[1].split("</section>")[0], "whoever only listens fetches no slide"


def test_slides_are_carried_on_and_taken_away(app, county, workshop, lecture):
    version_id, lesson, deck = lecture
    with transaction():
        slide_actions.set_slides(db.session.get_one(Lesson, lesson), db.session.get_one(Asset, deck), ())
        actions.submit(workshop.version(version_id), actor=workshop.person("trainer"), now=NOW)
    with transaction():
        actions.publish(workshop.version(version_id), approved_quarters=2, actor=workshop.person("reviewer"), now=NOW)
    with transaction():
        newer = actions.new_version(workshop.version(version_id).course, actor=workshop.person("trainer"), now=NOW)
        carried = next(row for row in newer.lessons if row.slides)
        assert carried.slides.asset_id == deck
        slide_actions.remove_slides(carried)
    assert db.session.query(LessonSlides).count() == 1, "the published version keeps its own"


def test_only_a_ready_document_goes_beside_a_ready_lecture(app, county, workshop, lecture):
    _, lesson, _ = lecture
    recording = workshop.asset()
    with pytest.raises(Refused, match="还没有就绪"), transaction():
        slide_actions.set_slides(db.session.get_one(Lesson, lesson), db.session.get_one(Asset, recording), ())
    foreign = workshop.asset(by="reviewer")
    assert client_for(app, county.trainer).post(f"/workshop/lessons/{lesson}/slides", data={"slides_id": foreign}).status_code == 404
