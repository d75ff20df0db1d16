"""./manage media at a recording or a document: what it is and would become, the making of it, or why not, with an exit status of 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from tests.media import papers, recordings

ROOT = Path(__file__).resolve().parents[2]


def asked(*words: object) -> tuple[int, dict[str, object]]:
    """The status and the JSON of one command, on a machine without an installation."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": "/nowhere"}
    done = subprocess.run([sys.executable, "deploy/media.py", *map(str, words)], cwd=ROOT, env=environment, capture_output=True, timeout=200, check=False)
    return done.returncode, json.loads(done.stdout)


def test_slides_are_planned_and_drawn_with_their_words(tmp_path: Path) -> None:
    deck, folder = papers.converted(papers.flat_slides(), tmp_path / "slides.pptx"), tmp_path / "made"
    status, said = asked("plan", deck)
    assert (status, said["probed"]["kind"], said["plan"]["by_office"], said["plan"]["words"]) == (0, "pptx", True, True)  # type: ignore[index]
    status, said = asked("prepare", deck, folder)
    assert status == 0
    assert [page["text"] for page in said["pages"]] == list(papers.SLIDES)  # type: ignore[attr-defined]
    assert sorted(path.name for path in folder.iterdir()) == ["drawn.json", *(f"page-000{n}.{form}" for n in (1, 2, 3) for form in ("jpg", "webp"))]
    assert Image.open(folder / "page-0002.webp").width == 720
    status, said = asked("prepare", deck, folder)
    assert status == 2 and "已经有东西" in str(said["reason"])


def test_a_pdf_says_its_pages_and_what_is_no_document_says_why(tmp_path: Path) -> None:
    paper = pdfium.PdfDocument.new()
    paper.new_page(400, 300)
    paper.save(tmp_path / "paper.pdf")
    paper.close()
    status, said = asked("plan", tmp_path / "paper.pdf")
    assert (status, said["probed"]["pages"]) == (0, 1)  # type: ignore[index]
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n nothing follows")
    for words in (("plan", broken), ("prepare", broken, tmp_path / "none")):
        status, said = asked(*words)
        assert (status, said["refused"]) == (2, True) and "读不了" in str(said["reason"])
    assert list((tmp_path / "none").iterdir()) == []


def test_a_recording_is_planned_and_made_and_a_fake_one_says_why(tmp_path: Path) -> None:
    source, folder = recordings.speech(tmp_path / "talk.wav", seconds=2), tmp_path / "made"
    status, said = asked("plan", source)
    assert (status, said["probed"]["audio_codec"], said["plan"]["files"]) == (0, "pcm_s16le", ["sound.m4a"])  # type: ignore[index]
    status, said = asked("prepare", source, folder)
    assert (status, said["seconds"], sorted(path.name for path in folder.iterdir())) == (0, 2, ["made.json", "sound.m4a"])
    (tmp_path / "fake.mp4").write_text("ffconcat version 1.0\nfile talk.wav\n")
    for words in (("plan", tmp_path / "fake.mp4"), ("prepare", tmp_path / "fake.mp4", tmp_path / "none")):
        status, said = asked(*words)
        assert status == 2 and "播放列表" in str(said["reason"])
