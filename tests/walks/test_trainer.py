"""A trainer makes a course of a real recording, a text and a quiz; a reviewer returns it, then publishes it; it is mended, then taken down."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.walks.visitor import Visitor

SERIES, TITLE = "防汛专题", "汛期避险（行走测试）"
TALK, RHYME = "看视频：提前转移", "读一读：避险口诀"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of a moving picture with a tone, as an AVI from an old camera."""
    path = tmp_path_factory.mktemp("camera") / "camera.avi"
    source = ["-f", "lavfi", "-i", "testsrc2=size=960x540:rate=10", "-f", "lavfi", "-i", "sine=frequency=330"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *source, "-t", "20", "-c:v", "mpeg4", "-c:a", "mp3", str(path)], check=True)
    return path


def begin_course(trainer: Visitor) -> str:
    """The address of a new course in a new series; a forgotten name is asked for, and what was typed stays."""
    trainer.go("/workshop").looks_right().tap("新建课程").looks_right()
    trainer.fill("课程名称", TITLE).fill("课程简介", "山区汛期怎样提前避险。")
    trainer.page.get_by_label("放在哪个大讲堂").select_option(label="另开一个大讲堂")
    trainer.tap("建好，去加课时").sees("请给新大讲堂起个名字").looks_right()
    assert trainer.page.get_by_label("课程名称").input_value() == TITLE
    trainer.fill("新大讲堂的名字", SERIES).tap("建好，去加课时").sees(TITLE, SERIES, "还没有课时").looks_right()
    return trainer.page.url


def add_lesson(trainer: Visitor, course: str, title: str, kind: str, text: str) -> None:
    trainer.go(course).fill("课时名称", title)
    trainer.page.get_by_label(kind, exact=True).check()
    trainer.tap("加上这一课").sees(title).looks_right()
    trainer.page.get_by_label("文字").fill(text)


def choose(trainer: Visitor, file: Path, words: str) -> None:
    """Choose a file to upload, and wait until the page says `words` of it."""
    trainer.page.locator("[data-file]").set_input_files(file)
    trainer.page.locator("[data-words]").get_by_text(words).wait_for(timeout=60_000)


def refuse_bad_files(trainer: Visitor, folder: Path, limit_mb: int) -> None:
    """An empty, a mislabelled, a broken and an oversized file: each is answered with what to do."""
    wrong = {
        "空的.mp4": (b"", "0 字节"),
        "讲稿.mp4": ("这是一份讲稿，不是视频。".encode() * 50, "可能改错了扩展名"),
        "坏的.mp4": (b"\x00\x01\x02\x03" * 3000, "已损坏"),
        "太大.mp4": (b"\x00" * (limit_mb * 1024 * 1024 + 1), f"上限是 {limit_mb} MB"),
    }
    for name, (data, words) in wrong.items():
        (folder / name).write_bytes(data)
        choose(trainer, folder / name, words)
        assert "请" in trainer.page.locator("[data-words]").inner_text()
        trainer.looks_right()
        (folder / name).unlink()


def upload(trainer: Visitor, recording: Path) -> None:
    """Upload a real recording; what the page says on the way is listened to."""
    trainer.page.evaluate(
        "() => { window.said = []; const words = document.querySelector('[data-words]');"
        " new MutationObserver(() => window.said.push(words.textContent)).observe(words, { childList: true, characterData: true, subtree: true }); }"
    )
    choose(trainer, recording, "已就绪（时长 0:20）")
    said = " ".join(trainer.page.evaluate("() => window.said"))
    assert re.search(r"正在上传 camera\.avi …… \d+%", said) and re.search(r"正在准备手机版…… \d+%", said), said


def write_quiz(trainer: Visitor) -> None:
    """A question of each kind."""
    trainer.tap("写结业测验").looks_right()
    blocks = trainer.page.locator("[data-block]")
    for _ in range(2):
        trainer.tap("再加一题")
    for place, (kind, stem) in enumerate((("single", "发现山洪征兆应当"), ("multiple", "转移时应当带上（多选）"), ("true_false", "收到转移通知应当马上转移"))):
        blocks.nth(place).get_by_label("题型").select_option(kind)
        blocks.nth(place).get_by_label("题目", exact=True).fill(stem)
    _options(trainer, 0, right=("向两侧高处转移",), wrong=("沿河沟往下跑", "原地拍照"))
    _options(trainer, 1, right=("身份证件", "常用药"), wrong=("电视机",))
    blocks.nth(2).get_by_label("对", exact=True).check()
    trainer.looks_right().tap("保存测验").sees("共 3 题")


def _options(trainer: Visitor, place: int, *, right: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    rows = trainer.page.locator("[data-block]").nth(place).locator(".option-row")
    for number, words in enumerate((*right, *wrong)):
        rows.nth(number).locator("input[type=text]").fill(words)
        if words in right:
            rows.nth(number).locator("input[type=checkbox], input[type=radio]").check()


def mend_text(trainer: Visitor, text: str) -> None:
    trainer.tap(RHYME, role="link").page.get_by_label("文字").fill(text)
    trainer.tap("保存这一课").sees("已保存")


@pytest.mark.both  # an upload, the jobs that follow and a course's versions are written by server and worker
def test_a_course_from_upload_to_publication_and_withdrawal(desk: Visitor, second_desk: Visitor, phone: Visitor, recording: Path, upload_limit_mb: int) -> None:
    trainer, reviewer = desk, second_desk
    trainer.expected.add(422)
    trainer.sign_in("trainer")
    course = begin_course(trainer)

    # A video lesson: files that are none are answered, what was typed stays, and a real one is prepared before our eyes.
    add_lesson(trainer, course, TALK, "视频或录音", "## 讲稿\n\n先看雨量，再看河水。")
    refuse_bad_files(trainer, recording.parent, upload_limit_mb)
    upload(trainer, recording)
    assert "先看雨量" in trainer.page.get_by_label("文字").input_value()
    trainer.looks_right().tap("保存这一课").sees("已保存", "看一看", "先看雨量").looks_right()

    # A text lesson, a quiz; the submission says what it still waits for.
    add_lesson(trainer, course, RHYME, "文字", "## 看\n\n看天、看水、看山。\n\n## 走\n\n早走一步，平安一家。")
    trainer.tap("保存这一课").sees("已保存").go(course)
    write_quiz(trainer)
    trainer.go(course).tap("提交审核").sees("提交前还差这些", "非涉密").looks_right()
    trainer.page.get_by_label("我确认", exact=False).check()
    trainer.tap("保存课程信息").tap("提交审核").sees("待审核").looks_right()
    trainer.tap("预览全部内容").sees("先看雨量", "正确答案").looks_right()

    # The reviewer reads it all and returns it with remarks; nobody else sees it yet.
    reviewer.sign_in("reviewer").go("/reviews").looks_right().tap(TITLE).sees("先看雨量", "向两侧高处转移", "身份证件").looks_right()
    reviewer.fill("要修改什么", "口诀里加上“听广播”。").tap("退回给讲师").sees("已退回")
    phone.sign_in("member").go("/courses").sees_not(TITLE)
    trainer.go(course).sees("听广播", "已退回").looks_right()
    mend_text(trainer, "## 看\n\n看天、看水、看山、听广播。\n\n## 走\n\n早走一步，平安一家。")
    trainer.go(course).tap("提交审核").sees("待审核")

    # Approved with its hours, it is there at once, and it plays.
    reviewer.expected.add(422)
    reviewer.go("/reviews").tap(TITLE).fill("核定学时", "0.3").tap("通过并发布").sees("0.25 的倍数").looks_right()
    reviewer.fill("核定学时", "0.25").tap("通过并发布").sees("已发布")
    phone.go("/courses").sees(TITLE, SERIES).tap(TITLE).sees("核定 0.25 学时").tap(TALK)
    phone.page.get_by_role("button", name="播放").click()
    phone.page.wait_for_function("() => document.querySelector('video').currentTime > 2", timeout=30_000)

    # A mistake found later is mended in a new version; until that is published the old one stays.
    trainer.go(course).sees("已发布").tap("建一个新版本").sees("第 2 版", "草稿", "大家现在看到的是第 1 版").looks_right()
    mend_text(trainer, "## 看\n\n看天、看水、看山、听广播、看预警。\n\n## 走\n\n早走一步，平安一家。")
    trainer.go(course).tap("提交审核").sees("待审核")
    phone.go("/courses").tap(TITLE).tap(RHYME).sees("听广播").sees_not("看预警")
    reviewer.go("/reviews").tap(TITLE).sees("看预警").tap("通过并发布").sees("已发布")

    # The course can be hidden at once.
    reviewer.go("/reviews").tap(TITLE).page.get_by_text("下架这门课程").click()
    reviewer.looks_right().fill("下架原因", "数据要核对。").tap("下架", exact=True).sees("课程已下架")
    address = phone.page.url
    phone.go("/courses").sees_not(TITLE)
    phone.expected.add(404)
    phone.go(address).sees("现在没有开放").looks_right()
    trainer.go(course).sees("课程已下架", "数据要核对").looks_right()
