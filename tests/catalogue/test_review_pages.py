"""The reviewer's pages over HTTP."""

import pytest

from courses.catalogue import queries
from tests.clients import client_for


@pytest.fixture
def reviewer(app, county):
    return client_for(app, county.reviewer)


def read(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_nothing_waits_at_first(reviewer):
    page = read(reviewer.get("/reviews"))
    assert "没有等待您审核的课程" in page


def test_who_may_enter(app, county):
    for name, status in (("reviewer", 200), ("town_admin", 200), ("county_admin", 200), ("member", 403), ("trainer", 403), ("auditor", 403)):
        assert client_for(app, getattr(county, name)).get("/reviews").status_code == status


def test_a_reviewer_reads_everything_with_answers_and_the_basis_of_the_hours(reviewer, workshop):
    version_id = workshop.submitted()
    assert "消防安全进家门" in read(reviewer.get("/reviews"))
    page = read(reviewer.get(f"/reviews/{version_id}"))
    for words in ("要讲究方法", "119", "（正确答案）", "全国火警", "建议 0.5", "45 分钟折 1 学时", "请审核", "刘己", 'value="0.5"'):
        assert words in page


def test_a_version_is_returned_with_remarks_that_the_trainer_reads(app, county, reviewer, workshop):
    version_id = workshop.submitted()
    assert "请写明要修改什么" in read(reviewer.post(f"/reviews/{version_id}/return", data={"remarks": " "}), 422)
    assert reviewer.post(f"/reviews/{version_id}/return", data={"remarks": "第一课声音太小"}).status_code == 302
    page = read(client_for(app, county.trainer).get(f"/workshop/courses/{workshop.course_id(version_id)}"))
    assert "第一课声音太小" in page
    assert "已退回" in page


@pytest.mark.parametrize("typed", ["", "0", "0.3", "一个", "1000", "-1", "0.125"])
def test_hours_that_are_no_quarters_are_refused_and_kept_on_the_page(reviewer, workshop, typed):
    version_id = workshop.submitted()
    page = read(reviewer.post(f"/reviews/{version_id}/publication", data={"hours": typed, "words": "写得好"}), 422)
    assert f'value="{typed}"' in page
    assert "写得好" in page
    assert workshop.state(version_id) == "submitted"


def test_a_version_is_published_with_its_hours_once(reviewer, workshop):
    version_id = workshop.submitted()
    assert reviewer.post(f"/reviews/{version_id}/publication", data={"hours": "0.75", "words": "可以"}).status_code == 302
    assert queries.current(workshop.course_id(version_id)).approved_quarters == 3
    assert "不在待审核状态" in read(reviewer.post(f"/reviews/{version_id}/publication", data={"hours": "1"}), 422)
    page = read(reviewer.get("/reviews"))
    assert "核定 0.75 学时" in page
    assert "已发布" in page


@pytest.mark.parametrize("typed", ["100", "2.75"])
def test_hours_far_above_the_suggestion_are_asked_about_once(reviewer, workshop, typed):
    version_id = workshop.submitted()
    path = f"/reviews/{version_id}/publication"
    assert 'name="sure"' not in read(reviewer.get(f"/reviews/{version_id}"))
    page = read(reviewer.post(path, data={"hours": typed, "words": "写得好"}), 422)
    assert f"建议 0.5 学时，您填的是 {typed} 学时" in page
    assert f'value="{typed}"' in page.split('name="hours"')[1].split(">")[0]
    assert f'type="checkbox" name="sure" value="{typed}"' in page and "写得好" in page
    assert 'href="#approve"' in page.split('<div class="columns">')[0], "the way to it, from where one looks"
    assert workshop.state(version_id) == "submitted"
    assert "您填的是 50 学时" in read(reviewer.post(path, data={"hours": "50", "sure": typed}), 422), "the tick was for another number"
    assert reviewer.post(path, data={"hours": typed, "sure": typed}).status_code == 302
    assert queries.current(workshop.course_id(version_id)).approved_quarters == float(typed) * 4


@pytest.mark.parametrize("typed", ["0.25", "2", "2.25"])
def test_hours_near_the_suggestion_are_not_asked_about(reviewer, workshop, typed):
    version_id = workshop.submitted()
    assert reviewer.post(f"/reviews/{version_id}/publication", data={"hours": typed}).status_code == 302


def test_a_course_of_another_township_is_not_there(reviewer, workshop):
    version_id = workshop.submitted(home=workshop.county.other_town)
    assert reviewer.get(f"/reviews/{version_id}").status_code == 404
    assert reviewer.post(f"/reviews/{version_id}/publication", data={"hours": "1"}).status_code == 404
    assert reviewer.post(f"/reviews/{version_id}/return", data={"remarks": "嗯"}).status_code == 404


def test_an_admin_looks_and_withdraws_but_does_not_review(app, county, workshop):
    admin = client_for(app, county.town_admin)
    waiting = workshop.submitted(title="在等")
    page = read(admin.get(f"/reviews/{waiting}"))
    assert "通过并发布" not in page
    assert admin.post(f"/reviews/{waiting}/publication", data={"hours": "1"}).status_code == 403
    version_id = workshop.published()
    course_id = workshop.course_id(version_id)
    assert admin.post(f"/workshop/courses/{course_id}/withdrawal", data={"reason": "群众反映有误"}).location.endswith("/reviews")
    assert queries.current(course_id) is None
    page = read(admin.get(f"/reviews/{version_id}"))
    assert "群众反映有误" in page
    admin.post(f"/reviews/{version_id}/reinstatement")
    assert queries.current(course_id) is not None


def test_members_and_strangers_withdraw_nothing(app, county, workshop):
    course_id = workshop.course_id(workshop.published())
    for client, status in ((client_for(app, county.member), 404), (client_for(app, county.auditor), 404), (app.test_client(), 302)):
        assert client.post(f"/workshop/courses/{course_id}/withdrawal", data={"reason": "嗯"}).status_code == status
    assert queries.current(course_id) is not None
