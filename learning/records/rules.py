"""Which route earns a record, how a record is numbered, written canonically and chained; all pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from courses.kernel.words import Words
from learning.hours.rules import KINDS

ROUTE_WORDS = {"online": Words("线上学习"), "class": Words("集中学习（点名）"), "home": Words("送学上门")}
WITNESSED = Words("现场模拟（见证）")
WITNESSED_HOURS = "collective_study"  # the kind of hours of a course of practical lessons alone
FORM_WORDS = {"online": Words("线上"), "class": Words("集中"), "home": Words("送学")}
HOURS_KIND = {"online": "online_training", "home": "home_delivery"}  # of an attendance the session says it

STATE_WORDS = {"done": "已完成", "trained": "已完成", "doing": "学习中", "help": "需要帮助", "none": "需要帮助"}
PERSON_COLUMNS = ("姓名", "党员类别", "完成情况", "学习形式", "完成日期", "证明编号", "说明与帮助")
COUNT_WORDS = {
    "total": Words("党员总数"),
    "in_scope": Words("应训"),
    "trained": Words("已训"),
    "online": Words("其中：线上"),
    "class": Words("其中：集中"),
    "home": Words("其中：送学"),
    "encouraged": Words("不作硬性要求"),
    "encouraged_trained": Words("不作硬性要求已学"),
    "others": Words("其他学员"),
    "others_trained": Words("其他学员已学"),
    "floating": Words("流动党员"),
    "floating_trained": Words("流动党员已训"),
    "rate_text": Words("完成率"),
}
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
GENESIS = "0" * 64
ERASED = "已删除"
ERASED_LINE = "（这一行已按规定删除个人信息）"
_LINES = ("people", "help")


@dataclass(frozen=True)
class Candidate:
    """One way in which a person may have finished a course."""

    route: str
    version_id: int
    began_on: date
    completed_on: date
    at: datetime
    entered_by_id: int | None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    session_kind: str = ""  # of hours, that of the session where someone was present

    @property
    def hours_kind(self) -> str:
        return self.session_kind or HOURS_KIND[self.route]


def route_words(route: str, evidence: Mapping[str, Any]) -> str:
    """How a course was finished, in words: a course of practical lessons alone was done on the spot before witnesses, and no roll was called."""
    return WITNESSED if route == "class" and "witnesses" in evidence else ROUTE_WORDS[route]


def way_words(route: str, kind: str, *, is_correction: bool, is_own: bool) -> str:
    """How a line of the ledger arose, and whether the very person it is about entered it."""
    way = "更正" if is_correction else ROUTE_WORDS.get(route, KINDS[kind])
    return f"{way}，本人登记" if is_own else way


def route_of(required: Iterable[str], witnessed: Mapping[str, int]) -> str:
    """The route of a course finished by its lessons: `class` if each required one was done before a witness, else `online`."""
    return "class" if all(origin in witnessed for origin in required) else "online"


def earliest(candidates: Iterable[Candidate]) -> Candidate | None:
    """The route that came first, by day, then by the moment it was entered: a person with several counts once, under this one."""
    return min(candidates, key=lambda row: (row.completed_on, row.at), default=None)


def check_character(body: str) -> str:
    """The check character of letters and digits by ISO 7064 MOD 37-2: finds every single error and every swap of neighbours."""
    total = 0
    for character in body.upper():
        if character in _CHECK:
            total = (total + _CHECK.index(character)) * 2 % 37
    return _CHECK[(38 - total) % 37]


def number(organization_code: str, year: int, serial: int) -> str | None:
    """'QC0101-2026-000017-K'; None for the serial numbers whose check character would be an asterisk, which are passed over."""
    body = f"{organization_code.upper()}-{year}-{serial:06d}"
    check = check_character(body)
    return None if check == "*" else f"{body}-{check}"


def is_number(text: str) -> bool:
    """Whether `text` is a number with its right check character."""
    body, _, check = text.strip().upper().rpartition("-")
    return bool(body) and len(check) == 1 and check_character(body) == check


def tidy_number(text: str) -> str:
    """A number as it is stored, whatever spaces, dashes or wide characters it was typed with."""
    plain_marks = unicodedata.normalize("NFKC", text.upper()).upper()
    kept = "".join("-" if unicodedata.category(mark) == "Pd" or mark == "\u2212" else mark for mark in plain_marks if not mark.isspace())
    return unicodedata.normalize("NFKC", kept)  # an accent that stood after a space now stands on a letter


def canonical(record: Mapping[str, Any]) -> bytes:
    """A record as bytes that are the same wherever it is read: JSON, keys in order, no spaces, dates in ISO form."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as it reads back from a JSON column: keys as text, dates in ISO form."""
    out: dict[str, Any] = json.loads(canonical(record))
    return out


def commitment(record: Mapping[str, Any], salt: str) -> str:
    """SHA-256(salt || canonical record): erasing the record with its salt leaves nothing to guess from."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(record)).hexdigest()


def salted(content: Mapping[str, Any], salts: Iterator[str]) -> dict[str, Any]:
    """A branch record's content with a salt for each line that may tell of a person, so that the line can be erased alone."""
    people = [{**line, "salt": next(salts)} for line in content.get("people", [])]
    return {**content, "people": people, "help": [{"words": line, "salt": next(salts)} for line in content.get("help", [])]}


def committed(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a branch record's hashes cover: its content with each salted line, or what is left of an erased one, as its commitment."""
    return {key: [_sealed(line) for line in value] if key in _LINES else value for key, value in content.items()}


def fingerprint(content: Mapping[str, Any]) -> str:
    """The SHA-256 that stands on a branch record's paper; erasing a line does not change it."""
    return hashlib.sha256(canonical(committed(content))).hexdigest()


def erased(line: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of a line once it is erased: its commitment, from which nothing can be guessed."""
    return {"erased": _sealed(line)}


def words_of(line: Any) -> str:
    """All that a line of a branch record says, to look for a name in it."""
    return " ".join(str(value) for key, value in line.items() if key != "salt") if isinstance(line, Mapping) else str(line)


def help_words(line: Any) -> str:
    """A line of the help given, as it is read."""
    return str(line.get("words", ERASED_LINE)) if isinstance(line, Mapping) else str(line)


def leaf_hash(commitment_hex: str) -> str:
    """A leaf by RFC 9162 section 2.1.1: SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(commitment_hex)).hexdigest()


def next_head(head_hex: str, leaf_hex: str) -> str:
    """The head of the chain after a leaf: SHA-256(0x02 || head before || leaf)."""
    return hashlib.sha256(b"\x02" + bytes.fromhex(head_hex) + bytes.fromhex(leaf_hex)).hexdigest()


def long_date(day: date) -> str:
    """2026年11月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def span_text(began: date, completed: date) -> str:
    """The days of study: one, or from and to."""
    return long_date(began) if began == completed else f"{long_date(began)}至{long_date(completed)}"


def certificate_text(*, name: str, organization: str, began: date, completed: date, course: str, hours: str, examined: bool = True) -> str:
    """The sentence of a certificate (DOMAIN.md section 5); 考核合格 only where a quiz was passed."""
    result = "，考核合格" if examined else ""
    return (
        f"兹证明 {name} 同志（所在党组织：{organization}）于{span_text(began, completed)}参加“{course}”学习，"
        f"完成规定内容，核定 {hours} 学时{result}。特此证明。"
    )


def file_name(organization: str, person: str, number: str) -> str:
    """Where a certificate lies in a folder of many: 样例镇党委柳荫村党支部/张甲_QC0101-2026-000017-K.pdf, without what a file's name cannot hold."""
    folder, name = (re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", words).strip(" .") or "_" for words in (organization, person))
    return f"{folder}/{name}_{number}.pdf"


def is_day(text: str) -> bool:
    """Whether `text` is a day of the calendar, written as 2026-11-02."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _sealed(line: Any) -> Any:
    """Lines of records from before lines were salted stand as they are. Of an erased one its commitment stands, and nothing beside it."""
    if isinstance(line, Mapping) and line.keys() == {"erased"}:
        return line["erased"]
    if not isinstance(line, Mapping) or "salt" not in line:
        return line
    return commitment({key: value for key, value in line.items() if key != "salt"}, line["salt"])


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
