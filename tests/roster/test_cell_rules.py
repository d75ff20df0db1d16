"""One cell: days in every spelling, names, stages, yes and no; what is not understood is not repeated."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.roster import cell_rules, column_rules
from learning.roster.cell_rules import Unclear

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("spelled", "day"),
    [
        ("2026-01-02", date(2026, 1, 2)),
        ("2026/1/2", date(2026, 1, 2)),
        ("2026.1.2", date(2026, 1, 2)),
        ("2026年1月2日", date(2026, 1, 2)),
        ("2026年1月", date(2026, 1, 1)),
        ("2026.01", date(2026, 1, 1)),
        ("202601", date(2026, 1, 1)),
        ("20260102", date(2026, 1, 2)),
        ("２０２６－０１－０２", date(2026, 1, 2)),
        (" 2026 年 1 月 2 日 ", date(2026, 1, 2)),
        ("46024", date(2026, 1, 2)),
        ("46024.5", date(2026, 1, 2)),
        ("2026-01-02 00:00:00", date(2026, 1, 2)),
    ],
)
def test_days_in_all_spellings(spelled: str, day: date):
    assert cell_rules.day_of(spelled, today=TODAY) == day


@pytest.mark.parametrize("spelled", ["2026-02-30", "2026-13-01", "去年", "2027-01-01", "1899-01-01", "12", "20261301", "1/2/2026"])
def test_days_that_are_none(spelled: str):
    with pytest.raises(Unclear):
        cell_rules.day_of(spelled, today=TODAY)


@given(st.dates(min_value=date(1930, 1, 1), max_value=TODAY))
def test_a_day_reads_back_from_every_way_to_write_it(day: date):
    ways = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        str((day - date(1899, 12, 30)).days),
    ]
    assert {cell_rules.day_of(way, today=TODAY) for way in ways} == {day}


@pytest.mark.parametrize(("typed", "name"), [("张　甲", "张甲"), (" 李 乙 ", "李乙"), ("𠮷一一", "𠮷一一"), ("阿依·古丽", "阿依·古丽"), ("Anna Li", "Anna Li")])
def test_names_as_they_are_typed(typed: str, name: str):
    assert cell_rules.name_of(typed) == name


@pytest.mark.parametrize("typed", ["王?", "王\ue001", "王□", "...", "王" * 41, "王19900001111", "11010519491231002X"])
def test_names_that_cannot_stand(typed: str):
    with pytest.raises(Unclear) as told:
        cell_rules.name_of(typed)
    assert typed not in str(told.value)


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("正式党员", "full"),
        ("中共预备党员", "probationary"),
        ("入党积极分子", "activist"),
        ("积极分子（2025年）", "activist"),
        ("发展对象", "admission_candidate"),
    ],
)
def test_stages(words: str, stage: str):
    assert cell_rules.stage_of(words) == stage


def test_an_illness_is_refused_and_not_repeated():
    assert cell_rules.expectation_of("年老体弱") == "encouraged"
    with pytest.raises(Unclear) as told:
        cell_rules.expectation_of("高血压三期")
    assert "高血压" not in str(told.value)


def test_yes_and_no_and_no_phone():
    assert [cell_rules.truth_of(words) for words in ("是", "√", "有", "否", "无", "x")] == [True, True, True, False, False, False]
    assert cell_rules.mobile_of("无") is None and cell_rules.mobile_of("+86 199-0000-0001") == "19900000001"


def test_a_number_of_the_system_or_that_it_is_someone_else():
    assert [cell_rules.id_of(words) for words in ("12", "１２", "新", "“新”", " 新同志 ")] == [12, 12, None, None, None]
    for words in ("张甲", "-1", "1.5"):
        with pytest.raises(Unclear, match="请写“新”"):
            cell_rules.id_of(words)


def test_numbers_are_taken_out_of_words_and_nothing_else_is():
    assert cell_rules.words_of("王丙 13800000000") == ("王丙", True)
    assert cell_rules.words_of("王丙（邻居）") == ("王丙（邻居）", False)
    assert cell_rules.words_of("无") == ("", False)


def test_headers_by_synonym_by_memory_and_never_for_identity_numbers():
    headers = ["姓 名", "党员类别（必填）", "手机号码*", "身份证号", "姓名", "备用电话"]
    assert column_rules.understood(headers, {}) == ("name", "stage", "mobile", "", "", "")
    assert column_rules.understood(headers, {"备用电话": "mobile", "手机号码": "", "身份证号": "name"}) == ("name", "stage", "", "", "", "mobile")
