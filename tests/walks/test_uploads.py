"""A trainer sends many files over a bad line: progress, pause, a lost network, a reload, a cancel; and a foreign script on a page does as well."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator

from tests.media import recordings
from tests.walks.conftest import Site
from tests.walks.line import Line
from tests.walks.visitor import Visitor

SLOW = 400_000  # bytes a second
FOREIGN = """token => new Promise((resolve, reject) => {
  const bytes = new Uint8Array(900000).map((_, at) => at % 251);
  const upload = new tus.Upload(new Blob([bytes]), {
    endpoint: "/uploads", chunkSize: 250000, headers: { "X-CSRFToken": token }, uploadDataDuringCreation: true, metadata: { filename: "foreign.bin" },
    onError: reject,
    onSuccess: () => fetch(upload.url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } })
      .then(answer => tus.Upload.terminate(upload.url, { headers: { "X-CSRFToken": token } }).then(() => resolve(answer.headers.get("Upload-Offset")))),
  });
  upload.start();
})"""


def row(trainer: Visitor, name: str) -> Locator:
    """The row of a file being sent."""
    return trainer.page.locator("[data-list] > li", has_text=name).last


def says(trainer: Visitor, name: str, words: str) -> None:
    """Wait until the row of a file says something."""
    row(trainer, name).locator("[data-words]").get_by_text(re.compile(words)).wait_for(timeout=60_000)


def prepared(trainer: Visitor) -> Visitor:
    """Wait until no file on the page is being prepared: it reads itself anew whenever one is through, under the eyes of whoever looks at it."""
    trainer.page.locator("body:not(:has([data-preparing])) footer").wait_for(timeout=60_000)
    return trainer


def test_many_files_over_a_bad_line(desk: Visitor, site: Site, tmp_path: Path) -> None:
    trainer, page = desk.by(Line(urlsplit(site.url).port or 0)), desk.page
    talk = recordings.speech(tmp_path / "talk.wav", seconds=60)
    others = [recordings.speech(tmp_path / f"short{number}.mp3", seconds=2 + number) for number in range(3)]
    trainer.sign_in("trainer").go("/workshop").tap("上传录像").looks_right()
    assert page.evaluate(FOREIGN, page.locator("[data-uploads]").get_attribute("data-token")) == "900000"

    # Four at once; three finish, the long one is stopped half-way.
    trainer.slow_down(SLOW)
    page.locator("[data-files]").set_input_files([talk, *others])
    for file in others:
        says(trainer, file.name, "传好了")
    says(trainer, talk.name, r"正在上传 talk\.wav …… [1-9]\d*%（每秒 .*，大约还要 ")
    trainer.looks_right()
    row(trainer, talk.name).get_by_role("button", name="暂停").click()
    says(trainer, talk.name, r"已暂停，talk\.wav 传了 \d+%")

    # After a reload the page knows of it, and the same file goes on where it stopped, through a lost network too.
    prepared(trainer.go("/uploads")).sees("没有传完的", "talk.wav", "short0.mp3").looks_right()
    offsets: list[int] = []
    page.on("request", lambda asked: offsets.append(int(asked.headers["upload-offset"])) if asked.method == "PATCH" else None)
    trainer.slow_down(SLOW)
    page.locator("[data-files]").set_input_files([talk])
    says(trainer, talk.name, r"正在上传 talk\.wav …… [5-9]\d%（每秒")
    assert offsets[0] > 0
    trainer.expected.add(423)  # the server may still hold what broke off when it is asked how much came
    trainer.cut()
    says(trainer, talk.name, "网络断了，连上以后会自动接着传")
    trainer.slow_down()
    trainer.mend()
    says(trainer, talk.name, "传好了")
    assert offsets[-1] > offsets[0]

    # A file that is cancelled leaves nothing; one that is no recording is answered with what to do.
    trainer.expected.update({404, 422})
    trainer.slow_down(SLOW)
    wrong = tmp_path / "讲稿.mp4"
    wrong.write_bytes("这是一份讲稿，不是视频。".encode() * 50)
    page.locator("[data-files]").set_input_files([recordings.speech(tmp_path / "again.wav", seconds=50), wrong])
    says(trainer, "again.wav", r"正在上传 again\.wav …… \d+%（每秒")
    # Cancelled is said at once; the server forgets it when the request that is broken off has let go of it.
    with page.expect_response(lambda answered: answered.request.method == "DELETE" and answered.status == 204):
        row(trainer, "again.wav").get_by_role("button", name="取消上传").click()
    says(trainer, "again.wav", "已取消")
    says(trainer, wrong.name, "可能改错了扩展名")
    trainer.slow_down()
    prepared(trainer.go("/uploads")).sees("talk.wav").sees_not("没有传完的").looks_right()
    trainer.broken = [said for said in trainer.broken if "net::ERR_" not in said]


def test_a_file_that_was_sent_is_chosen_in_a_lesson(desk: Visitor, tmp_path: Path) -> None:
    page = desk.page
    desk.sign_in("trainer").go("/uploads")
    page.locator("[data-files]").set_input_files([recordings.speech(tmp_path / "chosen.mp3", seconds=4)])
    says(desk, "chosen.mp3", "传好了")
    desk.go("/workshop/new").fill("课程名称", "选用（行走测试）").fill("课程简介", "选用传好的录音。").tap("建好，去加课时")
    desk.fill("课时名称", "听一听").page.get_by_label("视频或录音", exact=True).check()
    desk.tap("加上这一课")
    page.locator("[data-value]").select_option(label="换成：chosen.mp3")
    desk.tap("保存这一课").sees("已保存").looks_right()
    assert page.locator("[data-value] option[selected]").inner_text() == "chosen.mp3"
