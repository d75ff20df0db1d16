"""Files of long runs: whatever a stranger repeats, a reader's work grows with the file alone, and what is too long is told by its line."""

import subprocess
import sys
from pathlib import Path

import pytest

from courses.importers import aiken, files, gift, rules, written

ROOT = Path(__file__).parents[2]
# Minutes without the laws of this file, about a second with them.
READ = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from courses.importers import files
from courses.kernel.errors import Refused
try:
    files.read(Path(sys.argv[1]))
except Refused:
    pass
"""
SPACES, ACCENTS = " " * 19_000, "\u0300\u0316" * 9_000
OPTIONS = "；".join(map(str, range(15_000, 0, -1)))
RUNS = {
    "empty lines.txt": "1" + "\n" * 400_000 + "x",
    "a heading.txt": f"一{SPACES}x\n" * 40,
    "a type.txt": f"1. 甲{SPACES}乙\n" * 40,
    "a reason.txt": f"1. 甲\n答案：乙{SPACES}丙\n" * 40,
    "pauses.txt": f"1. 甲\n答案：乙{'；' * 19_000}丙\n" * 40,
    "a key.txt": "1. 甲\n" + f"答案{SPACES}x\n" * 40,
    "answers of a key.txt": "1. 甲\n参考答案\n" + f"1-1{SPACES}x\n" * 40,
    "many keys.txt": "".join(f"{n}. 甲\n" for n in range(1, 9999)) * 2 + "参考答案\n" + "1. A\n" * 20_000,
    "marks.gift.txt": f"[html]{'<' * 19_000}{{=a}}\n\n" * 100,
    "one mark.gift.txt": f"[html]{'<' * 400_000}{{=a}}",
    "accents.txt": f"1. 甲\n答案：{ACCENTS}\n" * 100,
    "accents.gift.txt": f"a{{={ACCENTS} ~b}}\n\n" * 100,
    "one letter a line.txt": "1. 甲" + "\nx" * 400_000,
    "one letter a line of aiken.txt": "x\n" * 400_000 + "A. x\nB. y\nANSWER: A",
    "options.csv": "题干,选项,答案\n" + f"甲,{OPTIONS},{OPTIONS}\n" * 20,
    "brackets.csv": "题型," + f"{'(' * 99_000}," * 40 + "题干,答案\n",
}


@pytest.mark.parametrize("name", RUNS)
def test_reading_a_long_run_takes_no_longer_than_the_file_is_long(name: str, tmp_path: Path):
    (tmp_path / name).write_text(RUNS[name])
    assert (tmp_path / name).stat().st_size < files.MOST_BYTES
    ended = subprocess.run([sys.executable, "-c", READ, tmp_path / name], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr or "it was still reading after 20 seconds of the processor's time"


LONG = "长" * (rules.MOST_LINE + 1)


@pytest.mark.parametrize(
    ("read", "text", "where"),
    [
        (written.parsed, f"1. 甲\nA. 对\nB. 错\n答案：A\n2. 乙{LONG}\nA. 对\nB. 错\n答案：B\n3. 丙\nA. 对\nB. 错\n答案：A", (5, 5)),
        (written.parsed, f"1. 甲\nA. 对\nB. 错\n答案：A\n2. 乙\nA. 对\nB. 错\n答案：B\n解析：{LONG}\n3. 丙\nA. 对\nB. 错\n答案：A", (5, 9)),
        (aiken.parsed, f"甲\nA. 对\nB. 错\nANSWER: A\n乙{LONG}\nA. 对\nB. 错\nANSWER: B\n丙\nA. 对\nB. 错\nANSWER: A", (5, 5)),
        (aiken.parsed, f"甲\nA. 对\nB. 错\nANSWER: A\n乙\nA. 对\nB. 错{LONG}\nANSWER: B\n丙\nA. 对\nB. 错\nANSWER: A", (5, 7)),
    ],
)
def test_a_line_too_long_is_told_and_the_rest_of_the_file_is_read(read, text, where):
    found = read(text)
    assert [(one.item.stem, one.item.answer) for one in found.questions] == [("甲", (0,)), ("丙", (0,))]
    assert [one.where for one in found.refused] == [f"第 {where[0]} 行"]
    assert f"第 {where[1]} 行超过 20000 字" in found.refused[0].reason and "分成几行" in found.refused[0].reason


def test_a_first_line_too_long_is_told_too():
    found = written.parsed(f"标题{LONG}\n1. 甲\nA. 对\nB. 错\n答案：A")
    assert [one.item.stem for one in found.questions] == ["甲"]
    assert [one.where for one in found.refused] == ["第 1 行"] and "太长" in found.refused[0].reason


def test_a_gift_question_too_long_is_told_and_the_rest_of_the_file_is_read():
    found = gift.parsed(f"甲 {{=对 ~错}}\n\n乙{LONG} {{=对 ~错}}\n\n丙 {{=对 ~错}}")
    assert [one.item.stem for one in found.questions] == ["甲", "丙"]
    assert [one.where for one in found.refused] == ["第 3 行"] and "太长" in found.refused[0].reason


def test_a_sign_given_by_thousands_of_figures_is_refused_alone():
    found = gift.parsed(f"[html]甲&#{'9' * 5000}; {{=对 ~错}}\n\n丙 {{=对 ~错}}")
    assert [one.item.stem for one in found.questions] == ["丙"] and "不能保存的字符" in found.refused[0].reason


@pytest.mark.parametrize(
    ("line", "answer", "reason"),
    [
        ("1. 甲对吗 【正确答案】 对；【解析】 因为", "对", "因为"),
        ("1. 甲对吗（答案：对，解析：因为", "对", "因为"),
        ("1. 甲对吗 答案: 对 [试题解析] 因为", "对", "因为"),
        ("1. 甲对吗\n答案：对。 （解析）：因为", "对", "因为"),
    ],
)
def test_an_answer_and_its_reason_behind_a_question_are_cut_off_cleanly(line: str, answer: str, reason: str):
    (draft,) = written.Writing(line.splitlines()).drafts()
    assert (draft.stem, draft.answer, draft.explanation) == ("甲对吗", answer, reason)
