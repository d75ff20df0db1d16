"""A quiz as it is typed: its own fields by WTForms, its questions and draws as numbered blocks. A blank block is no question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.fields.numeric import IntegerField
from wtforms.fields.simple import BooleanField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from courses.kernel.web import Form
from courses.kernel.words import Words
from courses.questions import rules
from courses.questions.rules import Draw, Item, NewItem, Picked, Terms

ROWS = 6
MOST_BLOCKS, MOST_DRAWS = 100, 10


class QuizForm(Form):
    title = StringField(_("测验名称"), [InputRequired(_("请给测验起个名字")), Length(max=80, message=_("最多 80 字"))])
    pass_mark = IntegerField(
        _("通过分数"),
        [InputRequired(_("请填 1 到 100 的整数")), NumberRange(1, 100, _("请填 1 到 100 的整数"))],
        default=60,
        render_kw={"inputmode": "numeric"},
    )
    shuffled = BooleanField(_("每次打乱题目和选项的顺序"), default=True)
    minutes = IntegerField(_("限时几分钟"), [Optional(), NumberRange(1, 600, _("请填 1 到 600 的整数，不限时就空着"))], render_kw={"inputmode": "numeric"})
    most_attempts = IntegerField(
        _("每人最多做几次"), [Optional(), NumberRange(1, 100, _("请填 1 到 100 的整数，不限次数就空着"))], render_kw={"inputmode": "numeric"}
    )

    def terms(self) -> Terms:
        """How the quiz is to be sat."""
        return Terms(self.pass_mark.data or 60, bool(self.shuffled.data), self.minutes.data, self.most_attempts.data)


@dataclass(frozen=True)
class Block:
    """One question as typed: every row of options, the rows ticked, for 判断题 the place of 对 or 错, for 填空题 its answers line by line.

    Or one taken from the bank as it stands: `picked` is then its id, and nothing else of it is typed.
    """

    kind: str = "single"
    stem: str = ""
    options: tuple[str, ...] = ("",) * ROWS
    ticked: frozenset[int] = frozenset()
    truth: int | None = None
    texts: str = ""
    explanation: str = ""
    topic: str = ""
    difficulty: int = 2
    score: int = 1
    asset_id: int | None = None
    alt: str = ""
    picked: int | None = None
    dropped: bool = False
    fault: str = ""

    @classmethod
    def of(cls, item: Item) -> "Block":
        """The block of a question that stands."""
        more: dict[str, Any] = {name: getattr(item, name) for name in ("explanation", "topic", "difficulty", "score", "asset_id", "alt")}
        if item.kind == "true_false":
            return cls(item.kind, item.stem, truth=item.places[0], **more)
        if item.kind == "fill_in":
            return cls(item.kind, item.stem, texts="\n".join(item.texts), **more)
        padded = item.options + ("",) * (ROWS - len(item.options))
        return cls(item.kind, item.stem, padded, frozenset(item.places), **more)

    @property
    def is_blank(self) -> bool:
        return not (self.picked or self.stem or any(self.options) or self.texts or self.explanation)

    def new_item(self) -> NewItem:
        """The question as it would be written; rows left empty are no options."""
        more: dict[str, Any] = {name: getattr(self, name) for name in ("explanation", "topic", "difficulty", "score", "asset_id", "alt")}
        if self.kind == "true_false":
            place = () if self.truth is None else (self.truth,)
            return NewItem(self.kind, self.stem, rules.TRUE_FALSE, place, **more)
        if self.kind == "fill_in":
            return NewItem(self.kind, self.stem, (), tuple(filter(None, map(str.strip, self.texts.splitlines()))), **more)
        filled = [row for row, option in enumerate(self.options) if option]
        options = tuple(self.options[row] for row in filled)
        answer = tuple(filled.index(row) for row in sorted(self.ticked) if row in filled)
        return NewItem(self.kind, self.stem, options, answer, **more)

    def entry(self) -> NewItem | Picked:
        """What the quiz is to hold: the question typed, or the one picked."""
        return Picked(self.picked) if self.picked else self.new_item()

    def faults(self) -> list[str]:
        """What is wrong with it, in words; empty when it may be used."""
        if self.picked:
            return []
        empty = self.kind in {"single", "multiple"} and any(not self.options[row] for row in self.ticked)
        lonely = self.kind == "multiple" and len(self.ticked) == 1
        more = [Words("勾选的选项还没有填内容。")] if empty else []
        more += [Words("多选题要勾两个以上正确答案；只有一个对的，请把题型改成单选题。")] if lonely else []
        return rules.complaints(self.new_item()) + more


def blocks_of(items: Sequence[Item]) -> list[Block]:
    """The blocks of a quiz that stands; those of the bank stay as they are."""
    return [Block(picked=item.id) if item.bank_id else Block.of(item) for item in items]


def blocks_sent(sent: MultiDict[str, str]) -> list[Block]:
    """The blocks a browser sent, in order."""
    return [_block(sent, f"q{number}") for number in range(_whole(sent.get("blocks", ""), 0, MOST_BLOCKS))]


def block_sent(sent: MultiDict[str, str]) -> Block:
    """The one block of a page that holds one question."""
    return _block(sent, "q0")


def draws_sent(sent: MultiDict[str, str]) -> list[Draw]:
    """The draws a browser sent, in order; one of no questions is none."""
    rows = (_draw(sent, f"d{number}") for number in range(_whole(sent.get("draws", ""), 0, MOST_DRAWS)))
    return [draw for draw in rows if draw.count]


def wanted(blocks: Sequence[Block]) -> list[Block]:
    """The blocks that are questions: neither blank nor ticked for removal."""
    return [block for block in blocks if not block.is_blank and not block.dropped]


def checked(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with what is wrong said beside each."""
    return [replace(block, fault="".join(block.faults())) if block in wanted([block]) else block for block in blocks]


def _block(sent: MultiDict[str, str], name: str) -> Block:
    rows = range(_whole(sent.get(f"{name}-rows", ""), ROWS, rules.MOST_OPTIONS))
    ticked = frozenset(row for row in rows if str(row) in sent.getlist(f"{name}-right"))
    truth = sent.get(f"{name}-truth", "")
    return Block(
        kind=sent.get(f"{name}-kind", "single"),
        stem=_text(sent, f"{name}-stem"),
        options=tuple(_text(sent, f"{name}-option{row}") for row in rows),
        ticked=ticked,
        truth=int(truth) if truth in {"0", "1"} else None,
        texts=_text(sent, f"{name}-texts"),
        explanation=_text(sent, f"{name}-explanation"),
        topic=_text(sent, f"{name}-topic"),
        difficulty=_whole(sent.get(f"{name}-difficulty", "2"), 1, 3),
        score=_whole(sent.get(f"{name}-score", ""), 1, rules.MOST_SCORE),
        asset_id=_id(sent.get(f"{name}-asset", "")),
        alt=_text(sent, f"{name}-alt"),
        picked=_id(sent.get(f"{name}-picked", "")),
        dropped=f"{name}-drop" in sent.getlist("drop"),
    )


def _draw(sent: MultiDict[str, str], name: str) -> Draw:
    difficulty = sent.get(f"{name}-difficulty", "")
    return Draw(
        _text(sent, f"{name}-topic")[: rules.MOST_TOPIC],
        int(difficulty) if difficulty in {"1", "2", "3"} else None,
        _whole(sent.get(f"{name}-count", ""), 0, MOST_BLOCKS),
    )


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) else None


def _text(sent: MultiDict[str, str], name: str) -> str:
    return sent.get(name, "").replace("\r\n", "\n").strip()


def _whole(text: str, low: int, high: int) -> int:
    """A number sent in a hidden field, brought within its bounds."""
    return min(max(int(text), low), high) if text.isascii() and text.isdigit() and len(text) < 6 else low
