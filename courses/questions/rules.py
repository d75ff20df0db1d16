"""What a good question is, and how an answer is marked. A multiple choice is right only when it is exactly right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

KINDS = ("single", "multiple", "true_false")
TRUE_FALSE = ("对", "错")
MOST_OPTIONS = 8
MOST_STEM, MOST_OPTION, MOST_EXPLANATION = 600, 200, 800  # characters


@dataclass(frozen=True)
class Item:
    """A question with its answer: for the server's eyes, and the learner's only after submission."""

    id: int
    kind: str
    stem: str
    options: tuple[str, ...]
    answer: tuple[int, ...]
    explanation: str
    score: int


@dataclass(frozen=True)
class NewItem:
    """A question as it is written."""

    kind: str
    stem: str
    options: tuple[str, ...]
    answer: tuple[int, ...]
    explanation: str = ""
    topic: str = ""
    score: int = 1


@dataclass(frozen=True)
class QuizOutline:
    """A quiz without its questions."""

    id: int
    title: str
    pass_mark: int
    shuffled: bool
    count: int


@dataclass(frozen=True)
class Marking:
    """What a paper is worth: percent of the full score, rounded down, and the questions answered rightly."""

    score_percent: int
    right: tuple[int, ...]


def is_right(item: Item, chosen: Iterable[int]) -> bool:
    """Whether the chosen options are exactly the right ones."""
    return tuple(sorted(set(chosen))) == tuple(sorted(item.answer))


def marked(items: Sequence[Item], chosen: Mapping[int, Iterable[int]]) -> Marking:
    """Mark a paper; a question without an answer is simply not right."""
    right = tuple(item.id for item in items if is_right(item, chosen.get(item.id, ())))
    full = sum(item.score for item in items)
    got = sum(item.score for item in items if item.id in right)
    return Marking(100 * got // full if full else 0, right)


def faults(item: NewItem) -> list[str]:
    """What is wrong with a question, in words for whoever wrote it; empty when it may be used."""
    out = []
    if not item.stem.strip():
        out.append("还没有写题目。")
    if item.kind not in KINDS:
        out.append("请选择题型。")
    if not 2 <= len(item.options) <= MOST_OPTIONS:
        out.append(f"选项要有 2 到 {MOST_OPTIONS} 个。")
    if any(not option.strip() for option in item.options):
        out.append("有一个选项是空的。")
    if len({option.strip() for option in item.options}) < len(item.options):
        out.append("有两个选项一样，请改一个。")
    if len(item.stem) > MOST_STEM or len(item.explanation) > MOST_EXPLANATION or any(len(option) > MOST_OPTION for option in item.options):
        out.append(f"太长了：题目最多 {MOST_STEM} 字，选项 {MOST_OPTION} 字，讲解 {MOST_EXPLANATION} 字。")
    if any(not 0 <= place < len(item.options) for place in item.answer) or not item.answer:
        out.append("请勾选正确答案。")
    elif item.kind != "multiple" and len(item.answer) != 1:
        out.append("单选题和判断题只能有一个正确答案。")
    if item.kind == "true_false" and tuple(item.options) != TRUE_FALSE:
        out.append("判断题的选项是“对”和“错”。")
    return out
