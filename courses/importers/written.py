"""Questions as trainers write them in a document: numbered stems, options A to H, the answer in the stem or on a line of its own."""

import re
from collections import deque
from collections.abc import Sequence

from courses.importers.rules import MOST_LINE, MOST_PART, Draft, Reading, Unclear, kind_of, labelled, overlong, reading
from courses.kernel.words import Words

_KIND = r"(?:单选|单项选择|多选|多项选择|不定项选择|选择|判断|是非|填空|简答|问答|论述|名词解释|案例分析|材料分析)题?"
_HEADING = re.compile(
    rf"^(?:[（(]?[一二三四五六七八九十]{{1,3}}[)）]?[、.．:：\s]\s*+|第[一二三四五六七八九十]+部分[、:：\s]*+|【)?\s*+({_KIND})】?\s*+(?:[（(].*|[:：，,。].*|共.*|每.*)?$"
)
_NUMBERED = re.compile(r"^(?:第\s*(\d{1,4})\s*题\s*[、.．:：]?|[（(]\s*(\d{1,4})\s*[)）][、.．]?|(\d{1,4})\s*(?:[、)）．:：]|\.(?!\d)))\s*(.*)$", re.S)
_OPTION = re.compile(r"^[（(]?\s*([A-Ha-h])\s*[)）.．、:：]\s*(.*)$", re.S)
_TAGS = {
    "answer": re.compile(r"^[【\[（(]?\s*(?:正确|参考|标准|本题)?(?:答案|答)\s*(?:[】\]）)]\s*[:：]?|[:：为是])\s*(.*)$", re.S),
    "explanation": re.compile(r"^[【\[（(]?\s*(?:试题|答案|题目)?(?:解析|讲解|分析|依据)\s*(?:[】\]）)]\s*[:：]?|[:：])\s*(.*)$", re.S),
    "topic": re.compile(r"^[【\[（(]?\s*(?:知识点|考点)\s*(?:[】\]）)]\s*[:：]?|[:：])\s*(.*)$"),
    "difficulty": re.compile(r"^[【\[（(]?\s*(?:难度|难易度|难易程度)\s*(?:[】\]）)]\s*[:：]?|[:：])\s*(.*)$"),
    "score": re.compile(r"^[【\[（(]?\s*(?:分值|分数)\s*(?:[】\]）)]\s*[:：]?|[:：])\s*(.*)$"),
}
_LATER = re.compile(r"(?:试题|答案|题目)?+解析\s*+(?:[】\]）)]\s*+[:：]?|[:：])\s*+")
_IN_STEM = re.compile(r"[（(\[【]\s*((?:答案[:：]\s*)?(?:[A-Ha-h](?:[\s,，、]*[A-Ha-h]){0,7}|[√×✓✗✔✘对错]|正确|错误))\s*[)）\]】]")
_TAIL = re.compile(r"(?:正确|参考|标准)?+答案\s*+(?:[】\]）)]\s*+[:：]?|[:：])\s*+(?=\S)")
_OPENING, _PAUSES = ("【", "[", "（", "("), " \t\n;；。，,"  # what may stand before those two, and belongs to neither side
_OWN_KIND = re.compile(rf"^[（(【\[]\s*({_KIND})\s*[)）】\]]\s*+|[（(【\[]\s*({_KIND})\s*[)）】\]]([。.：:]?)$")
_EACH = re.compile(r"每(?:小)?题\s*(\d{1,3})\s*分")
_KEY = re.compile(r"^[【\[（(]?\s*(?:参考|标准|正确)?答案\s*+[】\]）)]?+\s*+[:：]?$")
_RUN = re.compile(r"(\d{1,4})\s*[-–—~～至]\s*(\d{1,4})\s*+[、.．:：)）]?+\s*+([A-H√×对错](?:[\s,，、]*[A-H√×对错])*)")
_ONE = re.compile(r"(\d{1,4})\s*+[、.．:：)）]?+\s*+([A-H]{1,8}(?![A-Za-z])|[√×]|正确|错误|对|错)")
_RULE = re.compile(r"^[\s\-=_*—·.~～]*$")


def parsed(text: str) -> Reading:
    """The questions of a document, each known by the line on which it begins."""
    return reading(Writing(text.splitlines()).drafts())


class Writing:
    """A document on its way to drafts: what section, which question, and which part of it a line goes on with."""

    def __init__(self, lines: Sequence[str]) -> None:
        stripped = [line.strip() for line in lines]
        self.lines = [line[:MOST_LINE] for line in stripped]
        self.overlong = {place for place, line in enumerate(stripped, 1) if len(line) > MOST_LINE}
        self.numbered = any(_NUMBERED.match(line) for line in self.lines)
        self.made: list[Draft] = []
        self.marks: dict[int, deque[Draft]] = {}  # the drafts of a number that want an answer, for a key of answers at the end
        self.section, self.score = "", ""
        self.part = ""  # the part that a line without a mark of its own goes on with
        self.keyed = False
        self.after_gap = False

    def drafts(self) -> list[Draft]:
        for place, raw in enumerate(self.lines, 1):
            line = raw.replace("\u3000", " ").replace("\xa0", " ").replace("\ufeff", "").strip()
            if line and not _RULE.match(line):
                self.take(line, place)
            if place in self.overlong:
                self.spoil(place)
            self.after_gap = not line
        for draft in self.made:
            _tidied(draft)
        return self.made

    def spoil(self, place: int) -> None:
        """A line that was not read whole: nothing is made of the question it belongs to."""
        if not self.made:
            self.made.append(Draft(Words("第 %(n)s 行", n=place)))
        self.made[-1].fault = self.made[-1].fault or overlong(place)

    def take(self, line: str, place: int) -> None:
        """One line that is not empty."""
        heading = _HEADING.match(line)
        if heading and not _OPTION.match(line):
            self.section, each = heading[1], _EACH.search(line)
            self.score = each[1] if each else ""
            self.part = ""
        elif self.is_key(line):
            self.keyed, self.part = True, ""
        elif self.keyed and self.take_key(line):
            return
        elif not self.take_tag(line) and not self.take_option(line) and not self.take_stem(line, place):
            self.go_on(line)

    def is_key(self, line: str) -> bool:
        """Whether the key of answers begins here: a heading with nothing after it, once every question stands."""
        return bool(_KEY.match(line) and self.made and (self.part != "options" or (len(self.made) > 1 and not self.made[0].answer)))

    def take_key(self, line: str) -> bool:
        """Answers of a key: 1-5 ABCDA, or 6.A 7.√; says whether the line held any."""
        given: dict[int, str] = {}
        for first, last, letters in _RUN.findall(line):
            marks = re.findall(r"[A-H√×对错]", letters)
            if len(marks) == int(last) - int(first) + 1:
                given.update(zip(range(int(first), int(last) + 1), marks, strict=True))
        for number, answer in _ONE.findall(_RUN.sub(" ", line)):
            given.setdefault(int(number), answer)
        for number, answer in given.items():
            waiting = self.marks.get(number, deque())
            while waiting and waiting[0].answer:
                waiting.popleft()
            if waiting:
                waiting.popleft().answer = answer
        return bool(given) or bool(_ONE.search(line))

    def take_tag(self, line: str) -> bool:
        """答案：, 解析：, 知识点： and the like, for the question before them."""
        for part, mark in _TAGS.items():
            found = mark.match(line)
            if found and self.made:
                words = found[1].strip()
                if part == "answer" and (later := _behind(_LATER, words)):
                    words, reason = later
                    self.put("explanation", reason)
                self.put(part, words)
                self.part = part
                return True
        return False

    def take_option(self, line: str) -> bool:
        """A line of one option or several, if it goes on where the question's options stopped."""
        found = _OPTION.match(line)
        if not found or not self.made:
            return False
        options = self.made[-1].options
        if ord(found[1].upper()) - 65 != len(options):
            return False
        options += labelled(line, len(options))[1]
        self.part = "options"
        return True

    def take_stem(self, line: str, place: int) -> bool:
        """The first line of a question: numbered, or in a document without numbers the first after a question that is whole."""
        found = _NUMBERED.match(line)
        if found:
            number, words = int(next(part for part in found.groups()[:3] if part)), found[4]
        elif not self.numbered and (self.part in {"", "answer", "explanation"} or (self.after_gap and self.made and self.made[-1].options)):
            number, words = len(self.made) + 1, line
        else:
            return False
        draft = Draft(Words("第 %(n)s 行", n=place), self.section, words, score=self.score)
        first, options = labelled(words)
        if first > 0 and len(options) > 1:
            draft.stem, draft.options = words[:first], options
        self.made.append(draft)
        self.marks.setdefault(number, deque()).append(draft)
        self.part, self.keyed = "options" if draft.options else "stem", False
        return True

    def go_on(self, line: str) -> None:
        """A line without a mark continues the part before it; before the first question it is a title, and dropped."""
        if not self.made or not self.part:
            return
        draft = self.made[-1]
        if self.part == "options" and draft.options:
            draft.options[-1] += line if len(draft.options[-1]) <= MOST_PART else ""
        elif self.part in {"stem", "explanation", "answer"} and len(getattr(draft, self.part)) <= MOST_PART:
            setattr(draft, self.part, f"{getattr(draft, self.part)}\n{line}".strip())

    def put(self, part: str, words: str) -> None:
        setattr(self.made[-1], part, words)


def _tidied(draft: Draft) -> None:
    """Take the answer and the type that stand within the stem, or behind the last option, out of it."""
    _cut_tail(draft)
    own = _OWN_KIND.search(draft.stem)
    if own:
        draft.kind = own[1] or own[2]
        draft.stem = (draft.stem[: own.start()].rstrip() + (own[3] or "") + draft.stem[own.end() :]).strip()
    inside = list(_IN_STEM.finditer(draft.stem))
    if inside and not draft.answer and not _is_fill_in(draft):
        last = inside[-1]
        draft.answer = re.sub(r"^答案[:：]\s*", "", last[1]).strip()
        draft.stem = (draft.stem[: last.start()] + ("（　）" if draft.options else "") + draft.stem[last.end() :]).strip()


def _cut_tail(draft: Draft) -> None:
    """An answer and its reason on the same line as what they answer."""
    line = draft.options[-1] if draft.options else draft.stem
    tail = _behind(_TAIL, line)
    if tail is None or draft.answer:
        return
    before, words = tail
    answer, reason = _behind(_LATER, words) or (words, "")
    draft.answer = answer.strip()
    draft.explanation = draft.explanation or reason.strip()
    if draft.options:
        draft.options[-1] = before
    else:
        draft.stem = before


def _behind(mark: re.Pattern[str], words: str) -> tuple[str, str] | None:
    """(what stands before, what follows) where `mark` stands behind something, its bracket left out; None where it does not."""
    for found in mark.finditer(words):
        before = words[: found.start()].rstrip()
        before = (before[:-1] if before.endswith(_OPENING) else before).rstrip(_PAUSES if mark is _LATER else None)
        if before:
            return before, words[found.end() :]
    return None


def _is_fill_in(draft: Draft) -> bool:
    try:
        return kind_of(draft.kind) == "fill_in"
    except Unclear:
        return False
