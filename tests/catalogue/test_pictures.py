"""Pictures in texts: made small, put where they are wanted, shown to whoever may read, and never without their words."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from courses.catalogue import actions, queries, rules, text
from courses.catalogue.models import Lesson
from courses.kernel.db import db, transaction
from courses.media.models import Asset, AssetPage
from courses.media.queries import Page
from tests.clients import client_for
from tests.people import NOW

SHOWN = Page(1, 300, 200, "", "light.webp", "large.jpg")


def photo(size=(3000, 2000), form="JPEG", **more):
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, form, **more)
    return out.getvalue()


def blank(size):
    """A picture of one colour: as many points as one likes, in no time."""
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def lesson(workshop):
    """A text of a draft."""
    version_id = workshop.draft()
    return db.session.query(Lesson.id).filter_by(version_id=version_id, kind="text").scalar()


@pytest.fixture
def foreign(county):
    """A picture that the reviewer has drawn, and shown to nobody."""
    with transaction():
        row = Asset(
            sha256="f" * 64, file_name="b.jpg", bytes=1, kind="picture", state="ready", folder="media/b", uploaded_by_id=county.reviewer, uploaded_at=NOW
        )
        row.pages = [AssetPage(number=1, width=300, height=200, text="")]
        db.session.add(row)
        db.session.flush()
        return row.id


def save(client, lesson, text, data=None, words="灭火器的拉环", name="照片.jpg"):
    sent = {"title": "读本", "text": text, "picture_words": words}
    if data is not None:
        sent["picture"] = (io.BytesIO(data), name)
    return client.post(f"/workshop/lessons/{lesson}", data=sent, content_type="multipart/form-data")


def text_of(lesson):
    db.session.rollback()
    return db.session.get_one(Lesson, lesson).text


def test_a_picture_stands_where_it_is_wanted_light_and_without_its_place(app, county, lesson):
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "在哪里拍的", 6
    trainer = client_for(app, county.trainer)
    assert save(trainer, lesson, "## 一\n\n先看。\n\n[图]\n\n再做。", photo(exif=exif)).status_code == 302
    asset = db.session.query(Asset).filter_by(kind="picture").one()
    assert text_of(lesson) == f"## 一\n\n先看。\n\n![灭火器的拉环](picture:{asset.id})\n\n再做。"
    page = trainer.get(f"/workshop/lessons/{lesson}").get_data(as_text=True)
    assert 'alt="灭火器的拉环"' in page
    light = page.split('srcset="')[1].split('"')[0]
    shown = Image.open(io.BytesIO(trainer.get(light).data))
    assert (shown.format, shown.width) == ("WEBP", 720) and shown.height > shown.width, "turned upright"
    assert not shown.getexif()
    assert client_for(app, county.member).get(light).status_code == 404
    assert asset.id in queries.recordings_needed(())


def test_without_words_it_is_not_taken_and_what_was_typed_stays(app, county, lesson):
    answer = save(client_for(app, county.trainer), lesson, "新写的一段。", photo((300, 200)), words="")
    assert answer.status_code == 422
    assert "新写的一段。" in answer.get_data(as_text=True) and "图里是什么" in answer.get_data(as_text=True)
    assert db.session.query(Asset).filter_by(kind="picture").count() == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"hello", "读不了"), (b"\0\0\0\x18ftypheic" + bytes(50), "HEIC"), (blank((9000, 9000))[:3000], "图片太大"), (photo((300, 200))[:900], "读不了")],
    ids=["text", "heic", "huge", "cut off"],
)
def test_what_is_no_usable_picture_is_told_so(app, county, lesson, data, words):
    answer = save(client_for(app, county.trainer), lesson, "一段。", data)
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)


def test_nobody_shows_the_picture_of_another(app, county, lesson, workshop):
    with_picture = workshop.asset()
    answer = save(client_for(app, county.trainer), lesson, f"![偷来的](picture:{with_picture})")
    assert answer.status_code == 422 and "不是您上传的" in answer.get_data(as_text=True)


@pytest.mark.parametrize("number", [2**31, 10**12 - 1])
def test_a_picture_with_a_number_that_no_database_holds_is_nobodys(app, county, lesson, number):
    trainer = client_for(app, county.trainer)
    answer = save(trainer, lesson, f"![大数](picture:{number})")
    assert answer.status_code == 422 and "不是您上传的" in answer.get_data(as_text=True)
    with transaction():
        db.session.get_one(Lesson, lesson).text = f"![大数](picture:{number})"
    page = trainer.get(f"/workshop/lessons/{lesson}")
    assert page.status_code == 200 and "大数" in page.get_data(as_text=True)


def test_an_address_from_elsewhere_is_not_fetched(app, county, lesson):
    trainer = client_for(app, county.trainer)
    save(trainer, lesson, '![外面的](https://example.org/a.png) <img src="x" onerror="y">')
    page = trainer.get(f"/workshop/lessons/{lesson}").get_data(as_text=True)
    assert "外面的" in page and "<img" not in page.split('id="shown"')[1]


@given(st.text(), st.integers(1, 10**9), st.text(max_size=120))
def test_a_picture_is_found_again_whatever_is_said_of_it(text, number, words):
    assert number in rules.pictures(rules.with_picture(text, number, words))


def test_words_of_pictures_are_no_reading():
    assert rules.characters("两字![很长的一句说明](picture:12)") == 2


SPELLED = ("picture&#58;{}", "picture\\:{}", "pictur&#101;:{}", "<picture:{}>", "<pictur&#x65;:{}>", 'picture&colon;{} "x"')


@pytest.mark.parametrize("address", [*SPELLED, "[a]: picture&#58;{}", "```\n## 二\n![x](picture&#58;{})"])
def test_nobody_shows_the_picture_of_another_however_its_address_is_spelled(app, county, lesson, foreign, address):
    said = address.format(foreign)
    words = f"![偷来的][a]\n\n{said}" if said.startswith("[a]") else said if "![" in said else f"![偷来的]({said})"
    assert foreign in text.pictures(words), "else the text would show nothing, and nothing were proved"
    answer = save(client_for(app, county.trainer), lesson, words)
    assert answer.status_code == 422 and "不是您上传的" in answer.get_data(as_text=True)
    assert "picture" not in text_of(lesson)


@pytest.mark.parametrize("address", SPELLED)
def test_a_text_that_has_the_picture_of_another_already_shows_its_words_alone(app, county, lesson, foreign, address):
    with transaction():
        db.session.get_one(Lesson, lesson).text = f"![偷来的]({address.format(foreign)})"
    page = client_for(app, county.trainer).get(f"/workshop/lessons/{lesson}").get_data(as_text=True)
    assert "偷来的" in page and "/media/" not in page.split('id="shown"')[1]


def test_a_picture_that_a_course_was_published_with_goes_on_showing(app, county, workshop, foreign):
    version_id = workshop.published()
    with transaction():
        row = db.session.query(Lesson).filter_by(version_id=version_id, kind="text").one()
        row.text = f"![老图](picture:{foreign})"
        actions.new_version(workshop.version(version_id).course, actor=workshop.person("trainer"), now=NOW)
    for one in db.session.query(Lesson).filter_by(kind="text"):
        assert "<img" in queries.lesson_sections(one.id, lambda number: SHOWN if number == foreign else None)[0].html


def test_what_a_text_shows_is_kept_however_its_address_is_spelled(lesson, foreign):
    for address in SPELLED:
        with transaction():
            db.session.get_one(Lesson, lesson).text = f"![图]({address.format(foreign)})"
        assert foreign in queries.recordings_needed(())
