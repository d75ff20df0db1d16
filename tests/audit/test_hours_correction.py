"""One person's hours are corrected by the county alone, by a line more with its reason, and never in a closed year."""

from datetime import date

import pytest
from flask import Flask

from courses.kernel.db import db, transaction
from learning.goals import queries as goals
from learning.hours import actions as hours
from learning.hours import queries
from learning.organization.models import Person
from tests.audit.pages import TODAY, page, said, words_of
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import NOW, County


@pytest.fixture
def credited(county: County, required: MadeCourse) -> int:
    """The course that 张甲 was credited with."""
    with transaction():
        hours.credit(county.member, required.course, "collective_study", 4, year=TODAY.year, actor_id=county.secretary, now=NOW)
    return required.course


def corrected(app: Flask, county: County, who: int, course: int, **typed: str) -> tuple[int, str]:
    answer = client_for(app, who).post(f"/people/{county.member}/hours", data={"course_id": course, "hours": "0.5", "reason": "多记了半天", **typed})
    return answer.status_code, words_of(answer.text)


def test_a_line_is_added_and_its_reason_stands_in_file_ledger_and_entries(app: Flask, county: County, credited: int):
    assert "更正学时" in page(app, county.county_admin, f"/people/{county.member}")
    assert corrected(app, county, county.county_admin, credited)[0] == 302
    assert [(row.correction, row.quarters, row.reason) for row in queries.entries(county.member, credited)] == [(0, 4, ""), (1, -2, "多记了半天")]
    for who, where in (
        (county.county_admin, f"/people/{county.member}/hours"),
        (county.member, f"/people/{county.member}/file"),
        (county.secretary, f"/organizations/{county.willow}/ledger"),
        (county.county_admin, "/entries"),
    ):
        assert "多记了半天" in words_of(page(app, who, where)), where
    assert "由 1 学时更正为 0.5 学时" in said("correct_hours")[0]
    assert "0.5" in words_of(page(app, county.member, "/record"))


def test_what_makes_no_sense_is_refused_and_kept(app: Flask, county: County, credited: int):
    for typed, fault in (
        ({"hours": "1"}, "和现在的学时一样"),
        ({"hours": "0.3"}, "四分之一学时"),
        ({"reason": " "}, "请写明原因"),
        ({"hours": "-1"}, "四分之一学时"),
    ):
        status, text = corrected(app, county, county.county_admin, credited, **typed)
        assert status == 422 and fault in text, (typed, text)
    assert corrected(app, county, county.county_admin, credited + 99)[0] == 422
    assert len(queries.entries(county.member, credited)) == 1 and said("correct_hours") == []


def test_nobody_below_the_county_and_nobody_their_own(app: Flask, county: County, credited: int):
    for who in (county.secretary, county.town_admin, county.auditor, county.member):
        assert corrected(app, county, who, credited)[0] == 403
    own = client_for(app, county.county_admin).post(f"/people/{county.county_admin}/hours", data={"course_id": credited, "hours": "9", "reason": "自己"})
    assert own.status_code == 403
    assert len(queries.entries(county.member, credited)) == 1


def test_a_closed_year_stays_as_it_was(app: Flask, county: County, required: MadeCourse):
    with transaction() as session:
        hours.set_policy(date(TODAY.year - 1, 1, 1), now=NOW)
        hours.credit(county.member, required.course, "collective_study", 4, year=TODAY.year - 1, actor_id=None, now=NOW)
        hours.close_year(TODAY.year - 1, "已核对", actor=session.get_one(Person, county.county_admin), today=TODAY, now=NOW)
    before = queries.year(county.member, TODAY.year - 1).counted
    assert corrected(app, county, county.county_admin, required.course)[0] == 302
    db.session.expire_all()
    assert queries.year(county.member, TODAY.year - 1).counted == before == 4
    line = queries.entries(county.member, required.course)[-1]
    assert (line.year, line.about_year, line.quarters) == (TODAY.year, TODAY.year - 1, -2)
    assert f"{TODAY.year - 1} 年已结账" in said("correct_hours")[0]


def test_the_counts_of_campaigns_stand_by_a_recount(app: Flask, county: County, required: MadeCourse, credited: int):
    corrected(app, county, county.county_admin, credited)
    for campaign in goals.begun(TODAY):
        assert goals.stored(campaign.id).get(county.willow) == goals.recounted(campaign.id, [county.willow], on=TODAY).get(county.willow)
