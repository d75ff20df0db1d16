"""Started as a program of its own, inside limits: looks into one document, or draws its pages. The only importer of pypdfium2.

`python -m courses.media.document_reader look FILE` prints {"kind": "pptx", "pages": null} or {"fault": why, as kernel/words.py keeps it}. `... draw PDF FOLDER` draws each page twice
into FOLDER and prints a line of JSON for each. `... picture FILE FOLDER` does the same with one picture. No link is followed, no script is run.
"""

import json
import re
import sys
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import olefile
import pypdfium2 as pdfium
from PIL import Image, ImageOps

from courses.kernel.words import Words, kept
from courses.media import document_rules as rules

LOCKED = Words("这个文件设了打开密码，读不了。请取消密码，另存一份再上传。")
MACRO = Words("这个文件带有宏，为了安全不接收。请另存为不带宏的格式（PPTX、DOCX），或者导出为 PDF 再上传。")
BROKEN = Words("这个文件读不了，可能没有保存完整。请在电脑上打开它，另存一份，或者导出为 PDF 再上传。")
TRICK = Words("这个文件里面的结构不对，为了安全不接收。请在电脑上打开它，导出为 PDF 再上传。")
OTHER = Words("这不是课件。课件可以是 PPTX、PPT、PDF、DOCX、DOC、ODP、ODT；表格请先导出为 PDF，压缩包请先解压。")
LONG = Words("这份课件超过 %(most)s 页。请分成几份，作为几节课上传。", most=rules.MOST_PAGES)
EMPTY = Words("这份课件里没有一页内容。请检查原文件，再上传。")
PICTURE = Words("这张图片读不了。请换成 JPG 或 PNG 格式，再上传。")
HEIC = Words("苹果手机的 HEIC 图片读不了。请在手机“设置—相机—格式”里选“兼容性最佳”重拍，或者转成 JPG 再上传。")
MOST_PIXELS = 60_000_000
MOST_SIDE = 30_000
PARTS = {"ppt/presentation.xml": "pptx", "word/document.xml": "docx"}
STREAMS = {"PowerPoint Document": "ppt", "WordDocument": "doc"}
OPEN_KINDS = {b"application/vnd.oasis.opendocument.presentation": "odp", b"application/vnd.oasis.opendocument.text": "odt"}
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY|<\0!\0D\0O\0C|<\0!\0E\0N\0T|\0<\0!\0D\0O|\0<\0!\0E\0N")
_ENTITY = re.compile(rb"<!ENTITY|<\0!\0E\0N\0T|\0<\0!\0E\0N")
_VBA_INFO = re.compile(rb"\x02\x00\x00\x04\x0c\x00\x00\x00.{4}(.{4})", re.DOTALL)  # [MS-PPT] 2.4.11: whether there are macros
ENCRYPTED_SLIDES = b"\xdf\xc4\xd1\xf3"  # [MS-PPT] 2.3.2: headerToken
CHUNK = 1 << 20


class Fault(Exception):
    """Why the file is not taken, in words for whoever brought it. Not `Told`: that is a ValueError, which here means that a file is broken."""

    def __init__(self, message: str, **values: int) -> None:
        self.message = Words(message, **values)
        super().__init__(self.message)


def look(path: Path) -> dict[str, Any]:
    """What kind of document it is, which its bytes say and not its name; of a PDF also its pages."""
    with path.open("rb") as handle:
        head = handle.read(1024)
    if head.startswith(rules.ZIP):
        return {"kind": _packed(path), "pages": None}
    if head.startswith(rules.OLE):
        return {"kind": _compound(path), "pages": None}
    if rules.is_document(head):
        with _opened(path) as document:
            return {"kind": "pdf", "pages": len(document)}
    raise Fault(OTHER)


def draw(path: Path, folder: Path) -> Iterator[rules.DrawnPage]:
    """Each page as a light and a large picture, and its words."""
    with _opened(path) as document:
        for place in range(len(document)):
            try:
                yield _page(document[place], place + 1, folder)
            except pdfium.PdfiumError as fault:
                raise Fault(BROKEN) from fault


def picture(path: Path, folder: Path) -> rules.DrawnPage:
    """One picture, upright, without what its camera wrote into it, in the sizes of a page."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses twice as many
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    with path.open("rb") as handle:
        head = handle.read(32)
    if head[4:8] == b"ftyp":
        raise Fault(HEIC)
    try:
        with Image.open(path, formats=("JPEG", "PNG", "GIF", "WEBP")) as opened:
            shown = ImageOps.exif_transpose(opened).convert("RGBA")
    except Image.DecompressionBombError as fault:
        raise Fault("图片太大，超过 %(most)s 万像素。请缩小后再上传。", most=MOST_PIXELS // 10000) from fault
    except (OSError, ValueError, SyntaxError, EOFError) as fault:
        raise Fault(PICTURE) from fault
    paper = Image.new("RGBA", shown.size, "white")
    paper.alpha_composite(shown)
    width, height = rules.drawn_size(*shown.size)
    large = paper.convert("RGB")
    if width < large.width:
        large = large.resize((width, height), Image.Resampling.LANCZOS)
    return _kept(large, 1, folder, "")


def _opened(path: Path) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(path)
        pages = len(document)
    except pdfium.PdfiumError as fault:
        raise Fault(LOCKED if "assword" in str(fault) or "ecurity" in str(fault) else BROKEN) from fault
    if pages > rules.MOST_PAGES:
        raise Fault(LONG)
    if pages == 0:
        raise Fault(EMPTY)
    return document


def _page(page: pdfium.PdfPage, number: int, folder: Path) -> rules.DrawnPage:
    wide, high = page.get_size()
    if not (0 < wide < MOST_SIDE and 0 < high < MOST_SIDE):
        raise Fault("第 %(number)s 页的纸张大小不正常。请把纸张改成 A4 或 16:9，导出为 PDF 再上传。", number=number)
    large = page.render(scale=rules.drawn_size(wide, high)[0] / wide, limit_image_cache=True).to_pil().convert("RGB")
    words = page.get_textpage()
    text = rules.tidied(words.get_text_bounded())
    words.close()
    page.close()
    return _kept(large, number, folder, text)


def _kept(large: Image.Image, number: int, folder: Path, text: str) -> rules.DrawnPage:
    large.save(folder / rules.large(number), "JPEG", quality=82, progressive=True, optimize=True)
    light = large
    if large.width > rules.LIGHT_WIDTH:
        light = large.resize((rules.LIGHT_WIDTH, max(1, round(large.height * rules.LIGHT_WIDTH / large.width))), Image.Resampling.LANCZOS)
    light.save(folder / rules.light(number), "WEBP", quality=72, method=4)
    return rules.DrawnPage(number, large.width, large.height, text)


def _packed(path: Path) -> str:
    """The kind of a packed document; raises `Fault` for what must not reach the office suite. Its sizes were summed before (courses.kernel.archive)."""
    with zipfile.ZipFile(path) as packed:
        names = set(packed.namelist())
        if any(re.search(r"vbaproject|^basic/|^scripts/", name.lower()) for name in names):
            raise Fault(MACRO)
        kind = next((kind for part, kind in PARTS.items() if part in names), None)
        if kind is None and "mimetype" in names:
            kind = OPEN_KINDS.get(packed.open("mimetype").read(200).strip())
        if kind is None:
            raise Fault(OTHER)
        try:
            _without_tricks(packed)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as fault:
            raise Fault(BROKEN) from fault
    return kind


def _without_tricks(packed: zipfile.ZipFile) -> None:
    """No part declares entities, of which bombs and the reading of other files are made; none is locked or holds macros by another name."""
    for part in packed.infolist():
        name = part.filename.lower()
        if name == "[content_types].xml" and b"macroEnabled" in packed.open(part).read(CHUNK):
            raise Fault(MACRO)
        if name == "meta-inf/manifest.xml" and b"encryption-data" in packed.open(part).read(CHUNK):
            raise Fault(LOCKED)
        if name.endswith((".xml", ".rels", ".vml", ".svg")):
            _scan(packed, part, _ENTITY if name.endswith(".svg") else _DOCTYPE)


def _scan(packed: zipfile.ZipFile, part: zipfile.ZipInfo, trick: re.Pattern[bytes]) -> None:
    last = b""
    with packed.open(part) as stream:
        while chunk := stream.read(CHUNK):
            if trick.search(last + chunk):
                raise Fault(TRICK)
            last = chunk[-20:]


def _compound(path: Path) -> str:
    """The kind of an old document; raises `Fault` for a locked one, one with macros, or another thing."""
    try:
        with olefile.OleFileIO(path) as packed:
            if packed.exists("EncryptedPackage") or packed.exists("EncryptedSummary"):
                raise Fault(LOCKED)
            if any(re.search(r"(^|/)(_vba_project|vba|macros)", "/".join(entry).lower()) for entry in packed.listdir(storages=True)):
                raise Fault(MACRO)
            kind = next((kind for stream, kind in STREAMS.items() if packed.exists(stream)), None)
            if kind == "doc" and packed.openstream("WordDocument").read(12)[11] & 1:  # [MS-DOC] 2.5.2: fEncrypted
                raise Fault(LOCKED)
            if kind == "ppt":
                _slides_are_plain(packed)
    except (OSError, ValueError, IndexError) as fault:
        raise Fault(BROKEN) from fault
    if kind is None:
        raise Fault(OTHER)
    return kind


def _slides_are_plain(packed: olefile.OleFileIO) -> None:
    if packed.exists("Current User") and packed.openstream("Current User").read(16)[12:] == ENCRYPTED_SLIDES:
        raise Fault(LOCKED)
    for found in _VBA_INFO.finditer(packed.openstream("PowerPoint Document").read()):
        if any(found[1]):
            raise Fault(MACRO)


def _said(words: list[str]) -> Iterator[dict[str, Any]]:
    if words[0] == "look":
        yield look(Path(words[1]))
    elif words[0] == "picture":
        yield vars(picture(Path(words[1]), Path(words[2])))
    else:
        for page in draw(Path(words[1]), Path(words[2])):
            yield vars(page)


if __name__ == "__main__":
    try:
        for line in _said(sys.argv[1:]):
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    except Fault as refusal:
        sys.stdout.write(json.dumps({"fault": kept(refusal.message)}, ensure_ascii=False) + "\n")
