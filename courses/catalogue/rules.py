"""The states of a course version, what may be submitted, and the values handed to those who learn."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from courses.kernel.words import Words

MINUTES_PER_QUARTER = 45 / 4  # only to suggest; the approved hours are the reviewer's
MOST_QUARTERS = 400
MOST_STEPS, MOST_STEP = 30, 200  # of a practical lesson; characters of one
_ITEM = re.compile(r"^([-*•·□☐]|[（(]?\d{1,2}[)）.、．])\s*")
_HOURS = re.compile(r"\d{1,3}(\.\d{1,4})?")
_PICTURE = re.compile(r"picture:(\d{1,12})")
_HERE = re.compile(r"^[ \t]*[\[【]图[\]】][ \t]*$", re.MULTILINE)  # where a trainer wants the next picture
_SIGNS = re.compile(r"[\[\]()!`<>\\\s]+")
_MARKS = re.compile(r"[#*`>\[\]()_~|\-\s]|!\[.*?\]\(.*?\)")

READ = {"text", "document"}
MADE_OF = {"video": "recording", "document": "document"}  # the kind of upload that a kind of lesson shows
STATE_WORDS = {
    "draft": Words("草稿"),
    "submitted": Words("待审核"),
    "returned": Words("已退回"),
    "published": Words("已发布"),
    "superseded": Words("旧版本"),
    "withdrawn": Words("已下架"),
}
# What keeps a lesson of a kind, whose upload or words stand so, from being submitted.
_LACKS = {
    ("video", "none"): Words("“%(title)s”还没有上传视频或录音。"),
    ("video", "waiting"): Words("“%(title)s”的视频还在准备，请等它就绪后再提交。"),
    ("video", "refused"): Words("“%(title)s”的文件不能播放，请换一个文件。"),
    ("document", "none"): Words("“%(title)s”还没有上传课件。"),
    ("document", "waiting"): Words("“%(title)s”的课件还在准备，请等它就绪后再提交。"),
    ("document", "refused"): Words("“%(title)s”的课件打不开，请换一个文件。"),
    ("text", "none"): Words("“%(title)s”还没有正文。"),
    ("practice", "none"): Words("“%(title)s”还没有写步骤。"),
}


@dataclass(frozen=True)
class LessonOutline:
    """A lesson without its content: `seconds` of a recording as measured, `characters` of a text, or those that the pages of a document count for."""

    id: int
    origin: str
    position: int
    kind: str
    title: str
    asset_id: int | None
    seconds: int
    characters: int
    quiz_id: int | None
    chapter: str = ""
    elective: bool = False
    steps: tuple[str, ...] = ()
    pages: int = 0

    @property
    def is_read(self) -> bool:
        """Whether it is read through, and not played."""
        return self.kind in READ

    @property
    def length_seconds(self) -> int:
        """About how long it takes: a recording as measured, a text or document at 300 characters a minute, a practical lesson at two minutes a step."""
        if self.kind == "practice":
            return 120 * len(self.steps)
        return self.seconds if self.kind == "video" else self.characters * 60 // 300


@dataclass(frozen=True)
class Requirement:
    """What finishes a course: every required lesson, by origin, and every quiz passed but those of elective lessons."""

    origins: frozenset[str]
    quiz_ids: frozenset[int]

    def is_met(self, finished: Container[str], passed: Container[int]) -> bool:
        """Whether these finished lessons and passed quizzes finish the course. More of either never undoes it; nothing required is never met."""
        return bool(self.origins) and all(origin in finished for origin in self.origins) and all(quiz in passed for quiz in self.quiz_ids)


@dataclass(frozen=True)
class Outline:
    """One version of a course as values."""

    course_id: int
    version_id: int
    number: int
    title: str
    summary: str
    series_title: str
    approved_quarters: int
    minutes: int
    lessons: tuple[LessonOutline, ...]
    final_quiz_id: int | None
    published_on: date | None
    prerequisites: tuple[int, ...] = ()

    @property
    def requirement(self) -> Requirement:
        required = [lesson for lesson in self.lessons if not lesson.elective]
        quizzes = {lesson.quiz_id for lesson in required} | {self.final_quiz_id}
        return Requirement(frozenset(lesson.origin for lesson in required), frozenset(quiz for quiz in quizzes if quiz is not None))

    @property
    def quiz_ids(self) -> frozenset[int]:
        """Every quiz of the version, required or not."""
        return frozenset(quiz for quiz in (*(lesson.quiz_id for lesson in self.lessons), self.final_quiz_id) if quiz is not None)


@dataclass(frozen=True)
class Section:
    """A part of a text lesson between two second-level headings."""

    title: str
    html: str


@dataclass(frozen=True)
class Draft:
    """What `faults` needs to know of a version about to be submitted: each lesson as (title, kind, asset state, characters or steps, quiz size or None)."""

    title: str
    open_material: bool
    lessons: tuple[tuple[str, str, str, int, int | None], ...]
    required: bool = True  # whether at least one lesson is


@dataclass(frozen=True)
class Step:
    """One step in the life of a course: who did what to which version, when, and with which words."""

    at: datetime
    act: str  # drafted, submitted, returned, published, withdrawn, lifted
    name: str
    number: int | None
    words: str = ""
    quarters: int = 0


def state_of(*, submitted: int, returned: int, published: bool, newest_published: bool, withdrawn: bool) -> str:
    """The state of a version from its rows: how often submitted and returned, whether published, and whether a newer one was."""
    if published:
        return ("withdrawn" if withdrawn else "published") if newest_published else "superseded"
    if submitted > returned:
        return "submitted"
    return "returned" if returned else "draft"


def is_editable(state: str) -> bool:
    """Whether a trainer may still change the version."""
    return state in {"draft", "returned"}


def faults(draft: Draft) -> list[str]:
    """Everything that keeps a version from being submitted, in words."""
    out: list[str] = [] if draft.lessons else [Words("还没有课时，请至少加一课。")]
    for title, kind, asset_state, count, quiz_size in draft.lessons:
        state = asset_state if kind in MADE_OF else "none" if count == 0 else "ready"
        if (kind, state) in _LACKS:
            out.append(Words(_LACKS[kind, state], title=title))
        if quiz_size == 0:
            out.append(Words("“%(title)s”的测验还没有题目。", title=title))
    if draft.lessons and not draft.required:
        out.append(Words("所有课时都是选修，没有一课能算学完。请至少留一课必修。"))
    if not draft.open_material:
        out.append(Words("请确认材料“非涉密、可公开、有权使用”。"))
    return out


def characters(text: str) -> int:
    """Visible characters of a Markdown text, without its marks and white space."""
    return len(_MARKS.sub("", text))


def steps_of(text: str) -> list[str]:
    """The steps of a practical lesson as they were typed, one a line, without the marks or numbers before them."""
    lines = (_ITEM.sub("", line.strip()).strip() for line in text.splitlines())
    return [line for line in lines if line]


def picture_number(address: str) -> int:
    """The number of the picture that an address in a text stands for; 0 for any other address."""
    found = _PICTURE.fullmatch(address)
    return int(found[1]) if found else 0


def pictures(text: str) -> set[int]:
    """The numbers of the pictures that a text names as a trainer writes them; `text.pictures` knows every spelling that is shown."""
    return {int(number) for number in _PICTURE.findall(text)}


def with_picture(text: str, number: int, words: str) -> str:
    """The text with a picture in place of the first line that says [图], else at its end."""
    alt = _SIGNS.sub(" ", words).strip()
    mark = f"![{alt}](picture:{number})"
    placed = _HERE.sub(lambda found: mark, text, count=1)
    return placed if placed != text else f"{text.rstrip()}\n\n{mark}".lstrip()


def sections(text: str) -> list[tuple[str, str]]:
    """(title, Markdown) of each section; what stands before the first second-level heading has no title."""
    parts = re.split(r"^##[ \t]+(.+)$", text.strip(), flags=re.MULTILINE)
    out = [("", parts[0].strip())] if parts[0].strip() else []
    out += [(title.strip(), body.strip()) for title, body in zip(parts[1::2], parts[2::2], strict=True)]
    return out


def minutes(lessons: Sequence[LessonOutline]) -> int:
    """Length of what a course requires in whole minutes, at least one."""
    total = sum(lesson.length_seconds for lesson in lessons if not lesson.elective)
    return max(1, round(total / 60))


def suggested_quarters(total_minutes: int) -> int:
    """Hours to suggest to the reviewer, in quarters, at least one."""
    return max(1, round(total_minutes / MINUTES_PER_QUARTER))


def quarters(hours: str, *, most: int = MOST_QUARTERS) -> int | None:
    """'0.25' as 1, '1.5' as 6; None for what is no whole number of quarters from 0.25 to 100 hours, or to so many quarters."""
    if not _HOURS.fullmatch(hours.strip()):
        return None
    count = Decimal(hours.strip()) * 4
    return int(count) if count == int(count) and 1 <= count <= most else None


def hours_text(count: int) -> str:
    """1 as '0.25', 4 as '1'."""
    return f"{Decimal(count) / 4:f}"
