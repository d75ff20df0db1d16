"""What is odd enough for a private note 请核对, a question for a conversation and never a penalty; with the threshold of each kind.

Evidence holds positions in the media and counts, never the hour of the day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.kernel.words import Words
from learning.progress import rules
from learning.progress.rules import Span

AHEAD_SECONDS = 600  # claimed above what the session's age allows; what honest clocks and rounding add is a few seconds
CROWDED_SESSIONS = 30  # opened within an hour: one every two minutes
SWIFT_SECONDS = 2  # a question of a passed paper
SWIFT_QUESTIONS = 5  # shorter papers say nothing
_SHOWN = 20  # spans kept as evidence


KIND_WORDS = {"ahead": Words("报的比时间允许的多"), "crowded": Words("打开课程很频繁"), "pieces": Words("播放位置很零碎"), "swift": Words("测验答得很快")}


@dataclass(frozen=True)
class Oddity:
    """One odd pattern: its kind, how strong it is (the strongest of a kind is kept), and what shows it."""

    kind: str
    measure: int
    evidence: dict[str, Any] = field(default_factory=dict)


def of_claims(claims: Iterable[Span], *, room: int) -> tuple[Oddity, ...]:
    """What is odd about the spans that a session holds: far more than its time allowed, or so many crumbs that some were left out."""
    spans = rules.merged(claims)
    ahead = rules.seconds(spans) - room
    out = []
    if ahead >= AHEAD_SECONDS:
        out.append(Oddity("ahead", ahead, {"seconds": ahead, "spans": [list(span) for span in rules.beyond(spans, room)[:_SHOWN]]}))
    if len(spans) > rules.MOST_SPANS:
        out.append(Oddity("pieces", len(spans), {"pieces": len(spans), "spans": [list(span) for span in spans[:_SHOWN]]}))
    return tuple(out)


def of_opening(opened_in_the_hour: int) -> tuple[Oddity, ...]:
    """What is odd about opening yet another session."""
    crowded = opened_in_the_hour >= CROWDED_SESSIONS
    return (Oddity("crowded", opened_in_the_hour, {"sessions": opened_in_the_hour}),) if crowded else ()


def of_paper(questions: int, seconds: int) -> tuple[Oddity, ...]:
    """What is odd about a paper that was passed: answered faster than it can be read. Stronger the faster."""
    most = questions * SWIFT_SECONDS
    swift = questions >= SWIFT_QUESTIONS and seconds < most
    return (Oddity("swift", most - seconds, {"questions": questions, "seconds": seconds}),) if swift else ()


def words(kind: str, evidence: Mapping[str, Any]) -> str:
    """A note's evidence in a sentence, with what may honestly explain it."""
    where = rules.spans_text((start, stop) for start, stop in evidence.get("spans", []))
    if kind == "ahead":
        return Words(
            "一次报上来的学习比当时的时间多出约 %(minutes)s 分钟，位置 %(where)s。手机清过缓存、离线学习后补交，都会这样。",
            minutes=evidence["seconds"] // 60,
            where=where,
        )
    if kind == "crowded":
        return Words("一小时内打开课程 %(sessions)s 次。网络不好、反复刷新，都会这样。", sessions=evidence["sessions"])
    if kind == "pieces":
        return Words("播放位置有 %(pieces)s 小段，前几段 %(where)s。来回拖动找内容，会这样。", pieces=evidence["pieces"], where=where)
    return Words("%(questions)s 道题用了 %(seconds)s 秒答完并通过。做过一遍再做，会这样。", questions=evidence["questions"], seconds=evidence["seconds"])
