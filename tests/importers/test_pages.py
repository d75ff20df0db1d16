"""Bringing a question file over HTTP: read by the worker, looked at, entered once."""

import io

import pytest
from sqlalchemy import func, select

from courses.importers import xlsx
from courses.importers.models import QuestionFile
from courses.importers.views import EXAMPLES
from courses.kernel import queue
from courses.kernel.db import db
from courses.questions.models import BankEntry, Question
from tests.clients import client_for

TEXT = "1. 发现火灾应拨打（B）\nA. 110\nB. 119\n2. 说说看\n3. 着火时应乘电梯（×）"


@pytest.fixture
def trainer(app, county):
    return client_for(app, county.trainer)


def bring(app, client, county, data: bytes, name: str = "题目.txt", work: bool = True) -> str:
    answer = client.post("/workshop/question-files", data={"file": (io.BytesIO(data), name), "home": county.town}, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    while work and queue.work_once(app, lease_seconds=30):
        pass
    return answer.location


def enter(app, client, address: str, **more: str) -> str:
    assert client.post(f"{address}/entry", data=more).status_code == 302
    while queue.work_once(app, lease_seconds=30):
        pass
    return page(client, address)


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def stems() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Question.stem).where(Question.bank_id.is_not(None)).order_by(Question.id)))


def test_a_file_is_looked_at_before_anything_is_entered(app, county, trainer):
    address = bring(app, trainer, county, TEXT.encode("gb18030"))
    shown = page(trainer, address)
    assert "发现火灾应拨打（　）" in shown
    assert "第 4 行" in shown
    assert "没有找到答案" in shown
    assert stems() == []
    done = enter(app, trainer, address)
    assert "新的 2 题" in done
    assert stems() == ["发现火灾应拨打（　）", "着火时应乘电梯"]


def test_the_same_file_twice_changes_nothing(app, county, trainer):
    enter(app, trainer, bring(app, trainer, county, TEXT.encode()))
    again = bring(app, trainer, county, TEXT.encode())
    assert "都在题库里了" in page(trainer, again)
    assert "原来就有的 2 题" in enter(app, trainer, again)
    assert enter(app, trainer, again), "asking again asks once"
    assert db.session.scalar(select(func.count()).select_from(BankEntry)) == 2


def test_what_stands_twice_in_a_file_is_not_said_to_be_in_the_bank(app, county, trainer):
    address = bring(app, trainer, county, (TEXT + "\n4. 发现火灾应拨打（B）\nA. 110\nB. 119").encode())
    shown = page(trainer, address)
    assert "文件里重复" in shown and "和第 1 行重复，只收一次" in shown
    assert '<span class="chip">题库里已有' not in shown
    assert "题库里已有或者文件里重复的 1 题" in enter(app, trainer, address)
    assert stems() == ["发现火灾应拨打（　）", "着火时应乘电梯"]


def test_what_is_repeated_is_left_out_with_the_first(app, county, trainer):
    enter(app, trainer, bring(app, trainer, county, "1. 党员每年集中学习培训时间一般不少于多少学时？\nA. 24\nB. 32\n答案：B".encode()))
    near = "党员每年集中学习培训的时间一般不少于多少学时？\nA. 24\nB. 32\n答案：B"
    enter(app, trainer, bring(app, trainer, county, f"1. {near}\n2. {near}".encode()))
    assert len(stems()) == 1


def test_what_is_much_like_another_is_shown_and_may_be_left_out(app, county, trainer):
    enter(app, trainer, bring(app, trainer, county, "1. 党员每年集中学习培训时间一般不少于多少学时？\nA. 24\nB. 32\n答案：B".encode()))
    near = "1. 党员每年集中学习培训的时间一般不少于多少学时？\nA. 24\nB. 32\n答案：B\n2. 火警电话是哪个\nA. 110\nB. 119\n答案：B"
    address = bring(app, trainer, county, near.encode())
    assert "很像：党员每年集中学习培训时间" in page(trainer, address)
    assert "相像的 1 题没有加入" in enter(app, trainer, address)
    assert stems()[1:] == ["火警电话是哪个"]


def test_a_file_that_is_not_taken_says_why(app, county, trainer):
    address = bring(app, trainer, county, b"%PDF-1.4 whatever", "题目.pdf")
    assert "另存为 .docx" in page(trainer, address)
    assert trainer.post(f"{address}/entry").status_code == 422


def test_the_page_waits_for_the_worker(app, county, trainer):
    address = bring(app, trainer, county, TEXT.encode(), work=False)
    assert "正在读" in page(trainer, address)
    assert trainer.get(f"{address}/progress").json == {"busy": True, "percent": 0}
    assert trainer.post(f"{address}/entry").status_code == 422


def test_nothing_chosen_is_told(trainer, county):
    answer = trainer.post("/workshop/question-files", data={"home": county.town})
    assert "请选择一个文件" in answer.get_data(as_text=True)


def test_the_template_and_the_bank_read_back(app, county, trainer):
    template = trainer.get("/workshop/question-files/form.xlsx").data
    enter(app, trainer, bring(app, trainer, county, template, "模板.xlsx"))
    assert sorted(stems()) == sorted(item.stem for item in EXAMPLES)
    for kind, name in (("xlsx", "题库.xlsx"), ("gift", "题库.txt")):
        address = bring(app, trainer, county, trainer.get(f"/workshop/bank.{kind}").data, name)
        db.session.rollback()
        row = db.session.get_one(QuestionFile, int(address.rsplit("/", 1)[1]))
        assert (row.found, row.refused) == (4, 0)
        assert "都在题库里了" in page(trainer, address)


def test_another_trainers_file_is_not_there(app, county, trainer):
    address = bring(app, trainer, county, TEXT.encode())
    assert client_for(app, county.reviewer).get(address).status_code == 403
    assert xlsx.row(EXAMPLES[2])[-4] == "错"
