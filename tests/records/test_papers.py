"""The printed forms, read back by programs that are not ours: words, fonts, pages, and the same bytes for the same paper."""

import re
import subprocess

import pytest

from courses.kernel.db import db, transaction
from learning.organization import actions as organization
from learning.organization.models import Person
from learning.records import actions, pdf, rules, typst
from learning.records.models import BranchRecord, Certificate
from tests.people import NOW
from tests.records.proofs import ZONE, certify, confirm, fonts, pages, printed, settle, someone, study

ADDRESS = "https://dx.example.cn/check/QC0101-2026-000001-I/ABCDEF"
RARE = ["㛃", "䶮", "𬭎", "𠅤", "𠮷", "㐂", "𫖮", "𬍛"]  # from CJK extensions A, B, C and E, each in somebody's name


def certificate_pdf(row: Certificate) -> bytes:
    return pdf.certificate(row, address=ADDRESS, zone=ZONE)


def branch_pdf(row: BranchRecord) -> bytes:
    return pdf.branch_record(row, address=ADDRESS, zone=ZONE)


def closed_up(words: str) -> str:
    return re.sub(r"\s", "", words)


@pytest.fixture
def row(county, course):
    return certify(county, course)


def named(county, course, name):
    with transaction():
        organization.rename(db.session.get_one(Person, county.member), name)
    return certify(county, course)


def test_a_certificate_says_what_was_issued(row):
    said = closed_up(printed(certificate_pdf(row)))
    for words in (
        "学习结业证明",
        row.number,
        row.code,
        "张甲",
        "样例镇党委柳荫村党支部",
        "消防安全进家门（微课）",
        "0.25学时",
        "2026年11月2日",
        "集中学习（点名）",
    ):
        assert closed_up(words) in said
    assert "考核合格" not in said, "whoever was present took no quiz"
    assert len(pages(certificate_pdf(row))) == 1


def test_a_certificate_of_study_online_says_that_the_quiz_was_passed(county, course):
    study(county.member, course)
    settle(county.member, course)
    said = closed_up(printed(certificate_pdf(db.session.query(Certificate).one())))
    assert "考核合格" in said
    assert "合格（100分）" in said


def test_rare_characters_of_a_name_are_in_the_words_of_the_page(county, course):
    name = "张" + "".join(RARE)
    row = named(county, course, name)
    assert row.person_name == name
    assert name in closed_up(printed(certificate_pdf(row)))


def test_rare_characters_of_a_name_are_drawn(row):
    """A missing glyph is no error to the typesetter: it draws a box. So each must look different from a box and from the others."""
    values = pdf.certificate_values(row, address=ADDRESS, zone=ZONE)
    drawn = {mark: typst.picture("certificate", {**values, "text": f"兹证明 {mark} 同志"}, dots_per_inch=50) for mark in ["\U000e1000", *RARE]}
    assert len(set(drawn.values())) == len(drawn), [mark for mark in RARE if drawn[mark] == drawn["\U000e1000"]]


@pytest.mark.parametrize(
    "name", ['#panic("x")', "$x$ *b* _i_ `c`", "<script>", "\\u{41} \\ // --- ~", "张\u200d甲", "阿卜杜拉·买买提艾力·阿卜杜热合曼·依明江·玉苏甫江·艾合买提"]
)
def test_a_name_is_set_as_it_is_and_never_read_as_an_instruction(county, course, name):
    row = named(county, course, name[:40])
    pdf_made = certificate_pdf(row)
    assert len(pages(pdf_made)) == 1
    assert closed_up(row.person_name.replace("\u200d", "")) in closed_up(printed(pdf_made).replace("\u200d", ""))


def test_the_same_certificate_gives_the_same_bytes(row):
    first = certificate_pdf(row)
    db.session.expire_all()
    assert certificate_pdf(db.session.get_one(Certificate, row.id)) == first
    values = pdf.certificate_values(row, address=ADDRESS, zone=ZONE)
    assert typst.pdf("certificate", dict(reversed(values.items()))) == first


def test_another_address_gives_another_qr_code(row):
    assert pdf.certificate(row, address=ADDRESS + "X", zone=ZONE) != certificate_pdf(row)


def test_every_font_is_embedded(county, row, tmp_path):
    for made in (certificate_pdf(row), branch_pdf(confirm(county, [someone()]))):
        listed = fonts(made, tmp_path)
        assert listed
        assert all("Noto" in line[0] and line[-5:-2] == ["yes", "yes", "yes"] for line in listed), listed


def test_what_changed_since_stands_on_the_paper(county, row):
    with transaction():
        actor, mine = db.session.get_one(Person, county.county_admin), db.session.get_one(Certificate, row.id)
        actions.correct(mine, "person_name", "张佳", "同音字", actor=actor, now=NOW)
    said = closed_up(printed(certificate_pdf(row)))
    assert "姓名更正为“张佳”（2026年11月2日）" in said
    assert "张甲" in said
    with transaction():
        actions.revoke(db.session.get_one(Certificate, row.id), "登记有误", actor=db.session.get_one(Person, county.county_admin), now=NOW)
    said = closed_up(printed(certificate_pdf(row)))
    assert "已于2026年11月2日撤销，不再有效" in said
    assert "登记有误" not in said


def test_no_seal_is_drawn_and_no_number_of_anyones_is_printed(row):
    made = certificate_pdf(row)
    assert "（盖章处）" in closed_up(printed(made))
    assert not re.search(r"\b1\d{10}\b|\d{17}[\dX]", printed(made))


def crowd(size):
    notes = ["", "外出流动（联系人李乙）；2026-11-02 请假（外出流动）；送学上门 1 次（2026-11-03）"]
    return [someone(f"第{n:03d}人", number=f"QC0101-2026-{n:06d}-A" if n % 2 else "", note=notes[n % 2]) for n in range(1, size + 1)]


def test_numbers_and_stages_stand_on_one_line_and_what_was_done_under_its_heading(county):
    row = confirm(county, [someone(stage="activist", number="QC0101-2026-000017-K 等 3 份", route="class")])
    said = printed(branch_pdf(row), "-layout")
    assert any(all(words in line for words in ("入党积极分子", "集中学习（点名）", "-K 等 3 份")) for line in said.splitlines()), said
    assert "支部做的工作和下一步" in said


def test_a_branch_of_three_fits_a_page(county):
    row = confirm(county, crowd(3))
    sheets = pages(branch_pdf(row))
    assert len(sheets) == 1
    said = closed_up(sheets[0])
    for words in (
        "支部完成记录",
        row.number,
        row.code,
        row.sha256,
        "样例镇党委柳荫村党支部",
        "第001人",
        "第003人",
        "书记签字",
        "（盖章处）",
        "第1页，共1页",
        "33%",
    ):
        assert closed_up(words) in said


def test_a_branch_of_three_hundred_has_its_heading_on_every_page_and_loses_nobody(county):
    row = confirm(county, crowd(300))
    sheets = [closed_up(sheet) for sheet in pages(branch_pdf(row))]
    assert len(sheets) > 8
    lists = [sheet for sheet in sheets if re.search(r"第\d{3}人", sheet)]
    assert len(lists) >= len(sheets) - 1
    for sheet in lists:
        absent = [words for words in ("序号", "姓名", "党员类别", "完成情况", "学习形式", "完成日期", "证明编号", "说明与帮助") if words not in sheet]
        assert not absent, sheet[:300]
    names = re.findall(r"第\d{3}人", "".join(sheets))
    assert names == [f"第{n:03d}人" for n in range(1, 301)]
    for place, sheet in enumerate(sheets, 1):
        assert f"第{place}页，共{len(sheets)}页" in sheet
        assert row.number in sheet
    assert sum("书记签字" in sheet for sheet in sheets) == 1


def test_a_branch_record_without_anyone_is_still_a_paper(county):
    assert "支部完成记录" in closed_up(printed(branch_pdf(confirm(county, []))))


def test_the_fingerprint_on_the_paper_is_that_of_what_is_kept(county):
    row = confirm(county, crowd(3))
    assert row.sha256 == rules.fingerprint(row.content)


def test_the_paper_is_a4(county, row, tmp_path):
    for made, size in ((certificate_pdf(row), "595.276 x 841.89"), (branch_pdf(confirm(county, crowd(3))), "841.89 x 595.276")):
        path = tmp_path / "paper.pdf"
        path.write_bytes(made)
        assert size in subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout


def test_a_demo_says_that_it_is_one_and_a_real_county_does_not(row):
    values = pdf.certificate_values(row, address=ADDRESS, zone=ZONE)
    assert not values["demo"]
    assert "演示数据" not in printed(certificate_pdf(row))
    assert "演示数据" in printed(typst.pdf("certificate", {**values, "demo": True}))
