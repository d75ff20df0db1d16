"""A trainer brings slides, a phone's video and a table of questions over a line that breaks; a reviewer publishes; a person studies all three on a phone."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl

from tests.media import papers
from tests.walks.conftest import Site
from tests.walks.line import Line
from tests.walks.visitor import Visitor

TITLE, SLIDES, FILM = "居家用火用电（文件行走测试）", "看课件：用火用电", "看视频：灭火器怎么用"
ROWS = (
    ("题型", "题干", "选项A", "选项B", "选项C", "答案", "解析", "知识点"),
    ("单选题", "离家前应当先做什么（文件行走）", "关火断电", "开窗", "锁门", "A", "人走断电。", "行走测试用火"),
    ("判断题", "楼道可以堆放杂物（文件行走）", "对", "错", "", "错", "楼道是逃生通道。", "行走测试用火"),
)


def phone_video(path: Path) -> Path:
    """Twelve seconds held upright, as a phone writes them: lying down, with a note to turn them."""
    flat = path.with_name("flat.mp4")
    source = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-f", "lavfi", "-i", "sine=frequency=440"]
    encoded = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *source, "-t", "12", *encoded, str(flat)], check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(flat), "-c", "copy", "-metadata:s:v:0", "rotate=90", str(path)], check=True)
    return path


def question_table(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    return path


def add_lesson(trainer: Visitor, course: str, title: str, kind: str) -> None:
    trainer.go(course).fill("课时名称", title)
    trainer.page.get_by_label(kind, exact=True).check()
    trainer.tap("加上这一课").sees(title).looks_right()


def send(trainer: Visitor, file: Path, words: str, *, breaking: bool = False) -> None:
    """Send a file with the lesson's page; if `breaking`, the network is lost in the middle and comes back."""
    said = trainer.page.locator("[data-words]")
    if breaking:
        trainer.slow_down(200_000)
    trainer.page.locator("[data-file]").set_input_files(file)
    if breaking:
        said.get_by_text("正在上传").wait_for()
        trainer.cut()
        said.get_by_text("网络断了，连上以后会自动接着传").wait_for(timeout=60_000)
        trainer.slow_down()
        trainer.mend()
    said.get_by_text(words).wait_for(timeout=120_000)
    trainer.tap("保存这一课").sees("已保存").looks_right()


def bring_questions(trainer: Visitor, file: Path, course: str) -> None:
    """The table goes into the bank, and from there into the final quiz."""
    trainer.go("/workshop/bank").tap("从文件导入").page.locator("input[type=file]").set_input_files(file)
    trainer.tap("上传并读一遍").page.get_by_role("button", name="加入题库").wait_for(timeout=60_000)
    trainer.sees("读懂", "2").tap("加入题库").page.get_by_text("已加入题库：新的 2 题").wait_for(timeout=60_000)
    trainer.go(course).tap("写结业测验").tap("保存并从题库选题").fill("题目里的字", "文件行走").tap("查找")
    for box in trainer.page.locator("input[name=pick]").all():
        box.check()
    trainer.tap("把勾选的题放进测验").tap("保存测验").sees("结业测验")


def read_slides(phone: Visitor) -> None:
    """Slides one under another with their words; enlarged; page by page; and read through."""
    phone.tap(SLIDES).sees("共 3 页", "用火用电安全", "先撤离，再拨打 119").looks_right()
    picture = phone.page.locator("figure img").first
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => [image.naturalWidth, image.currentSrc.slice(-5)])") == [720, ".webp"]
    phone.page.locator("[data-zoom]").first.click()
    large = phone.page.locator(".zoom img")
    assert large.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1600
    phone.page.get_by_role("button", name="关闭").click()
    phone.page.route("**/page-*", lambda asked: asked.abort())
    phone.page.reload()
    phone.page.get_by_text("图片要有网络才能看").wait_for()
    phone.sees("先撤离，再拨打 119").looks_right().page.unroute("**/page-*")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.page.get_by_text("图片要有网络才能看").wait_for(state="hidden")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 720
    phone.broken = [said for said in phone.broken if "net::ERR_FAILED" not in said]
    phone.tap("一页一页看").sees("这是第 1 页").looks_right().tap("下一页").tap("下一页").sees("弯腰沿墙走").tap("读完了")
    phone.page.wait_for_url("**/courses/*", timeout=60_000)


def test_three_files_from_a_trainer_to_a_phone(desk: Visitor, second_desk: Visitor, phone: Visitor, site: Site, tmp_path: Path) -> None:
    trainer, reviewer = desk.by(Line(urlsplit(site.url).port or 0)), second_desk
    trainer.expected.add(423)  # the server may still hold what broke off when it is asked how much came
    deck = papers.converted(papers.flat_slides(), tmp_path / "用火用电.pptx")
    trainer.sign_in("trainer").go("/workshop/new").fill("课程名称", TITLE).fill("课程简介", "课件、视频和题目都从文件来。")
    trainer.tap("建好，去加课时")
    course = trainer.page.url
    add_lesson(trainer, course, SLIDES, "课件（PPT、PDF、Word）")
    send(trainer, deck, "已就绪（3 页）")
    trainer.sees("手机上的样子", "弯腰沿墙走")
    add_lesson(trainer, course, FILM, "视频或录音")
    send(trainer, phone_video(tmp_path / "phone.mp4"), "已就绪（时长 0:12）", breaking=True)
    bring_questions(trainer, question_table(tmp_path / "题目.xlsx"), course)
    trainer.go(course).page.get_by_label("我确认", exact=False).check()
    trainer.tap("保存课程信息").tap("提交审核").sees("待审核").looks_right()

    reviewer.sign_in("reviewer").go("/reviews").tap(TITLE).sees("弯腰沿墙走", "离家前应当先做什么").looks_right()
    reviewer.fill("核定学时", "0.25").tap("通过并发布").sees("已发布")

    phone.sign_in("member").go("/courses").tap(TITLE).sees("课件")
    place = phone.page.url
    read_slides(phone)
    phone.go(place).tap(FILM).page.get_by_role("button", name="播放").first.click()
    phone.page.get_by_text("这一课学完了").first.wait_for(timeout=90_000)
    phone.go(place).tap("结业测验")
    for words in ("关火断电", "错"):
        phone.page.get_by_role("main").get_by_text(words, exact=True).first.click()
    phone.tap("交卷", exact=True).page.get_by_text("通过了").first.wait_for()
    phone.go(place).sees("您已学完这门课")
    trainer.broken = [said for said in trainer.broken if "net::ERR_" not in said]
