"""Questions in a table: which column is which is told by its heading, under the names found in the wild."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from courses.importers.rules import Draft, Found, Reading, Refusal, judged_one, labelled
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from courses.questions.rules import MOST_OPTIONS

_HEADINGS = {
    "kind": ("题型", "类型", "试题类型", "题目类型", "题类", "题目题型", "试题题型"),
    "stem": ("题干", "题目", "试题", "题目内容", "试题内容", "问题", "试题题干", "题面", "题干内容", "题目标题", "试题名称", "题目名称"),
    "options": ("选项", "备选答案", "可选项", "选项内容", "候选答案", "备选项"),
    "answer": ("答案", "正确答案", "标准答案", "参考答案", "答案选项", "正确选项", "试题答案"),
    "explanation": ("解析", "试题解析", "答案解析", "题目解析", "讲解", "说明", "答案说明", "分析", "依据", "出处"),
    "topic": ("知识点", "考点", "所属知识点", "知识点名称", "分类", "章节", "题目分类", "试题分类", "标签", "所属分类"),
    "difficulty": ("难度", "难易度", "难易程度", "难度等级", "试题难度", "题目难度"),
    "score": ("分值", "分数", "得分", "默认分数", "每题分数", "题目分值", "试题分数"),
}
_KNOWN = {heading: name for name, headings in _HEADINGS.items() for heading in headings}
_OPTION = re.compile(r"(?:备?选项|答案|候选)?([A-H]|[1-8])(?:选项)?")
SEARCHED = 20  # rows within which the headings must stand
_LONGEST = 100  # letters of a cell that may be a heading


def reading(sheets: Sequence[Any], report: Callable[[int], None]) -> Reading:
    """The questions of the sheets that have headings; raises `Refused` if none has. `report` hears how many percent of the rows were read."""
    headed = [(sheet, head) for sheet in sheets if (head := _head(sheet.rows)) is not None]
    if not headed:
        raise Refused("没有找到表头。第一行请写：题型、题干、选项A、选项B、选项C、选项D、答案、解析。")
    rows = sum(len(sheet.rows) for sheet in sheets)
    judged: list[Found | Refusal] = []
    for sheet, head in headed:
        for one in _rows(sheet, *head, f"“{sheet.name}”" if len(sheets) > 1 and sheet.name else ""):
            judged.append(one)
            report(100 * len(judged) // rows)
    report(100)
    return Reading.of(judged)


def columns(row: Sequence[Any]) -> dict[str, Any]:
    """Which column holds what, by a row of headings: the names of `Draft`, and `option` as {place: column}."""
    out: dict[str, Any] = {"option": {}}
    for place, cell in enumerate(row):
        heading = re.sub(r"[\s*＊:：]|[（(].*?[)）]", "", str(cell)[:_LONGEST]).upper()
        option = _OPTION.fullmatch(heading)
        if option and heading not in _KNOWN:
            mark = option[1]
            out["option"].setdefault(ord(mark) - 65 if mark.isalpha() else int(mark) - 1, place)
        elif heading in _KNOWN:
            out.setdefault(_KNOWN[heading], place)
    return out


def _head(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, Any]] | None:
    """The row of headings: the first that names a question and an answer."""
    for place, row in enumerate(rows[:SEARCHED]):
        known = columns(row)
        if "stem" in known and "answer" in known:
            return place, known
    return None


def _rows(sheet: Any, head: int, known: Mapping[str, Any], name: str) -> Iterator[Found | Refusal]:
    used = {place for key, place in known.items() if key != "option"} | set(known["option"].values())
    for place, row in enumerate(sheet.rows[head + 1 :], head + 1):
        if not any(_words(row, column) for column in used):
            continue
        where = Words("%(sheet)s第 %(n)s 行", sheet=name, n=place + 1) if name else Words("第 %(n)s 行", n=place + 1)
        if any((place, column) in sheet.formulas for column in used):
            yield Refusal(where, Words("这一行有公式。请复制后“选择性粘贴”为数值，再上传。"))
        else:
            yield judged_one(_draft(where, row, known))


def _draft(where: str, row: Sequence[Any], known: Mapping[str, Any]) -> Draft:
    said = {key: _words(row, place) for key, place in known.items() if key not in {"option", "options"}}
    return Draft(where, **said, options=_options(row, known))


def _options(row: Sequence[Any], known: Mapping[str, Any]) -> list[str]:
    """The options up to the last that is filled in: an empty one between two others is a slip that is told."""
    single = [_words(row, known["option"][place]) if place in known["option"] else "" for place in range(MOST_OPTIONS)]
    while single and not single[-1]:
        single.pop()
    if single or "options" not in known:
        return single
    joined = _words(row, known["options"])
    marked = labelled(joined)[1]
    return marked or [part.strip() for part in re.split(r"[\n|;；]", joined) if part.strip()]


def _words(row: Sequence[Any], column: int) -> str:
    """A cell in words: a number without its .0, a day and a truth as they are read."""
    cell = row[column] if column < len(row) else ""
    if isinstance(cell, bool):
        return "对" if cell else "错"
    if isinstance(cell, date):
        return cell.isoformat()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
