"""Documents and pictures that strangers made: looked into and drawn by bounded children, or refused with a word that says what to do."""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from courses.kernel import archive
from courses.kernel.errors import Refused
from courses.kernel.queue import Setback
from courses.kernel.runner import GIGABYTE, Bounds, OutOfTime, OutOfWords, run
from courses.kernel.settings import Settings
from courses.kernel.words import Words, again
from courses.media import document_rules as rules
from courses.media import office
from courses.media.workspace import FULL

log = structlog.get_logger()
MEGABYTE = 1024 * 1024
MANIFEST = "drawn.json"
LOOKING = Bounds(30, data_bytes=GIGABYTE, file_bytes=MEGABYTE, output_bytes=MEGABYTE, shut_in=True)
PICTURING = Bounds(30, data_bytes=GIGABYTE, file_bytes=20 * MEGABYTE, output_bytes=MEGABYTE, shut_in=True)
DRAWING = Bounds(1200, data_bytes=2 * GIGABYTE, file_bytes=20 * MEGABYTE, output_bytes=64 * MEGABYTE, shut_in=True)
COMPLEX = Words("这个文件太复杂，在限定的时间和内存里读不完，不接收。请在电脑上打开它，导出为 PDF，或者分成几份再上传。")
CONVERTED = 30  # percent of the way when the office suite is done
ASIDE = "hall-document-"
ROOT = Path(__file__).resolve().parents[2]
Report = Callable[[int], None]


def examined(path: Path, settings: Settings) -> str:
    """The kind of document in the upload; raises `Refused` with the remedy if no lesson can be made of it."""
    return str(looked(path, settings)["kind"])


def looked(path: Path, settings: Settings) -> dict[str, Any]:
    """`kind` of the document in the upload, and of a PDF its `pages`; raises as `examined` does."""
    if path.stat().st_size > rules.MOST_BYTES:
        raise Refused("课件太大，上限是 %(most_bytes)s MB。请压缩里面的图片、去掉里面的视频，或者导出为 PDF 再上传。", most_bytes=rules.MOST_BYTES // MEGABYTE)
    with path.open("rb") as handle:
        if handle.read(4) == archive.ZIP:
            archive.names(path)
    found = _asked(["look", str(path)], LOOKING)
    if found["kind"] in rules.OFFICE and office.program(settings) is None:
        raise Refused(office.ABSENT)
    return found


def drawn(source: Path, folder: Path, settings: Settings, *, report: Report) -> rules.Drawn:
    """Fill the empty `folder` with the pictures of the pages; raises `Refused` if no lesson comes of it."""
    kind = examined(source, settings)
    with _aside() as work:
        pdf = source
        if kind in rules.OFFICE:
            report(2)
            (work / "in").mkdir()
            shutil.copyfile(source, work / "in" / f"source.{kind}")
            pdf = office.to_pdf(work / "in" / f"source.{kind}", work, settings)
            report(CONVERTED)
        count = int(_asked(["look", str(pdf)], LOOKING)["pages"])
        made = rules.Drawn(tuple(_pages(pdf, folder, count, report)))
    if len(made.pages) != count:
        raise Refused(COMPLEX)
    return _remember(folder, made)


def pictured(source: Path, folder: Path) -> rules.Drawn:
    """Fill the empty `folder` with one picture, light for phones; raises `Refused` with the remedy."""
    return _remember(folder, rules.Drawn((rules.DrawnPage(**_asked(["picture", str(source), str(folder)], PICTURING)),)))


def remembered(manifest: Path) -> rules.Drawn:
    """What was drawn into a folder that stands already, by its manifest."""
    return rules.Drawn.heard(json.loads(manifest.read_text()))


def _remember(folder: Path, made: rules.Drawn) -> rules.Drawn:
    (folder / MANIFEST).write_text(json.dumps(made.told(), ensure_ascii=False))
    return made


def _pages(pdf: Path, folder: Path, count: int, report: Report) -> list[rules.DrawnPage]:
    pages: list[rules.DrawnPage] = []

    def hear(line: str) -> None:
        pages.append(rules.DrawnPage(**_unless_fault(json.loads(line))))
        report(CONVERTED + (99 - CONVERTED) * len(pages) // count)

    _read(["draw", str(pdf), str(folder)], DRAWING, on_line=hear)
    return pages


def _asked(words: list[str], bounds: Bounds) -> dict[str, Any]:
    return _unless_fault(json.loads(_read(words, bounds)))


def _unless_fault(said: dict[str, Any]) -> dict[str, Any]:
    if "fault" in said:
        raise Refused(again(said["fault"]))
    return said


def _read(words: list[str], bounds: Bounds, on_line: Callable[[str], None] | None = None) -> bytes:
    environ = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    try:
        ended = run([sys.executable, "-m", "courses.media.document_reader", *words], bounds, on_line=on_line, environ=environ)
    except (OutOfTime, OutOfWords) as fault:
        raise Refused(COMPLEX) from fault
    if ended.status != 0:
        log.info("document_unreadable", status=ended.status, complaints=ended.complaints[-500:])
        if "No space left" in ended.complaints:
            raise Setback(FULL)
        raise Refused(COMPLEX)
    return ended.output


@contextmanager
def _aside() -> Iterator[Path]:
    """A folder away from our data, which the office suite may see; those of workers that were killed go after a day."""
    for left in Path(tempfile.gettempdir()).glob(f"{ASIDE}*"):
        if left.stat().st_mtime < time.time() - 86400:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=ASIDE) as folder:
        yield Path(folder)
