"""Questions as teachers write them: stems with numbers, answers wherever they put them."""

import pytest

from courses.importers import aiken, written

FIRE = ("110", "119", "120", "122")


def only(text: str):
    found = written.parsed(text)
    assert not found.refused, found.refused
    assert len(found.questions) == 1
    return found.questions[0].item


@pytest.mark.parametrize(
    "text",
    [
        "1. 发现火灾应拨打（ B ）\nA. 110\nB. 119\nC. 120\nD. 122",
        "1、发现火灾应拨打（　）\nA、110 B、119 C、120 D、122\n答案：B",
        "（1）发现火灾应拨打( )\n(A) 110\n(B) 119\n(C) 120\n(D) 122\n正确答案: b",
        "第1题 发现火灾应拨打\nA．110\nB．119\nC．120\nD．122\n【答案】B",
        "1．发现火灾应拨打：A.110 B.119 C.120 D.122 答案：B",
        "发现火灾应拨打\nA. 110\nB. 119\nC. 120\nD. 122\n参考答案：119",
        "１）发现火灾应拨打\n a. 110\n b. 119\n c. 120\n d. 122\n答案：②",
        "【单选题】发现火灾应拨打\nA. 110\nB. 119\nC. 120\nD. 122\n答案是B",
    ],
)
def test_a_single_choice_is_read_however_it_is_written(text: str):
    item = only(text)
    assert (item.kind, item.options, item.answer) == ("single", FIRE, (1,))
    assert item.stem.startswith("发现火灾应拨打")
    assert "B" not in item.stem


@pytest.mark.parametrize("mark", ["√", "对", "正确", "T", "是"])
def test_a_true_statement(mark: str):
    assert only(f"1. 每月一次主题党日\n答案：{mark}").answer == (0,)


@pytest.mark.parametrize(
    "text", ["1. 着火时应乘电梯（×）", "1. 着火时应乘电梯（错）", "一、判断题\n1. 着火时应乘电梯\n答案：B", "1. 着火时应乘电梯。 答案：错误"]
)
def test_a_false_statement(text: str):
    item = only(text)
    assert (item.kind, item.answer) == ("true_false", (1,))
    assert item.stem.rstrip("。") == "着火时应乘电梯"


def test_a_section_gives_its_type_and_score():
    found = written.parsed(
        "一、多选题（每题 3 分，共 3 分）\n1. 哪些对（AC）\nA. 甲\nB. 乙\nC. 丙\n二、填空题\n2. 一年不少于____学时\n答案：32；三十二\n解析：条例第二十条"
    )
    many, blank = (one.item for one in found.questions)
    assert (many.kind, many.answer, many.score) == ("multiple", (0, 2), 3)
    assert (blank.kind, blank.answer, blank.explanation, blank.score) == ("fill_in", ("32", "三十二"), "条例第二十条", 1)


def test_a_key_of_answers_at_the_end():
    stems = "".join(f"{n}. 第{n}题\nA. 甲\nB. 乙\nC. 丙\n" for n in range(1, 6))
    found = written.parsed(f"一、单选题\n{stems}二、判断题\n1. 对吗\n2. 错吗\n参考答案\n一、单选题\n1-3：A B C  4. B  5、A\n二、判断题\n1. √ 2. ×")
    assert not found.refused
    assert [one.item.answer for one in found.questions] == [(0,), (1,), (2,), (1,), (0,), (0,), (1,)]


def test_lines_go_on_where_they_belong():
    item = only("1. 民法典自何时起施行\n请选一个日期\nA. 2020-05-28\nB. 2021-01-01\n起\n答案：B\n解析：民法典第1260条，\n另见实施的通知")
    assert item.stem == "民法典自何时起施行\n请选一个日期"
    assert item.options[1] == "2021-01-01起"
    assert item.explanation == "民法典第1260条，\n另见实施的通知"


def test_a_letter_within_an_option_begins_none():
    assert only("1. 吃什么好\nA. 维生素B、维生素C\nB. 盐\n答案：A").options == ("维生素B、维生素C", "盐")


def test_a_number_with_a_point_begins_no_question():
    assert only("1. 楼高多少\n3.5 米还是\nA. 三\nB. 四\n答案：A").stem == "楼高多少\n3.5 米还是"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1. 谁\nA. 甲\nB. 乙", "没有找到答案"),
        ("1. 谁\nA. 甲\nB. 乙\n答案：E", "只有 2 个选项"),
        ("1. 谁\nA. 甲\nB. 甲\n答案：A", "两个选项一样"),
        ("一、单选题\n1. 谁\nA. 甲\nB. 乙\n答案：AB", "答案却不止一个"),
        ("一、简答题\n1. 说说\n答案：略", "要人来评分"),
        ("1. 先____后____\n答案：甲；乙", "每题一个空"),
        ("一、判断题\n1. 谁\n答案：也许", "请写“对”或“错”"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_line(text: str, reason: str):
    found = written.parsed(f"{text}\n9. 好题\nA. 甲\nB. 乙\n答案：A" if "一、" not in text else text)
    assert [one.where for one in found.refused] == ["第 2 行" if "一、" in text else "第 1 行"]
    assert reason in found.refused[0].reason
    assert len(found.questions) == (0 if "一、" in text else 1)


def test_aiken():
    text = "What is 119?\nA. Police\nB) Fire\nANSWER: B\n\nSecond\nline\nA. x\nB. y\nC. z\nANSWER: A, C\nFEEDBACK: because"
    assert aiken.is_aiken(text)
    fire, second = (one.item for one in aiken.parsed(text).questions)
    assert (fire.stem, fire.options, fire.answer) == ("What is 119?", ("Police", "Fire"), (1,))
    assert (second.stem, second.kind, second.answer, second.explanation) == ("Second\nline", "multiple", (0, 2), "because")
