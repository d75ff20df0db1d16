"""Looks into a packed file (docx, pptx, xlsx, zip) before anything unpacks it: sizes are summed, ways out of the folder and tricks refused."""

import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from courses.kernel.errors import Refused
from courses.kernel.words import Words

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEGABYTE = 1024 * 1024
BROKEN = Words("这个文件读不了，可能没有保存完整。请打开它另存一份，再上传。")
LOCKED = Words("这个文件设了密码，读不了。请取消密码，另存一份再上传。")
MACRO = Words("这个文件带有宏，为了安全不接收。请另存为不带宏的格式（docx、pptx、xlsx）再上传。")
BOMB = Words("这个文件展开以后太大，或者里面的结构不对，不接收。请把内容复制到一个新文件里再上传。")


@dataclass(frozen=True)
class Most:
    """What an archive may hold: parts, bytes unpacked, and how many times larger than the file they may be."""

    parts: int = 5000
    unpacked_bytes: int = 300 * MEGABYTE
    ratio: int = 400


def names(path: Path, most: Most = Most()) -> frozenset[str]:
    """The names of the parts; raises `Refused` for a broken or locked archive, one with macros, and one made to do harm."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
        raise Refused(BROKEN) from fault
    _check(parts, path.stat().st_size, most)
    found = frozenset(part.filename for part in parts)
    if any("vbaproject" in name.lower() for name in found):
        raise Refused(MACRO)
    return found


def _check(parts: list[zipfile.ZipInfo], size: int, most: Most) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(LOCKED)
    total = sum(part.file_size for part in parts)
    spans = sorted((part.header_offset, part.header_offset + 30 + part.compress_size) for part in parts)
    overlap = any(after[0] < before[1] for before, after in pairwise(spans))
    beyond = bool(spans) and spans[-1][1] > size
    if overlap or beyond or len(parts) > most.parts or total > most.unpacked_bytes or (total > MEGABYTE and total > size * most.ratio):
        raise Refused(BOMB)
    if any(_leads_out(part) for part in parts):
        raise Refused(BOMB)


def _leads_out(part: zipfile.ZipInfo) -> bool:
    name = part.filename.replace("\\", "/")
    link = (part.external_attr >> 16) & 0o170000 == 0o120000
    return link or name.startswith("/") or ":" in name or ".." in name.split("/")
