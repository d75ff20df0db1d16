"""From the words of one question, however a file holds them, to a question that may be used or a reason why not."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from courses.kernel.words import Told, Words, joined
from courses.questions.rules import MOST_OPTION, TOO_LONG, TRUE_FALSE, NewItem, complaints, normalised

_KINDS = {
    "single": ("单选", "单选题", "单项选择", "单项选择题", "选择题", "选择", "single", "singlechoice", "radio"),
    "multiple": ("多选", "多选题", "多项选择", "多项选择题", "不定项", "不定项选择题", "不定项选择", "multiple", "multiplechoice", "checkbox"),
    "true_false": ("判断", "判断题", "是非", "是非题", "对错题", "判断对错", "truefalse", "true_false", "judge", "judgement", "judgment"),
    "fill_in": ("填空", "填空题", "fillin", "fill_in", "blank", "fill"),
}
_OPEN = ("简答", "问答", "论述", "案例", "材料", "名词解释", "作文", "主观", "分析题", "essay", "匹配", "连线", "排序")
_TRUE = {"对", "正确", "√", "✓", "✔", "☑", "是", "t", "true", "yes", "y", "1", "v"}
_FALSE = {"错", "错误", "×", "✗", "✘", "✖", "☒", "x", "否", "f", "false", "no", "n", "0", "不对", "不正确"}
_DIFFICULTY = {
    1: ("1", "易", "容易", "简单", "较易", "低", "easy"),
    2: ("2", "中", "中等", "一般", "适中", "普通", "medium", "normal"),
    3: ("3", "难", "较难", "困难", "高", "hard", "difficult"),
}
_MARKS = re.compile(r"[\s,，、;；|/.。]+")
_TEXTS = re.compile(r"(?<!\\)[;；|\n]")
_BLANK = re.compile(r"_{2,}|[（(]\s*[)）]|﹍{2,}|＿{2,}")
_NUMBER = re.compile(r"(\d{1,3})(?:\.0+)?分?")
_LABEL = re.compile(r"(?:(?<=[\s;；|。？?！!)）：:，,])|^)[（(]?([A-Ha-h])[)）.．、:：]\s*")
MOST_LINE = 20_000  # letters of one line; a question of every length allowed, written on one line, is far shorter
MOST_PART = 4_000  # letters of any part of a question; one that has more is too long already, and takes in no further line
NO_ANSWER = Words("没有找到答案。请在题目下面另起一行写“答案：”，表格里请填“答案”一列。")


@dataclass
class Draft:
    """One question as a file holds it: words that nobody has judged yet. `where` says which row or line it begins on."""

    where: str
    kind: str = ""
    stem: str = ""
    options: list[str] = field(default_factory=list)
    answer: str = ""
    explanation: str = ""
    topic: str = ""
    difficulty: str = ""
    score: str = ""
    fault: str = ""  # why it cannot be read at all

    @property
    def words(self) -> tuple[str, ...]:
        """Every part but the options."""
        return self.kind, self.stem, self.answer, self.explanation, self.topic, self.difficulty, self.score


@dataclass(frozen=True)
class Found:
    """A question that may be used, and where it stood."""

    where: str
    item: NewItem


@dataclass(frozen=True)
class Refusal:
    """A place in the file that gave no question, and why, in words that say how to mend it."""

    where: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What was understood of a file and what was refused, each in the file's order."""

    questions: tuple[Found, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @classmethod
    def of(cls, judged: Iterable[Found | Refusal]) -> "Reading":
        """Each where it belongs."""
        every = list(judged)
        return cls(tuple(one for one in every if isinstance(one, Found)), tuple(one for one in every if isinstance(one, Refusal)))


class Unclear(Told):
    """Words that could mean several things or nothing; the message says how to mend them."""


def reading(drafts: Sequence[Draft]) -> Reading:
    """Judge every draft by itself: one that is refused takes no other with it."""
    return Reading.of(judged_one(draft) for draft in drafts)


def judged_one(draft: Draft) -> Found | Refusal:
    """The question that a draft means, or why it means none."""
    if draft.fault:
        return Refusal(draft.where, draft.fault)
    if any(len(option.strip()) > MOST_OPTION for option in draft.options) or any(len(part.strip()) > MOST_PART for part in draft.words):
        return Refusal(draft.where, TOO_LONG)
    try:
        item = _item(draft)
    except Unclear as fault:
        return Refusal(draft.where, fault.message)
    return found(draft.where, item)


def found(where: str, item: NewItem) -> Found | Refusal:
    """A question as the form itself would judge it."""
    wrong = complaints(item)
    return Refusal(where, joined(wrong)) if wrong else Found(where, item)


def overlong(place: int) -> Words:
    """What is said of a line of more than `MOST_LINE` letters, of which the rest was not read."""
    return Words("第 %(n)s 行超过 %(most)s 字，太长了，这道题没有读。请用回车把这一行分成几行，再上传。", n=place, most=MOST_LINE)


def kind_of(words: str) -> str:
    """The type that words such as 单选题 name; empty for no words. Raises `Unclear` for a type that no program can mark."""
    plain = re.sub(r"[\s\-【】\[\]()（）]", "", words).lower()
    if not plain:
        return ""
    for kind, names in _KINDS.items():
        if plain in names:
            return kind
    if any(word in plain for word in _OPEN):
        raise Unclear("“%(kind)s”要人来评分，这里只收单选、多选、判断和填空。", kind=words.strip()[:40])
    raise Unclear("题型“%(kind)s”认不出来，请写单选、多选、判断或填空。", kind=words.strip()[:40])


def truth(words: str) -> int | None:
    """The place in 对、错 that words such as 正确 or × mean; None for other words."""
    plain = normalised(words).strip("。.")
    return 0 if plain in _TRUE else 1 if plain in _FALSE else None


def text_of(texts: Sequence[str]) -> str:
    """Accepted texts of a blank as one cell or line, so that `texts_in` reads them back."""
    return "；".join(re.sub(r"([;；|])", r"\\\1", text) for text in texts)


def texts_in(words: str) -> tuple[str, ...]:
    """The texts accepted in a blank: separated by ；;| or lines; a backslash keeps such a sign."""
    parts = (re.sub(r"\\([;；|])", r"\1", part).strip() for part in _TEXTS.split(words))
    return tuple(dict.fromkeys(part for part in parts if part))


def labelled(line: str, start: int = 0) -> tuple[int, list[str]]:
    """(where the first begins, the options) of a line such as "A. 110 B. 119": letters follow one another from the one at `start`.

    (-1, []) for a line without them. A letter out of its turn, as in "维生素B、", is part of an option.
    """
    marks: list[re.Match[str]] = []
    for mark in _LABEL.finditer(line):
        if ord(mark[1].upper()) - 65 == start + len(marks):
            marks.append(mark)
    ends = [*(mark.start() for mark in marks[1:]), len(line)][: len(marks)]
    options = [line[mark.end() : end].strip(" \n\t;；|") for mark, end in zip(marks, ends, strict=True)]
    return (marks[0].start() if marks else -1), options


def _item(draft: Draft) -> NewItem:
    stem, options = draft.stem.strip(), tuple(option.strip() for option in draft.options)
    kind = kind_of(draft.kind) or _guessed(draft.answer, options)
    if not stem:
        raise Unclear("没有题目。")
    if not draft.answer.strip():
        raise Unclear(NO_ANSWER)
    answer: tuple[int | str, ...]
    if kind == "true_false":
        answer, options = (_truth_in(draft.answer, options),), TRUE_FALSE
    elif kind == "fill_in":
        answer, options = _texts(stem, draft.answer), ()
    else:
        answer = places(draft.answer, options)
        if kind == "single" and len(answer) > 1:
            raise Unclear("写的是单选，答案却不止一个。请改成多选，或者只留一个答案。")
    return NewItem(
        kind, stem, options, answer, draft.explanation.strip(), draft.topic.strip(), difficulty=_difficulty(draft.difficulty), score=_score(draft.score)
    )


def _guessed(answer: str, options: Sequence[str]) -> str:
    """The type of a question that names none: by its options, else by its answer."""
    if not options:
        return "true_false" if truth(answer) is not None else "fill_in"
    if len(options) == 2 and {truth(option) for option in options} == {0, 1}:
        return "true_false"
    try:
        return "multiple" if len(places(answer, options)) > 1 else "single"
    except Unclear:
        return "single"


def places(answer: str, options: Sequence[str]) -> tuple[int, ...]:
    """The places of the right options: as letters, as numbers, or as the options' own words. Raises `Unclear`."""
    if not options:
        raise Unclear("没有选项。选择题请至少写两个选项。")
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", answer)).upper()
    lettered = bool(plain) and all("A" <= letter <= "Z" for letter in plain)
    if lettered and max(map(ord, plain)) - 65 < len(options):
        return tuple(sorted({ord(letter) - 65 for letter in plain}))
    alike: dict[str, int] = {}
    for place, option in enumerate(options):
        alike.setdefault(normalised(option), place)
    if normalised(answer) in alike:
        return (alike[normalised(answer)],)
    said = [normalised(text) for text in texts_in(answer)]
    if said and all(text in alike for text in said):
        return tuple(sorted({alike[text] for text in said}))
    numbers = [part for part in _MARKS.split(unicodedata.normalize("NFKC", answer)) if part]
    if numbers and all(re.fullmatch(r"[1-9]", part) and int(part) <= len(options) for part in numbers):
        return tuple(sorted({int(part) - 1 for part in numbers}))
    if lettered:
        raise Unclear("答案“%(answer)s”超出了选项，一共只有 %(n)s 个选项。", answer=answer.strip()[:40], n=len(options))
    raise Unclear("答案“%(answer)s”和选项对不上。请写选项的字母，例如 A 或 ABD。", answer=answer.strip()[:40])


def letters(places_: Sequence[int]) -> str:
    """Places of right options as a table writes them: ABD."""
    return "".join(chr(65 + place) for place in places_)


def _truth_in(answer: str, options: Sequence[str]) -> int:
    meant = truth(answer)
    if meant is not None:
        return meant
    letter = normalised(answer).strip("。.")
    if letter in {"a", "b"}:
        listed = [truth(option) for option in options[:2]]
        place = "ab".index(letter)
        return place if len(listed) < 2 or None in listed else listed[place] or 0
    raise Unclear("判断题的答案“%(answer)s”认不出来，请写“对”或“错”。", answer=answer.strip()[:40])


def _texts(stem: str, answer: str) -> tuple[str, ...]:
    if len(_BLANK.findall(stem)) > 1:
        raise Unclear("一道题里有几个空。请拆成几道题，每题一个空。")
    texts = texts_in(answer)
    if not texts:
        raise Unclear(NO_ANSWER)
    return texts


def _difficulty(words: str) -> int:
    plain = normalised(words).removesuffix("题")
    for level, names in _DIFFICULTY.items():
        if plain in names:
            return level
    if plain:
        raise Unclear("难度“%(words)s”认不出来，请写容易、中等或较难，也可以不写。", words=words.strip()[:20])
    return 2


def _score(words: str) -> int:
    plain = normalised(words)
    if not plain:
        return 1
    number = _NUMBER.fullmatch(plain)
    if number is None:
        raise Unclear("分值“%(words)s”不是整数，请写 1 到 100 的整数，也可以不写。", words=words.strip()[:20])
    return int(number[1])
