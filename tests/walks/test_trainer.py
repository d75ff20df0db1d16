"""A trainer makes a course of a real recording, a text and a quiz; a reviewer returns it, then publishes it; nobody reviews their own."""

import subprocess
from pathlib import Path

import pytest

from tests.walks.visitor import Visitor

TITLE = "汛期避险（行走测试）"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of a moving picture with a tone, as an AVI from an old camera."""
    path = tmp_path_factory.mktemp("camera") / "camera.avi"
    source = ["-f", "lavfi", "-i", "testsrc2=size=640x480:rate=25", "-f", "lavfi", "-i", "sine=frequency=330"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *source, "-t", "8", "-c:v", "mpeg4", "-c:a", "mp3", str(path)], check=True)
    return path


def write_quiz(trainer: Visitor) -> None:
    page = trainer.page
    trainer.tap("写结业测验").looks_right()
    page.get_by_label("测验名称").fill("结业测验")
    block = page.locator("[data-block]").nth(0)
    block.get_by_label("题目", exact=True).fill("发现山洪征兆应当")
    for place, option in enumerate(("向两侧高处转移", "沿河沟往下跑", "原地拍照")):
        block.locator("input[type=text]").nth(place).fill(option)
    block.locator(".option-row input[type=checkbox]").nth(0).check()
    if page.locator("[data-block]").count() < 2:
        trainer.tap("再加一题")
    block = page.locator("[data-block]").nth(1)
    block.get_by_label("题型").select_option("true_false")
    block.get_by_label("题目", exact=True).fill("收到转移通知应当马上转移")
    block.get_by_label("对", exact=True).check()
    trainer.tap("保存测验")


def test_a_course_from_upload_to_publication_and_withdrawal(desk: Visitor, second_desk: Visitor, phone: Visitor, recording: Path) -> None:
    trainer, reviewer = desk, second_desk
    trainer.sign_in("trainer").go("/workshop").looks_right()
    trainer.tap("新建课程").looks_right()
    trainer.fill("课程名称", TITLE).fill("课程简介", "山区汛期怎样提前避险。")
    trainer.page.get_by_label("放在哪个大讲堂").select_option(index=1)
    trainer.tap("建好，去加课时").sees(TITLE).looks_right()
    course = trainer.page.url

    # A video lesson: first a file that is no recording, then a real one; what was typed stays.
    trainer.fill("课时名称", "看视频：提前转移")
    trainer.tap("加", role="button")
    if "/lessons/" not in trainer.page.url:
        trainer.tap("看视频：提前转移", role="link")
    trainer.looks_right()
    trainer.page.get_by_label("文字").fill("## 讲稿\n\n先看雨量，再看河水。")
    trainer.expected.update({422, 400})
    fake = recording.with_name("notes.mp4")
    fake.write_text("这不是视频", encoding="utf-8")
    trainer.page.locator("input[type=file]").set_input_files(fake)
    trainer.page.get_by_text("请", exact=False).locator("visible=true").first.wait_for()
    trainer.page.wait_for_function("() => document.querySelector('[data-words]').textContent.length > 8", timeout=20_000)
    assert "雨量" in trainer.page.get_by_label("文字").input_value()
    trainer.page.locator("input[type=file]").set_input_files(recording)
    trainer.page.wait_for_function("() => document.querySelector('[data-words]').textContent.includes('就绪')", timeout=90_000)
    trainer.tap("保存这一课")

    # A text lesson, a quiz, and the submission that waits until all is there.
    trainer.go(course).fill("课时名称", "读一读：避险口诀")
    trainer.page.get_by_label("文字", exact=True).check()
    trainer.tap("加", role="button")
    if "/lessons/" not in trainer.page.url:
        trainer.tap("读一读：避险口诀", role="link")
    trainer.page.get_by_label("文字").fill("## 看\n\n看天、看水、看山。\n\n## 走\n\n早走一步，平安一家。")
    trainer.tap("保存这一课")
    trainer.go(course)
    write_quiz(trainer)
    trainer.go(course).tap("提交审核").sees("非涉密")
    trainer.page.get_by_label("我确认", exact=False).check()
    trainer.tap("保存课程信息").tap("提交审核").sees("待审核").looks_right()

    # The reviewer returns it with remarks, then approves the hours.
    reviewer.sign_in("reviewer").go("/reviews").looks_right().tap(TITLE).looks_right()
    reviewer.fill("要修改什么", "口诀里加上“听广播”。").tap("退回给讲师")
    trainer.go(course).sees("听广播", "已退回")
    trainer.tap("读一读：避险口诀", role="link").page.get_by_label("文字").fill("## 看\n\n看天、看水、看山、听广播。\n\n## 走\n\n早走一步，平安一家。")
    trainer.tap("保存这一课").go(course).tap("提交审核").sees("待审核")
    phone.sign_in("member").go("/courses").sees_not(TITLE)
    reviewer.go("/reviews").tap(TITLE).fill("核定学时", "0.25").tap("通过并发布").sees("已发布")
    phone.go("/courses").sees(TITLE)

    # A mistake found later is mended in a new version; the course can be hidden at once.
    trainer.go(course).sees("已发布").tap("建一个新版本").sees("第 2 版", "草稿").looks_right()
    reviewer.go("/reviews").tap(TITLE)
    reviewer.page.get_by_text("下架这门课程").click()
    reviewer.fill("下架原因", "数据要核对。").page.get_by_role("button", name="下架", exact=True).click()
    reviewer.page.wait_for_load_state()
    phone.go("/courses").sees_not(TITLE)
