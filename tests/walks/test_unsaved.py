"""What a trainer wrote is not lost: not by captions sent beside it, nor by a picture too large; a file for another kind of lesson is told when it is chosen."""

from pathlib import Path

import pypdfium2 as pdfium

from tests.walks.visitor import Visitor

TITLE, WRITTEN = "写了一半（行走测试）", "## 讲稿\n\n写了半个小时的字。"
CAPTIONS = "1\n00:00:00,500 --> 00:00:02,000\n各位同志。\n"


def new_lesson(trainer: Visitor, course: str, title: str, kind: str) -> None:
    trainer.go(course).fill("课时名称", title)
    trainer.page.get_by_label(kind, exact=True).check()
    trainer.tap("加上这一课").sees(title).page.get_by_label("文字").fill(WRITTEN)


def written(trainer: Visitor) -> str:
    return trainer.page.get_by_label("文字").input_value()


def test_what_is_written_is_not_lost_unasked(desk: Visitor, tmp_path: Path) -> None:
    trainer, asked = desk, []
    trainer.sign_in("trainer").go("/workshop/new").fill("课程名称", TITLE).fill("课程简介", "写了一半。").tap("建好，去加课时")
    course = trainer.page.url

    new_lesson(trainer, course, "看视频", "视频或录音")
    srt = tmp_path / "第一讲.srt"
    srt.write_text(CAPTIONS)
    trainer.page.get_by_label("字幕文件").set_input_files(srt)
    trainer.page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    trainer.tap("上传字幕").sees_not("字幕已收好")
    assert asked and "还没有保存" in asked[0] and written(trainer) == WRITTEN

    paper = pdfium.PdfDocument.new()
    paper.new_page(400, 300)
    paper.save(tmp_path / "讲义.pdf")
    trainer.page.locator("[data-file]").set_input_files(tmp_path / "讲义.pdf")
    trainer.page.locator("[data-words]").get_by_text("这是课件，这里要视频或录音").wait_for(timeout=60_000)
    assert trainer.page.locator("[data-value]").first.input_value() == "" and written(trainer) == WRITTEN
    trainer.looks_right().tap("保存这一课").sees("已保存")
    trainer.page.get_by_label("字幕文件").set_input_files(srt)
    trainer.tap("上传字幕").sees("字幕已收好，共 1 条")

    new_lesson(trainer, course, "读一读", "文字")
    (tmp_path / "照片.bmp").write_bytes(bytes(18 * 1024 * 1024))
    trainer.page.get_by_text("在文字里加图片").click()
    trainer.page.get_by_label("加一张图片").set_input_files(tmp_path / "照片.bmp")
    trainer.sees("太大（18.9 MB），这里最多 10 MB").looks_right()
    assert trainer.page.get_by_label("加一张图片").input_value() == "" and written(trainer) == WRITTEN
    trainer.tap("保存这一课").sees("已保存", "写了半个小时的字。")
    assert trainer.broken == []
