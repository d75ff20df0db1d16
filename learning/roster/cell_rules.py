"""What stands in one cell of a roster: names, days, stages, yes and no, however they were spelled."""

import re
import unicodedata
from datetime import date, timedelta

from courses.kernel.words import Told, Words
from learning.accounts.rules import holds_mobile_number, looks_like_identity_number, normal_mobile

_NUMBER = re.compile(r"[+(（]?\d[\d\s-]{5,}\d[Xx]?")
_SERIAL_ZERO = date(1899, 12, 30)  # Excel's day 0, its wrong leap day of 1900 allowed for
_STAGES = {
    "full": ("正式党员", "正式", "中共党员", "党员", "中共正式党员"),
    "probationary": ("预备党员", "预备", "中共预备党员"),
    "admission_candidate": ("发展对象", "重点发展对象"),
    "activist": ("入党积极分子", "积极分子"),
    "applicant": ("入党申请人", "申请人", "申请入党人", "申请入党人员", "递交申请书"),
}
_REQUIRED = ("应训", "是", "必学", "必训", "要求", "正常", "参训", "应学")
# Categories of DOMAIN.md 2.4 alone; which of them it was is not kept.
_ENCOURAGED = (
    "不作硬性要求",
    "不做硬性要求",
    "否",
    "鼓励",
    "自愿",
    "免训",
    "年老体弱",
    "年老",
    "体弱",
    "年迈",
    "高龄",
    "老弱病残",
    "因病",
    "患病",
    "体弱多病",
    "行动不便",
)
_YES = ("是", "能", "会", "有", "对", "√", "✓", "y", "yes", "1", "true", "可以", "在外", "外出", "流动", "流动党员", "外出流动")
_NO = ("否", "不", "不能", "不会", "无", "没有", "×", "x", "n", "no", "0", "false", "不可以", "在家", "在村", "-", "—", "/", "未流动", "非流动党员")
_NONE = ("无", "没有", "-", "—", "/", "无手机", "没有手机", "暂无")
_SOMEONE_NEW = ("新", "新人", "新同志", "新加入", "另一位", "new")


class Unclear(Told):
    """A cell that was not understood; its words say how to mend it and hold nothing of the cell."""


def plain(text: str) -> str:
    """Without spaces around, wide forms and control marks."""
    return _printed(unicodedata.normalize("NFKC", text)).strip()


def evened(name: str) -> str:
    """A name without the spaces that even out two characters with three; those between foreign words stay."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", "".join(mark if mark.isprintable() else " " for mark in name).strip())


def name_of(text: str) -> str:
    """A name as it is to be stored."""
    name = evened(text)
    unwritten = any(unicodedata.category(mark) in {"Co", "Cn", "Cs"} or mark in "?？�□" for mark in text)
    if unwritten:
        raise Unclear("姓名里有没打出来的字，请补上；生僻字可以直接输入，例如 𠮷")
    if not 0 < len(name) <= 40 or not any(mark.isalpha() for mark in name):
        raise Unclear("姓名要用汉字或字母，最多 40 字")
    if looks_like_identity_number(name) or holds_mobile_number(name):
        raise Unclear("姓名里不要写号码")
    return name


def day_of(text: str, *, today: date) -> date:
    """A day, in any spelling branches use: 2026-01-02, 2026.1.2, 2026年1月, 20260102, 202601, an Excel number; a month alone is its first day."""
    words = re.sub(r"\s", "", plain(text))
    found = (
        re.fullmatch(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?(?:\d{2}:\d{2}(?::\d{2})?)?", words)
        or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", words)
        or re.fullmatch(r"((?:19|20)\d{2})(\d{2})", words)
    )
    try:
        if found:
            on = date(int(found[1]), int(found[2]), int(found[3] or 1) if found.lastindex and found.lastindex > 2 else 1)
        elif re.fullmatch(r"\d{4,5}(\.\d+)?", words) and 7000 < float(words) < 80000:
            on = _SERIAL_ZERO + timedelta(days=int(float(words)))
        else:
            raise ValueError
    except ValueError as fault:
        raise Unclear("日期看不懂，请写成 2026-01-02 的样子") from fault
    if not on.year >= 1921 or on > today:
        raise Unclear("日期不对，早于 1921 年或者还没到")
    return on


def stage_of(text: str) -> str:
    """A stage of the five."""
    return _among(text, _STAGES, Words("类别请写 正式党员、预备党员、发展对象、入党积极分子 或 入党申请人"))


def expectation_of(text: str) -> str:
    """'required' or 'encouraged'; words about an illness are refused and not repeated."""
    return _among(text, {"required": _REQUIRED, "encouraged": _ENCOURAGED}, Words("学习要求请写 应训 或 不作硬性要求，不要写病情"))


def truth_of(text: str) -> bool:
    """Yes or no."""
    return _among(text, {"yes": _YES, "no": _NO}, Words("请写 是 或 否")) == "yes"


def mobile_of(text: str) -> str | None:
    """The eleven digits; None where the cell says that there is no phone."""
    if plain(text) in _NONE:
        return None
    number = normal_mobile(text)
    if number is None:
        raise Unclear("手机号要 11 位；没有手机请写 无")
    return number


def words_of(text: str) -> tuple[str, bool]:
    """Words such as a contact's name, with numbers taken out; says whether any were."""
    kept = re.sub(r"^'(?=[=+@-])", "", _printed(text).strip())
    if kept in _NONE:
        return "", False
    without = _NUMBER.sub("", kept)
    return (kept, False) if without == kept else (without.strip(" ,，、:：()（）"), True)


def id_of(text: str) -> int | None:
    """The number under which the system knows someone, as its own export writes it; None where the cell says that it is someone else than a namesake."""
    words = plain(text).strip("“”\"'")
    if words.lower() in _SOMEONE_NEW:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", words):
        raise Unclear("系统编号只能用导出的名册里的编号；和别人同名的新同志请写“新”，没有请留空")
    return int(words)


def _printed(text: str) -> str:
    return text if text.isprintable() else "".join(mark for mark in text if mark.isprintable())


def _among(text: str, known: dict[str, tuple[str, ...]], complaint: str) -> str:
    words = re.sub(r"\s|\(.*?\)", "", plain(text)).lower()
    found = next((value for value, spellings in known.items() if words in spellings), None)
    if found is None:
        raise Unclear(complaint)
    return found
