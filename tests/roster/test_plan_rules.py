"""What a file would change: who is met, who is new, what is refused; an export read back changes nothing, and a change is exactly itself."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from learning.organization.rules import EXPECTATIONS, STAGES
from learning.roster import column_rules, export_rules, plan_rules, table_rules
from learning.roster.plan_rules import KEPT, USUAL, Home, Plan, Standing
from learning.roster.table_rules import Line

TODAY = date(2026, 11, 2)
WILLOW = Home(1, "QC0101", "柳荫村党支部", "晴川县委样例镇党委柳荫村党支部", "柳荫村党支部")
FIRST = Home(2, "QC0201", "第一支部", "晴川县委样例镇党委向阳社区党委第一支部", "晴川县委样例镇党委向阳社区党委第一支部")
OTHER = Home(3, "QC0301", "第一支部", "晴川县委样例镇党委荷塘社区党委第一支部", "晴川县委样例镇党委荷塘社区党委第一支部")
HOMES = (WILLOW, FIRST, OTHER)


def someone(number: int, name: str, home: Home = WILLOW, **more: Any) -> Standing:
    values = {**USUAL, "joined_on": None, "since": date(2026, 1, 1), **{field: more.pop(field) for field in (*KEPT, "joined_on") if field in more}}
    return Standing(number, name, home.id, values, **more)


def planned(lines: list[dict[str, Any]], people: list[Standing], *, default: Home | None = WILLOW, taken: dict[str, int] | None = None) -> Plan:
    read = [Line(place, values) for place, values in enumerate(lines, 2)]
    return plan_rules.plan(read, homes=HOMES, default=default, people=people, taken=taken or {}, hashed=lambda number: f"#{number}")


def read_back(people: list[Standing]) -> list[Line]:
    rows = [export_rules.HEADERS, *export_rules.rows(people, HOMES)]
    table = table_rules.table_of([("名册", rows, frozenset())])
    return table_rules.lines(table, column_rules.understood(table.headers, {}), today=TODAY)


def test_a_known_name_is_met_and_a_new_one_is_added():
    plan = planned([{"name": "张甲", "stage": "full"}, {"name": "李乙"}, {"name": "王丙", "online": False}], [someone(7, "张 甲"), someone(8, "王丙")])
    assert (plan.same, plan.added, plan.refused, plan.unnamed) == (1, 1, 0, 0)
    told = [(one.name, one.person_id, one.words) for one in plan.changes]
    assert told == [("李乙", None, "加入柳荫村党支部名册：正式党员，应训"), ("王丙", 8, "能用手机上网由“是”改为“否”")]


def test_what_the_file_does_not_say_stays():
    plan = planned([{"name": "张甲"}], [someone(7, "张甲", stage="activist", online=False, contact="王丙"), someone(8, "李乙")])
    assert plan.changes == () and plan.same == 1 and plan.unnamed == 1


def test_branches_by_name_by_code_and_by_the_names_above():
    where = {"柳荫村党支部": WILLOW, "qc0101": WILLOW, "中共柳荫村支部委员会": WILLOW, "向阳社区党委第一支部": FIRST, "样例镇党委荷塘社区党委第一党支部": OTHER}
    for words, home in where.items():
        (change,) = planned([{"name": "新同志", "branch": words}], [], default=None).changes
        assert change.home is home, words
    for words in ("第一支部", "支部", "石桥村党支部", ""):
        assert planned([{"name": "新同志", "branch": words}], [], default=None).refused == 1, words


def test_namesakes_are_told_apart_or_refused():
    twins = [{"name": "张甲"}, {"name": "张甲"}]
    assert planned(twins, []).refused == 2
    told = [{"name": "张甲", "mobile": "19900000001"}, {"name": "张甲", "mobile": "19900000002"}]
    assert planned(told, []).added == 2
    assert planned(told[:1] * 2, []).refused == 2
    standing = [someone(7, "张甲", mobile="#19900000001"), someone(8, "张甲", mobile="#19900000002")]
    assert planned(told, standing, taken={"#19900000001": 7, "#19900000002": 8}).same == 2
    assert planned([{"name": "张甲"}], standing).refused == 1
    assert planned([{"name": "张甲", "id": 8, "stage": "activist"}], standing).changes[0].person_id == 8


def test_a_name_with_another_number_is_asked_about_and_both_answers_are_taken():
    row = {"name": "张甲", "stage": "probationary", "mobile": "19900000009"}
    standing = [someone(7, "张 甲", mobile="#19900000001")]
    asked = planned([row], standing)
    assert asked.changes == () and [one.refused for one in asked.complaints] == [True]
    assert "写 7" in asked.complaints[0].words and "写“新”" in asked.complaints[0].words
    (same_person,) = planned([{**row, "id": 7}], standing).changes
    assert same_person.person_id == 7 and set(same_person.values) == {"stage", "mobile"}
    (another,) = planned([{**row, "id": None}], standing).changes
    assert another.person_id is None and another.values["mobile"] == "19900000009"
    after = [*standing, someone(8, "张甲", stage="probationary", mobile="#19900000009")]
    assert planned([{**row, "id": None}], after, taken={"#19900000009": 8}).same == 1, "the file once more adds nobody again"


def test_a_number_is_entered_for_the_one_of_a_name_who_has_none():
    row = {"name": "张甲", "mobile": "19900000009"}
    assert [one.person_id for one in planned([row], [someone(7, "张甲")]).changes] == [7]


def test_two_rows_of_a_name_with_two_numbers_are_two_people():
    rows = [{"name": "张甲", "mobile": "19900000001"}, {"name": "张甲", "mobile": "19900000002", "stage": "activist"}]
    both = planned(rows, [someone(7, "张甲", mobile="#19900000003")])
    assert both.changes == () and both.refused == 2, "either may be the one who stands, with a new number"
    both = planned(rows, [someone(7, "张甲")])
    assert both.changes == () and both.refused == 2 and all("写 7" in one.words and "写“新”" in one.words for one in both.complaints)
    for one in (someone(7, "张甲", mobile="#19900000001"), someone(7, "张甲")):
        owners = {"#19900000001": 7} if one.mobile else {}
        (*_, other) = planned([{**rows[0], "id": 7} if one.mobile is None else rows[0], rows[1]], [one], taken=owners).changes
        assert other.person_id is None and other.row == 3, "the first row is the one who stands, so the second is not"
    marked = planned([rows[0], {**rows[1], "id": None}], [someone(7, "张甲")])
    assert [one.person_id for one in marked.changes] == [7, None]


def test_another_of_a_name_that_several_have_is_added_when_the_file_says_so():
    standing = [someone(7, "张甲", mobile="#19900000001"), someone(8, "张甲")]
    row = {"name": "张甲", "mobile": "19900000009"}
    (asked,) = planned([row], standing).complaints
    assert asked.refused and "写“新”" in asked.words
    assert planned([{**row, "id": None}], standing).added == 1


def test_someone_new_without_a_number_is_told_from_a_namesake_only_by_hand():
    assert planned([{"name": "张甲", "id": None}], []).added == 1
    assert planned([{"name": "张甲", "id": None}], [someone(7, "张甲")]).refused == 1, "the same file once more would add them again"
    assert planned([{"name": "张甲", "id": None}] * 2, []).refused == 2


def test_whoever_holds_a_post_is_not_given_a_number_by_their_name():
    (asked,) = planned([{"name": "李乙", "mobile": "19900000001"}], [someone(8, "李乙", guarded=True, mobile="#19900000002")]).complaints
    assert asked.refused and "上级管理员" in asked.words and "写“新”" in asked.words


def test_what_nobody_may_do_by_a_file():
    people = [someone(7, "张甲", untouchable=True), someone(8, "李乙", guarded=True), someone(9, "王丙", FIRST)]
    lines: list[dict[str, Any]] = [
        {"name": "张甲", "stage": "activist"},
        {"name": "李乙", "mobile": "19900000001"},
        {"name": "王丙", "id": 9, "branch": "QC0101"},
        {"name": "赵丁", "id": 99},
        {"name": "陈戊", "mobile": "19900000002"},
    ]
    plan = planned(lines, people, taken={"#19900000002": 55})
    assert plan.changes == () and [one.row for one in plan.complaints] == [2, 3, 4, 5, 6]
    assert "19900000002" not in repr(plan.complaints)
    assert planned([{"name": "张甲"}], people).same == 1, "one's own line without a change is no complaint"


NAMES = st.text(st.sampled_from("张李王赵陈刘杨周吴郑𠮷㐂一二甲乙丙丁·"), min_size=2, max_size=5).filter(lambda name: name.strip("·") != "")
WORDS = st.text(st.sampled_from("王丙丁（）外地 -=+@'a1"), max_size=10).map(str.strip)
EVERYONE = st.lists(
    st.builds(
        lambda name, home, stage, expectation, online, floating, contact, host, joined: (
            name,
            home,
            {
                **{"stage": stage, "expectation": expectation, "online": online, "floating": floating, "contact": contact, "host": host, "joined_on": joined},
            },
        ),
        NAMES,
        st.sampled_from(HOMES),
        st.sampled_from(STAGES),
        st.sampled_from(EXPECTATIONS),
        st.booleans(),
        st.booleans(),
        WORDS,
        WORDS,
        st.none() | st.dates(min_value=date(1930, 1, 1), max_value=TODAY),
    ),
    min_size=1,
    max_size=8,
).map(lambda rows: [someone(place, name, home, **values) for place, (name, home, values) in enumerate(rows, 1)])


@settings(max_examples=150, deadline=None)
@given(EVERYONE)
def test_an_export_read_back_changes_nothing(people: list[Standing]):
    plan = plan_rules.plan(read_back(people), homes=HOMES, default=None, people=people, taken={}, hashed=str)
    assert (plan.changes, plan.refused, plan.same, plan.unnamed) == ((), 0, len(people), 0)


@settings(max_examples=150, deadline=None)
@given(EVERYONE, st.data())
def test_a_changed_file_shows_exactly_the_difference(people: list[Standing], data: st.DataObject):
    place = data.draw(st.integers(0, len(people) - 1))
    field = data.draw(st.sampled_from(("stage", "expectation", "online", "floating", "contact")))
    other = {"stage": "applicant", "expectation": "encouraged", "online": False, "floating": True, "contact": "陈戊"}[field]
    changed = [*people]
    changed[place] = replace(people[place], values={**people[place].values, field: other})
    plan = plan_rules.plan(read_back(changed), homes=HOMES, default=None, people=people, taken={}, hashed=str)
    told = [(change.person_id, dict(change.values)) for change in plan.changes]
    assert told == ([(people[place].id, {field: other})] if people[place].values[field] != other else [])
