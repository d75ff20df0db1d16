"""A question file of any kind that is taken: what it is, its bytes say and not its name; what is not a question file is refused with a word."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from courses.importers import aiken, gift, table, written
from courses.importers.rules import NO_ANSWER, Reading
from courses.kernel import archive, sheets
from courses.kernel.errors import Refused
from courses.kernel.progress import part
from courses.kernel.runner import Bounds, OutOfTime, OutOfWords, run
from courses.kernel.words import Words

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
DOCX_READER = Path(__file__).with_name("docx_reader.py")
BOUNDS = Bounds(seconds=40, data_bytes=1024 * MEGABYTE, file_bytes=MEGABYTE, output_bytes=32 * MEGABYTE)
OTHER = Words("这不是题目文件。请用 Excel（.xlsx、.xls）、.csv、Word（.docx）、纯文本（.txt）、GIFT 或 Aiken。")
COMPLEX = Words("这个文件太复杂，在限定的时间和内存里读不完，不接收。请把题目复制到一个新文件里再上传。")
EMPTY = Words("文件里没有找到题目。题目前请写题号（1、2、3……），选项写 A、B、C，答案另起一行写“答案：”。")
UNREAD = {  # why docx_reader.py gives no lines
    "broken": Words("这个 Word 文件读不了，可能没有保存完整。请打开它，另存为 .docx 再上传。"),
    "long": Words("这个文件太长，请分成几份上传。"),
}
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read(path: Path, report: Callable[[int], None] = lambda percent: None) -> Reading:
    """The questions in the file at `path`, and what of it was refused; raises `Refused` for a file that holds none. `report` hears how far it is."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("文件是空的，请重新选择。")
    if size > MOST_BYTES:
        raise Refused("文件太大。题目文件最大 10 兆；有图片的话请先去掉，或者分成几份。")
    found = _reading(path, path.open("rb").read(8), report)
    if not found.questions and all(one.reason == NO_ANSWER for one in found.refused):
        raise Refused(EMPTY)
    return found


def _reading(path: Path, start: bytes, report: Callable[[int], None]) -> Reading:
    if start.startswith(archive.ZIP):
        names = archive.names(path)
        if "word/document.xml" in names:
            return written.parsed("\n".join(_docx_lines(path)))
        return _table(path, report)
    if start.startswith(archive.OLE):
        return _old(path, report)
    if start.startswith(b"%PDF") or start.startswith(b"{\\rtf"):
        raise Refused("PDF 和 RTF 里的题目读不准。请用 Word 打开，另存为 .docx 再上传。")
    text = _decoded(path.read_bytes())
    if gift.is_gift(text):
        return gift.parsed(text)
    if aiken.is_aiken(text):
        return aiken.parsed(text)
    if path.suffix.lower() in {".csv", ".tsv"} or _is_table(text):
        return _table(path, report)
    return written.parsed(text)


def _table(path: Path, report: Callable[[int], None]) -> Reading:
    found = sheets.read(path)
    report(40)
    return table.reading(found, part(report, 40, 100))


def _old(path: Path, report: Callable[[int], None]) -> Reading:
    """An .xls; a .doc of the same wrapping is told apart from it by its streams."""
    if "WordDocument".encode("utf-16-le") in path.read_bytes():
        raise Refused("旧的 .doc 文件读不准。请用 Word 打开，另存为 .docx 再上传。")
    return _table(path, report)


def _docx_lines(path: Path) -> list[str]:
    try:
        ended = run([sys.executable, "-I", str(DOCX_READER), str(path)], BOUNDS)
    except (OutOfTime, OutOfWords) as fault:
        raise Refused(COMPLEX) from fault
    if ended.status != 0:
        raise Refused(COMPLEX)
    answer = json.loads(ended.output)
    if "fault" in answer:
        raise Refused(UNREAD[answer["fault"]])
    lines: list[str] = answer["lines"]
    return lines


def _is_table(text: str) -> bool:
    """Whether one of the first lines is a row of headings."""
    for line in text.splitlines()[: table.SEARCHED]:
        for mark in (",", "\t", ";", "，"):
            known = table.columns([cell.strip('"') for cell in line.split(mark)])
            if "stem" in known and "answer" in known:
                return True
    return False


def _decoded(data: bytes) -> str:
    """By its mark, else strict UTF-8, else GB18030: what detectors guess on short files is often wrong (STACK.md)."""
    for mark, encoding in _ENCODINGS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\0" in data:
        raise Refused(OTHER)
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("文字编码认不出来。请用记事本打开，另存为 UTF-8 编码再上传。")
