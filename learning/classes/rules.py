"""Words and limits of study away from the phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courses.kernel.words import Words

SESSION_WORDS = {
    "group_viewing": Words("集中收看"),
    "lecture": Words("现场讲课"),
    "simulation": Words("现场模拟"),
    "study_visit": Words("观摩学习"),
    "rotation": Words("外出轮训"),
}
ISSUED_ELSEWHERE = ("rotation",)  # held by another body, which has to be named
CLASS_FIELDS = ("title", "audience", "venue", "trainers", "plan", "summary")
STATE_WORDS = {"present": Words("实到"), "leave": Words("请假"), "absent": Words("缺席")}
LEAVE_REASONS = (Words("年老体弱"), Words("外出流动"), Words("请假"), Words("新转入"), Words("已在外单位培训"), Words("其他"))


@dataclass(frozen=True)
class Tally:
    """应到 and what became of them."""

    expected: int
    present: int
    leave: int
    absent: int


def tally(states: Iterable[str]) -> Tally:
    """Count the states of a roll."""
    every = list(states)
    return Tally(len(every), every.count("present"), every.count("leave"), every.count("absent"))


def state_text(state: str, reason: str) -> str:
    """'实到', or '请假（外出流动）'; leave for no other reason is '请假'."""
    said = STATE_WORDS[state]
    return Words("%(state)s（%(reason)s）", state=said, reason=Words(reason)) if reason and reason != said else said


def day_fault(on: date, *, today: date) -> str:
    """What is wrong with the day on which something was held; empty when it will do."""
    if on > today:
        return Words("日期还没到，请等办完再登记。")
    if on.year < today.year - 1:
        return Words("日期太早了，只能登记今年和去年的，请核对年份。")
    return ""
