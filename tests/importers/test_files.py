"""Files as they come: what they are is told by their bytes, and what is no question file is refused with a word that helps."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
import xlwt
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings

from courses.importers import files, xlsx
from courses.kernel.errors import Refused
from tests.importers.strategies import usable
from tests.roster import test_reading as harm

HEAD = ("序号", "试题类型", "题目", "A", "B", "C", "D", "正确答案", "试题解析", "难易程度", "考点", "分数")
ROWS = [
    (1, "单选题", "发现火灾应拨打", 110, 119, 120, 122, "B", "火警", "易", "消防", 2),
    (2, "多选", "不得停放电动自行车的有", "门厅", "走道", "楼梯间", "露天", "A,B,C", "", "较难", "消防", "3分"),
    (3, "判断题", "着火时应乘电梯", "", "", "", "", "错", "", "", "", ""),
    (4, "填空", "一年不少于____学时", "", "", "", "", "32|三十二", "第二十条", "", "", ""),
    (5, "简答题", "说说看", "", "", "", "", "略", "", "", "", ""),
    (6, "单选题", "谁", "甲", "乙", "", "", "D", "", "", "", ""),
]
MEANT = [("single", (1,), 1, "消防", 2), ("multiple", (0, 1, 2), 3, "消防", 3), ("true_false", (1,), 2, "", 1), ("fill_in", ("32", "三十二"), 2, "", 1)]


def saved(path: Path, kind: str) -> Path:
    target = path / f"题目.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in (["全县题库"], HEAD, *ROWS):
            book.active.append(row)
        book.save(target)
    elif kind == "xls":
        old = xlwt.Workbook().add_sheet("题库")
        for place, row in enumerate((HEAD, *ROWS)):
            for column, cell in enumerate(row):
                old.write(place, column, cell)
        old._Worksheet__parent.save(str(target))
    else:
        text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEAD, *ROWS))
        target = path / "题目.csv"
        target.write_bytes(text.encode({"gbk": "gb18030", "utf8": "utf-8", "bom": "utf-8-sig"}[kind]))
    return target


@pytest.mark.parametrize(("kind", "skipped"), [("xlsx", 2), ("xls", 1), ("gbk", 1), ("utf8", 1), ("bom", 1)])
def test_a_table_is_read_under_the_headings_found_in_the_wild(kind: str, skipped: int, tmp_path: Path):
    found = files.read(saved(tmp_path, kind))
    assert [(one.item.kind, one.item.answer, one.item.difficulty, one.item.topic, one.item.score) for one in found.questions] == MEANT
    assert found.questions[0].item.options == ("110", "119", "120", "122")
    assert [one.where for one in found.refused] == [f"第 {skipped + 5} 行", f"第 {skipped + 6} 行"]
    assert "要人来评分" in found.refused[0].reason
    assert "只有 2 个选项" in found.refused[1].reason


@given(usable())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_workbook_of_ours_reads_back_the_same(tmp_path: Path, items):
    target = tmp_path / "题库.xlsx"
    target.write_bytes(xlsx.workbook(items))
    found = files.read(target)
    assert not found.refused
    assert [one.item for one in found.questions] == items


def test_ten_thousand_rows_read_whole(tmp_path: Path):
    first = files.read(saved(tmp_path, "xlsx")).questions[0].item
    target = tmp_path / "many.xlsx"
    many = [type(first)(first.kind, f"{first.stem}{n}", first.options, first.answer) for n in range(10_000)]
    target.write_bytes(xlsx.workbook(many))
    told: list[int] = []
    assert [one.item for one in files.read(target, told.append).questions] == many
    assert told == sorted(told) and told[-1] == 100
    assert len(set(told)) == 61, "once the table is read, every percent is told"


def numbered(paragraph, key: int, level: int) -> None:
    shape = paragraph._p.get_or_add_pPr()
    own = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", level), ("w:numId", key)):
        child = OxmlElement(name)
        child.set(qn("w:val"), str(value))
        own.append(child)
    shape.append(own)


def list_in(document) -> int:
    """A list of the document's own: 1. on its first level, A. on its second."""
    root = document.part.numbering_part.element
    shape = OxmlElement("w:abstractNum")
    shape.set(qn("w:abstractNumId"), "77")
    for level, form, pattern in ((0, "decimal", "%1."), (1, "upperLetter", "%2.")):
        one = OxmlElement("w:lvl")
        one.set(qn("w:ilvl"), str(level))
        for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", pattern)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            one.append(child)
        shape.append(one)
    root.insert(0, shape)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "77")
    number.append(link)
    root.append(number)
    return 77


def test_words_own_numbers_are_read_like_typed_ones(tmp_path: Path):
    document = docx.Document()
    key = list_in(document)
    document.add_paragraph("测试题")
    for stem, answer in (("发现火灾应拨打", "B"), ("急救电话是", "C")):
        numbered(document.add_paragraph(stem), key, 0)
        for option in ("110", "119", "120"):
            numbered(document.add_paragraph(option), key, 1)
        document.add_paragraph(f"答案：{answer}")
    document.save(str(tmp_path / "题.docx"))
    found = files.read(tmp_path / "题.docx")
    assert not found.refused
    assert [(one.item.stem, one.item.options, one.item.answer) for one in found.questions] == [
        ("发现火灾应拨打", ("110", "119", "120"), (1,)),
        ("急救电话是", ("110", "119", "120"), (2,)),
    ]


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(8))
    + b'<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&i;&x;</w:t></w:r></w:p></w:body></w:document>'
)
TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
RELATED = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
WORD = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATED}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("空.txt", b"", "空的"),
        ("一.pdf", b"%PDF-1.7 ...", "docx"),
        ("图.png", b"\x89PNG\r\n\x1a\n\0\0\0", "不是题目文件"),
        ("半.docx", lambda: packed(WORD)[:200], "没有保存完整"),
        ("炸弹.docx", lambda: packed({**WORD, "word/document.xml": b"\0" * 400_000_000}), "太大"),
        ("宏.docx", lambda: packed({**WORD, "word/document.xml": b"<w/>", "word/vbaProject.bin": b"x"}), "宏"),
        ("出去.docx", lambda: packed({**WORD, "word/document.xml": b"<w/>", "../../etc/cron.d/x": b"x"}), "结构不对"),
        ("大笑.docx", lambda: packed({**WORD, "word/document.xml": LAUGHS}), "另存为 .docx"),
        ("没有题.txt", "今天天气很好".encode(), "没有找到题目"),
        ("没有表头.csv", "甲,乙\n丙,丁".encode(), "表头"),
    ],
)
def test_what_is_no_question_file_is_refused_with_a_word_that_helps(name: str, data: bytes | Callable[[], bytes], reason: str, tmp_path: Path):
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data())
    with pytest.raises(Refused) as refusal:
        files.read(tmp_path / name)
    assert reason in refusal.value.message


@pytest.mark.parametrize(("make", "reason"), [(harm.macros, "宏"), (harm.locked, "密码"), (harm.bomb, "展开以后太大"), (harm.outside, "结构不对")])
def test_a_workbook_that_means_harm_is_refused_like_any_other(make: Callable[[Path], None], reason: str, tmp_path: Path):
    make(tmp_path / "题目.xlsx")
    with pytest.raises(Refused, match=reason):
        files.read(tmp_path / "题目.xlsx")


def test_the_command_prints_json_and_ends_with_two_for_a_refused_file(tmp_path: Path):
    root = Path(__file__).parents[2]
    good = subprocess.run([sys.executable, "-m", "courses.importers.commands", "read", saved(tmp_path, "xlsx")], capture_output=True, cwd=root)
    said = json.loads(good.stdout)
    assert good.returncode == 0
    assert said["questions"][1] == {
        "type": "multiple",
        "stem": "不得停放电动自行车的有",
        "options": ["门厅", "走道", "楼梯间", "露天"],
        "answer": [0, 1, 2],
        "explanation": "",
        "topic": "消防",
        "difficulty": 3,
        "score": 3,
    }
    assert [one["where"] for one in said["refused"]] == ["第 7 行", "第 8 行"]
    bad = subprocess.run([sys.executable, "-m", "courses.importers.commands", "read", tmp_path / "没有.xlsx"], capture_output=True, cwd=root)
    assert bad.returncode == 2
    assert "没有这个文件" in json.loads(bad.stdout)["reason"]
