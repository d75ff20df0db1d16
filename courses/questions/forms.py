"""A quiz as it is typed: its own fields by WTForms, its questions as numbered blocks. A blank block is no question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.fields.numeric import IntegerField
from wtforms.fields.simple import BooleanField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from courses.kernel.web import Form
from courses.questions import rules
from courses.questions.rules import Item, NewItem

ROWS = 6
MOST_BLOCKS = 100


class QuizForm(Form):
    title = StringField(_("测验名称"), [InputRequired(_("请给测验起个名字")), Length(max=80, message=_("最多 80 字"))])
    pass_mark = IntegerField(
        _("通过分数"),
        [InputRequired(_("请填 1 到 100 的整数")), NumberRange(1, 100, _("请填 1 到 100 的整数"))],
        default=60,
        render_kw={"inputmode": "numeric"},
    )
    shuffled = BooleanField(_("每次打乱题目和选项的顺序"), default=True)


@dataclass(frozen=True)
class Block:
    """One question as typed: every row of options, the rows ticked, and for 判断题 the place of 对 or 错."""

    kind: str = "single"
    stem: str = ""
    options: tuple[str, ...] = ("",) * ROWS
    ticked: frozenset[int] = frozenset()
    truth: int | None = None
    explanation: str = ""
    score: int = 1
    dropped: bool = False
    fault: str = ""

    @classmethod
    def of(cls, item: Item) -> "Block":
        """The block of a question that stands."""
        if item.kind == "true_false":
            return cls(item.kind, item.stem, truth=item.places[0], explanation=item.explanation, score=item.score)
        padded = item.options + ("",) * (ROWS - len(item.options))
        return cls(item.kind, item.stem, padded, frozenset(item.places), None, item.explanation, item.score)

    @property
    def is_blank(self) -> bool:
        return not (self.stem or any(self.options) or self.explanation)

    def new_item(self) -> NewItem:
        """The question as it would be written; rows left empty are no options."""
        if self.kind == "true_false":
            place = () if self.truth is None else (self.truth,)
            return NewItem(self.kind, self.stem, rules.TRUE_FALSE, place, self.explanation, score=self.score)
        filled = [row for row, option in enumerate(self.options) if option]
        options = tuple(self.options[row] for row in filled)
        answer = tuple(filled.index(row) for row in sorted(self.ticked) if row in filled)
        return NewItem(self.kind, self.stem, options, answer, self.explanation, score=self.score)

    def faults(self) -> list[str]:
        """What is wrong with it, in words; empty when it may be used."""
        empty = self.kind != "true_false" and any(not self.options[row] for row in self.ticked)
        return rules.complaints(self.new_item()) + (["勾选的选项还没有填内容。"] if empty else [])


def blocks_of(items: Sequence[Item]) -> list[Block]:
    """The blocks of a quiz that stands."""
    return [Block.of(item) for item in items]


def blocks_sent(sent: MultiDict[str, str]) -> list[Block]:
    """The blocks a browser sent, in order."""
    return [_block(sent, f"q{number}") for number in range(_whole(sent.get("blocks", ""), 0, MOST_BLOCKS))]


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
        explanation=_text(sent, f"{name}-explanation"),
        score=_whole(sent.get(f"{name}-score", ""), 1, 100),
        dropped=f"{name}-drop" in sent.getlist("drop"),
    )


def _text(sent: MultiDict[str, str], name: str) -> str:
    return sent.get(name, "").replace("\r\n", "\n").strip()


def _whole(text: str, low: int, high: int) -> int:
    """A number sent in a hidden field, brought within its bounds."""
    return min(max(int(text), low), high) if text.isascii() and text.isdigit() and len(text) < 6 else low
