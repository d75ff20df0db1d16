r"""GIFT, Moodle's text format, in and out: ::title:: stem {=right ~wrong #why}. A backslash keeps one of ~ = # { } : as itself.

Grammar: docs.moodle.org, "GIFT format". What Moodle can hold and we cannot mark (matching, essays, numbers with a tolerance) is refused.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from courses.importers.rules import MOST_LINE, Found, Reading, Refusal, Unclear, found
from courses.kernel.words import Words
from courses.questions.rules import TRUE_FALSE, NewItem

_LOOKS = re.compile(r"(?<!\\)\{\s*(?:[=~#]|(?:T|F|TRUE|FALSE)\s*[}#])|(?<!\\)\{[^{}]*(?<!\\)[=~]|^[^\S\n]*+::.*::", re.M)
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_TITLE = re.compile(r"^::(.*?)(?<!\\)::\s*", re.S)
_FORMAT = re.compile(r"^\[(html|moodle|plain|markdown)\]\s*")
_CATEGORY = re.compile(r"^\$CATEGORY:\s*(.*)$")
_TAG = re.compile(r"\[tag:(难度|分值)-(\d{1,3})\]")
_CHOICE = re.compile(r"(?<!\\)([=~])")
_WEIGHT = re.compile(r"^%(-?\d+(?:\.\d+)?)%\s*")
_TRUTH = re.compile(r"^\s*(TRUE|FALSE|T|F)\s*(?:(?<!\\)#.*)?$", re.S)
_BLANK = "____"


@dataclass(frozen=True)
class Choice:
    """One answer of a question: its sign, its share of the score in percent (None: none given), its words."""

    sign: str
    weight: float | None
    words: str


def is_gift(text: str) -> bool:
    """Whether a text holds answers in braces as GIFT writes them."""
    return bool(_LOOKS.search(_kept_escapes(text)))


def parsed(text: str) -> Reading:
    """The questions of a GIFT file, each known by the line on which it begins."""
    return Reading.of(_judged(Words("第 %(n)s 行", n=place), block, topic, tags) for place, block, topic, tags in _blocks(text))


def written(items: Iterable[NewItem]) -> str:
    """Questions as a GIFT file that reads back the same; the topic is their category, difficulty and score are tags."""
    out, topic = ["// 空中大讲堂 题库"], ""
    for item in items:
        if item.topic != topic:
            out.append(f"$CATEGORY: {_one_line(item.topic) or '/'}")
            topic = item.topic
        out.append(f"// [tag:难度-{item.difficulty}] [tag:分值-{item.score}]\n{_escaped(item.stem)} {{{_answers(item)}}}")
    return "\n\n".join(out) + "\n"


def _judged(where: str, block: str, topic: str, tags: dict[str, int]) -> Found | Refusal:
    if len(block) > MOST_LINE:
        return Refusal(where, Words("这道题超过 %(most)s 字，太长了，没有读。请检查大括号是不是成对，题与题之间空一行，再上传。", most=MOST_LINE))
    try:
        return found(where, _item(block, topic, tags))
    except Unclear as fault:
        return Refusal(where, fault.message)


def _blocks(text: str) -> Iterator[tuple[int, str, str, dict[str, int]]]:
    """(line, block, topic, tags): blocks are parted by empty lines outside braces."""
    topic, tags, lines, start, deep = "", {}, [], 0, False  # type: ignore[var-annotated]
    for place, line in enumerate([*text.splitlines(), ""], 1):
        bare = line.strip().removeprefix("\ufeff")
        if not deep and bare.startswith("//"):
            tags |= {name: int(number) for name, number in _TAG.findall(bare)}
            continue
        category = None if lines else _CATEGORY.match(bare)
        if category:
            topic = category[1].strip().removeprefix("$course$").strip("/").split("/")[-1].strip()
            continue
        if bare or deep:
            lines.append(line.strip("\ufeff"))
            start = start or place
            deep = _open(line, deep)
        elif lines:
            yield start, "\n".join(lines).strip(), topic, tags
            tags, lines, start = {}, [], 0
    if lines:
        yield start, "\n".join(lines).strip(), topic, tags


def _open(line: str, deep: bool) -> bool:
    for sign in re.findall(r"(?<!\\)[{}]", _kept_escapes(line)):
        deep = sign == "{"
    return deep


def _item(block: str, topic: str, tags: dict[str, int]) -> NewItem:
    block = _kept_escapes(_TITLE.sub("", block, count=1))
    opening, closing = block.find("{"), block.find("}")
    if opening < 0 or closing < opening:
        raise Unclear("没有找到大括号里的答案。")
    if block.find("{", closing) >= 0:
        raise Unclear("一道题里有几处大括号。请拆成几道题。")
    head, inside, tail = block[:opening].strip(), block[opening + 1 : closing].strip(), block[closing + 1 :].strip()
    stem, explanation = _words(f"{head}{_BLANK}{tail}" if tail else head), ""
    if "####" in inside:
        inside, explanation = inside.split("####", 1)
    kind, options, answer = _answered(inside.strip())
    return NewItem(kind, stem, options, answer, _words(explanation), topic, difficulty=tags.get("难度", 2), score=tags.get("分值", 1))


def _answered(inside: str) -> tuple[str, tuple[str, ...], tuple[int | str, ...]]:
    """(type, options, answer) of what stands between the braces; raises `Unclear` for what cannot be marked here."""
    if not inside:
        raise Unclear("这是要人来评分的问答题，这里只收单选、多选、判断和填空。")
    if truth := _TRUTH.match(inside):
        return "true_false", TRUE_FALSE, (0 if truth[1].startswith("T") else 1,)
    if inside.startswith("#"):
        number = inside[1:].strip().removeprefix("=").split("#")[0].strip()
        if not re.fullmatch(r"-?\d+(\.\d+)?(:0)?", number):
            raise Unclear("带误差或区间的数值题不能收，请改成填空题或单选题。")
        return "fill_in", (), (number.removesuffix(":0"),)
    choices = _choices(inside)
    if not choices:
        raise Unclear("大括号里没有答案。正确答案前写 =，错误答案前写 ~。")
    if any("->" in choice.words for choice in choices):
        raise Unclear("连线题不能收，请改成几道单选题。")
    if all(choice.sign == "=" for choice in choices):
        return "fill_in", (), tuple(dict.fromkeys(_words(choice.words) for choice in choices))
    right = [place for place, choice in enumerate(choices) if choice.sign == "=" or (choice.weight or 0) > 0]
    several = len(right) > 1 or any(choice.sign == "~" and choice.weight is not None and choice.weight > 0 for choice in choices)
    return "multiple" if several else "single", tuple(_words(choice.words) for choice in choices), tuple(right)


def _choices(inside: str) -> list[Choice]:
    out = []
    parts = _CHOICE.split(inside)
    for sign, raw in zip(parts[1::2], parts[2::2], strict=True):
        words = raw.split("#", 1)[0].strip()
        weight = _WEIGHT.match(words)
        out.append(Choice(sign, float(weight[1]) if weight else None, words[weight.end() :] if weight else words))
    return out


def _answers(item: NewItem) -> str:
    why = f"####{_escaped(item.explanation)}" if item.explanation else ""
    if item.kind == "true_false":
        return ("TRUE" if item.answer == (0,) else "FALSE") + why
    if item.kind == "fill_in":
        return "".join(f"={_escaped(text)} " for text in item.texts) + why
    share = f"%{100 / len(item.answer):.5f}".rstrip("0").rstrip(".") + "%"
    right, wrong = (f"~{share}", "~%-100%") if item.kind == "multiple" else ("=", "~")
    return "".join(f"{right if place in item.answer else wrong}{_escaped(option)} " for place, option in enumerate(item.options)) + why


# While a block is taken apart, an escaped sign is a letter of a private area: no pattern meets it, and it is turned back at the end.
_SIGNS = "~=#{}:\\n"
_HIDDEN = {sign: chr(0xF0000 + place) for place, sign in enumerate(_SIGNS)}


def _kept_escapes(text: str) -> str:
    return _ESCAPED.sub(lambda mark: _HIDDEN[mark[1]], text)


def _words(text: str) -> str:
    """Words as they are read: the format mark dropped, of HTML the text alone, escapes turned back."""
    text = text.strip()
    mark = _FORMAT.match(text)
    if mark:
        text = text[mark.end() :]
    if mark is not None and mark[1] == "html":
        text = _plain(text)
    for sign, hidden in _HIDDEN.items():
        text = text.replace(hidden, "\n" if sign == "n" else sign)
    return text.strip()


def _plain(marked: str) -> str:
    """HTML as its words alone; a "<" that opens no mark is one of them."""
    try:
        return html.unescape(re.sub(r"<[^<>]*+>", "", re.sub(r"<br\s*+/?>|</p>", "\n", marked)))
    except ValueError as fault:  # a sign given by a number of thousands of figures
        raise Unclear("文字里有不能保存的字符，请重新输入。") from fault


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())
