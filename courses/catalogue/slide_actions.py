"""Slides beside a lecture: chosen, set in step with its sound, taken away."""

from collections.abc import Sequence

from courses.catalogue import slide_rules
from courses.catalogue.models import Lesson, LessonSlides
from courses.catalogue.order_actions import must_be_editable
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.media.models import Asset


def set_slides(lesson: Lesson, asset: Asset, times: Sequence[str]) -> None:
    """Show the pages of `asset` while the lecture of a draft is heard, each from the time typed for it; raises `Refused`."""
    must_be_editable(lesson.version)
    if lesson.kind != "video" or lesson.asset is None or lesson.asset.state != "ready":
        raise Refused("请先上传录音，等它就绪、保存以后，再来配幻灯片。")
    if asset.kind != "document" or asset.state != "ready":
        raise Refused("幻灯片还没有就绪。请等它准备好，再保存。")
    same = lesson.slides is not None and lesson.slides.asset_id == asset.id
    try:
        seconds = slide_rules.marks(times if same else (), pages=asset.page_count or 1, length=lesson.asset.duration_seconds or 0)
    except slide_rules.Unfit as fault:
        raise Refused(fault.message) from fault
    if lesson.slides is None:
        lesson.slides = LessonSlides(asset_id=asset.id, seconds=seconds)
    else:
        lesson.slides.asset_id, lesson.slides.seconds = asset.id, seconds
    db.session.flush()


def remove_slides(lesson: Lesson) -> None:
    """Let the lecture of a draft be heard without slides again."""
    must_be_editable(lesson.version)
    lesson.slides = None
    db.session.flush()
