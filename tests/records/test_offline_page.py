"""The offline page, in a real browser without a network, says what the verifier says."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.records.test_verifier import Auditor, auditor, history, kept, token
from tests.walks.conftest import FLAGS, chromium

__all__ = ["Auditor", "auditor", "history", "kept"]


@pytest.fixture
def things(auditor, kept):
    """What the site hands out, taken before the browser starts: signing and the browser's driver each want the thread's event loop."""
    paths = ("/certificates/1.json", "/branch-records/1.json", "/certificates/1.pdf", "/check/log/export.jsonl")
    return [*(auditor.take(path) for path in paths), kept[1]]


@pytest.fixture
def offline(auditor, things):
    page_file = auditor.take("/check/offline-page", "verify.html")
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = running.new_context(offline=True)
        page = context.new_page()
        page.goto(Path(page_file).as_uri())

        def say(*files, words=""):
            page.get_by_label("根指纹").fill(auditor.root)
            page.get_by_label("二维码里的网址").fill(words)
            page.get_by_label("文件（可多选）").set_input_files(list(files))
            page.evaluate("document.getElementById('verdict').textContent = ''")
            page.get_by_role("button", name="查验").click()
            page.locator("#verdict:not(:empty)").wait_for(state="attached")  # not by a script of ours: the page lets none be made of words
            return page.locator("#verdict").inner_text(), page.locator("#said").inner_text()

        yield say
        running.close()


def test_the_page_says_what_holds_and_what_does_not(auditor, things, offline):
    verdict, said = offline(*things, words=token())
    assert verdict == "全部相符", said
    whole = Path(things[2]).read_bytes()
    changed = auditor.keep(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:], "changed.pdf")
    verdict, said = offline(changed)
    assert verdict == "有一处或几处不对" and "内容被改过" in said, said
    proof = Path(things[0]).read_text().replace('"score": 100', '"score": 99')
    verdict, said = offline(auditor.keep(proof.encode(), "changed.json"))
    assert "内容被改过" in said, said
    verdict, said = offline(things[2])
    assert verdict == "没有发现不符，但是否撤销没有核对" and "的 PDF 只说明" in said, said
    proof = json.loads(Path(things[0]).read_text())
    verdict, said = offline(auditor.keep(json.dumps({**proof, "revoked": [[1, proof["index"]]]}).encode(), "listed.json"))
    assert verdict == "有一处或几处不对" and "有的被隐去了" in said, said
