"""What a good question is, how it is told from others, and how an answer is marked. A multiple choice is right only when it is exactly right."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from courses.kernel.plain import is_text
from courses.kernel.words import Words

KINDS = ("single", "multiple", "true_false", "fill_in")
KIND_WORDS = {"single": Words("单选"), "multiple": Words("多选"), "true_false": Words("判断"), "fill_in": Words("填空")}
TRUE_FALSE = ("对", "错")
TRUE_FALSE_WORDS = (Words("对"), Words("错"))  # the same, as a reader of any language meets them
DIFFICULTIES = (1, 2, 3)
DIFFICULTY_WORDS = {1: Words("容易"), 2: Words("中等"), 3: Words("较难")}
MOST_OPTIONS, MOST_TEXTS, MOST_SCORE = 8, 10, 100
MOST_STEM, MOST_OPTION, MOST_EXPLANATION, MOST_TOPIC, MOST_ALT = 600, 200, 800, 60, 200  # characters

TOO_LONG = Words(
    "太长了：题目最多 %(most_stem)s 字，选项和填空答案 %(most_option)s 字，讲解 %(most_explanation)s 字。",
    most_stem=MOST_STEM,
    most_option=MOST_OPTION,
    most_explanation=MOST_EXPLANATION,
)

Choice = int | str  # the place of an option, or the text written into a blank


class Answered:
    """What has an answer: places of the right options from 0, or of 填空题 every text that is right."""

    answer: tuple[Choice, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """Which options are right; none of 填空题."""
        return tuple(place for place in self.answer if isinstance(place, int))

    @property
    def texts(self) -> tuple[str, ...]:
        """What may be written into the blank; nothing of other kinds."""
        return tuple(text for text in self.answer if isinstance(text, str))


@dataclass(frozen=True)
class Item(Answered):
    """A question with its answer: for the server's eyes, and the learner's only after submission."""

    id: int
    kind: str
    stem: str
    options: tuple[str, ...]
    answer: tuple[Choice, ...]
    explanation: str
    score: int
    topic: str = ""
    difficulty: int = 2
    asset_id: int | None = None
    bank_id: int | None = None
    alt: str = ""

    def options_at(self, places: Iterable[Choice]) -> list[str]:
        """The words of some of its options."""
        return [self.options[place] for place in places if isinstance(place, int) and 0 <= place < len(self.options)]


@dataclass(frozen=True)
class NewItem(Answered):
    """A question as it is written or imported."""

    kind: str
    stem: str
    options: tuple[str, ...]
    answer: tuple[Choice, ...]
    explanation: str = ""
    topic: str = ""
    difficulty: int = 2
    score: int = 1
    asset_id: int | None = None
    alt: str = ""


@dataclass(frozen=True)
class Picked:
    """A version of a bank question taken into a quiz as it stands."""

    question_id: int


@dataclass(frozen=True)
class Draw:
    """So many questions from the bank for each paper; no topic or difficulty means any."""

    topic: str
    difficulty: int | None
    count: int

    @property
    def words(self) -> str:
        """Its rule as it is said: 消防·容易."""
        return "·".join(filter(None, (self.topic or Words("任何知识点"), DIFFICULTY_WORDS.get(self.difficulty or 0, ""))))


@dataclass(frozen=True)
class Terms:
    """How a quiz is sat: what passes, in which order, within how many minutes, how often; None sets no limit."""

    pass_mark: int = 60
    shuffled: bool = True
    minutes: int | None = None
    most_attempts: int | None = None


USUAL = Terms()


@dataclass(frozen=True)
class QuizOutline:
    """A quiz without its questions; `count` is how many a paper has, those drawn included."""

    id: int
    title: str
    count: int
    terms: Terms

    @property
    def pass_mark(self) -> int:
        return self.terms.pass_mark


@dataclass(frozen=True)
class Marking:
    """What a paper is worth: percent of the full score, rounded down, and the questions answered rightly."""

    score_percent: int
    right: tuple[int, ...]


def normalised(text: str) -> str:
    """A text as it is compared: full or half width, capitals, spaces and invisible characters make no difference."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = folded.replace(" ", "")
    if not plain.isprintable():  # rare, so the letters are looked at one by one only then: every other space and Cf and Cc are unprintable
        plain = "".join(letter for letter in plain if not letter.isspace() and unicodedata.category(letter) not in {"Cf", "Cc"})
    return plain if plain == text else normalised(plain)


def fingerprint(stem: str, options: Iterable[str]) -> str:
    """Alike for questions that ask the same with the same options in any order, however they are spaced or spelled in width and case."""
    words = [normalised(stem), *sorted(normalised(option) for option in options)]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def drawn(pools: Sequence[Sequence[int]], counts: Sequence[int], fixed: Iterable[int]) -> tuple[int, ...] | None:
    """For each draw in turn so many questions of its pool, none twice and none of `fixed`; None when the pools do not hold enough.

    Takes the first of each pool it can, so shuffled pools give a random paper. Where pools overlap, an earlier draw gives way
    to a later one that has no other question left (bipartite matching by augmenting paths).
    """
    taken = dict.fromkeys(fixed, -1)
    slots = [place for place, count in enumerate(counts) for _ in range(count)]
    for slot in range(len(slots)):
        if not _seated(slot, slots, pools, taken, set()):
            return None
    by_slot = {slot: question for question, slot in taken.items()}
    return tuple(by_slot[slot] for slot in range(len(slots)))


def _seated(slot: int, slots: Sequence[int], pools: Sequence[Sequence[int]], taken: dict[int, int], tried: set[int]) -> bool:
    pool = pools[slots[slot]]
    free = next((question for question in pool if question not in taken), None)
    if free is not None:
        taken[free] = slot
        return True
    for question in pool:
        holder = taken[question]
        if holder >= 0 and question not in tried:
            tried.add(question)
            if _seated(holder, slots, pools, taken, tried):
                taken[question] = slot
                return True
    return False


def is_right(item: Item, chosen: Iterable[Choice]) -> bool:
    """Whether the chosen options are exactly the right ones, or the text written is one of those accepted."""
    picked = set(chosen)
    if item.kind == "fill_in":
        written = {normalised(str(text)) for text in picked} - {""}
        return bool(written) and written <= {normalised(str(text)) for text in item.answer}
    return picked == set(item.answer)


def marked(items: Sequence[Item], chosen: Mapping[int, Iterable[Choice]]) -> Marking:
    """Mark a paper; a question without an answer is simply not right."""
    right = tuple(item.id for item in items if is_right(item, chosen.get(item.id, ())))
    full = sum(item.score for item in items)
    got = sum(item.score for item in items if item.id in right)
    return Marking(100 * got // full if full else 0, right)


def complaints(item: NewItem) -> list[str]:
    """What is wrong with a question, in words for whoever wrote it; empty when it may be used. The form and the importers share it."""
    out: list[str] = [] if item.stem.strip() else [Words("还没有写题目。")]
    if item.kind not in KINDS:
        return [*out, Words("请选择题型。")]
    too_long = len(item.stem) > MOST_STEM or len(item.explanation) > MOST_EXPLANATION or any(len(text) > MOST_OPTION for text in _written(item))
    if not too_long:  # what is compared is evened, and that is slow for long runs of accents
        out += _of_texts(item) if item.kind == "fill_in" else _of_options(item)
    if item.difficulty not in DIFFICULTIES:
        out.append(Words("难度请选容易、中等或较难。"))
    if not 1 <= item.score <= MOST_SCORE:
        out.append(Words("分值是 1 到 %(most_score)s 的整数。", most_score=MOST_SCORE))
    if len(item.topic) > MOST_TOPIC:
        out.append(Words("知识点最多 %(most_topic)s 字。", most_topic=MOST_TOPIC))
    if too_long:
        out.append(TOO_LONG)
    if len(item.alt) > MOST_ALT:
        out.append(Words("图片说明最多 %(most_alt)s 字。", most_alt=MOST_ALT))
    if not all(is_text(text) for text in (item.stem, item.explanation, item.topic, item.alt, *_written(item))):
        out.append(Words("文字里有不能保存的字符，请重新输入。"))
    return out


def _of_options(item: NewItem) -> list[str]:
    out: list[str] = []
    if not 2 <= len(item.options) <= MOST_OPTIONS:
        out.append(Words("选项要有 2 到 %(most_options)s 个。", most_options=MOST_OPTIONS))
    if any(not option.strip() for option in item.options):
        out.append(Words("有一个选项是空的。"))
    if len({normalised(option) for option in item.options}) < len(item.options):
        out.append(Words("有两个选项一样，请改一个。"))
    if not item.answer or any(not isinstance(place, int) or not 0 <= place < len(item.options) for place in item.answer):
        out.append(Words("请勾选正确答案。"))
    elif item.kind != "multiple" and len(set(item.answer)) != 1:
        out.append(Words("单选题和判断题只能有一个正确答案。"))
    if item.kind == "true_false" and item.options != TRUE_FALSE:
        out.append(Words("判断题的选项是“对”和“错”。"))
    return out


def _of_texts(item: NewItem) -> list[str]:
    if item.options:
        return [Words("填空题没有选项。")]
    if not item.answer or any(not isinstance(text, str) or not normalised(text) for text in item.answer):
        return [Words("请写填空题的答案；有几种写法都算对的，都写上。")]
    return [] if len(item.answer) <= MOST_TEXTS else [Words("填空题最多写 %(most_texts)s 种答案。", most_texts=MOST_TEXTS)]


def _written(item: NewItem) -> list[str]:
    return [*item.options, *item.texts]
