"""Started as a program of its own, inside limits: reads one table file and prints its cells as JSON. The only importer of calamine and olefile.

`python -m courses.kernel.sheet_reader FILE`. Prints {"sheets": [{"name", "rows", "formulas"}]} or {"fault": why}. A day is {"day": "2026-01-02"}; `formulas` are
[row, column] of cells that hold one. Nothing is evaluated, no link is followed, no macro is looked at beyond its being there.
"""

import csv
import io
import itertools
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import olefile
from python_calamine import CalamineWorkbook

from courses.kernel.words import Words

MOST_ROWS = 30_000
MOST_COLUMNS = 100
MOST_SHEETS = 60
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 3000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = Words("这个文件设了密码，读不了。请在表格软件里取消密码，另存一份再上传。")
MACRO = Words("这个文件带有宏，为了安全不接收。请另存为“Excel 工作簿（.xlsx）”再上传。")
OTHER = Words("这不是表格文件。请用 .xlsx、.xls 或 .csv。")
BROKEN = Words("这个表格文件读不了，可能没有保存完整。请用表格软件打开，另存为 .xlsx 再上传。")
BOMB = Words("这个文件展开以后太大，或者里面的结构不对，不接收。请把名册复制到一个新表格里再上传。")
LONG = Words("表格太长。一次最多 %(most_rows)s 行、%(most_columns)s 列，请分几次上传。", most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
_FORMULA = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


class Fault(Exception):
    """Why the file is not taken, in words for whoever brought it."""


def read(path: Path) -> list[dict[str, Any]]:
    """The sheets of a file; what kind of file it is, its bytes say and not its name."""
    data = path.read_bytes()
    if data.startswith(ZIP):
        return _book(path, _xlsx_formulas(data))
    if data.startswith(OLE):
        return _book(path, _xls_formulas(path))
    return [_text(data)]


def _book(path: Path, formulas: dict[str, list[list[int]]]) -> list[dict[str, Any]]:
    try:
        book = CalamineWorkbook.from_path(str(path))
    except Exception as fault:
        raise Fault(LOCKED if "assword" in f"{type(fault).__name__} {fault}" else BROKEN) from fault
    sheets = []
    for name in book.sheet_names[:MOST_SHEETS]:
        try:
            sheet = book.get_sheet_by_name(name)
        except Exception as fault:
            raise Fault(BROKEN) from fault
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise Fault(LONG)
        rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        sheets.append({"name": name, "rows": rows, "formulas": formulas.get(name, [])})
    return sheets


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()} if value.time().isoformat() == "00:00:00" else value.isoformat(" ")
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def _xlsx_formulas(data: bytes) -> dict[str, list[list[int]]]:
    """Where the formulas are, by sheet; raises `Fault` for what is no plain workbook."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
        parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise Fault(BROKEN) from fault
    _check_parts(parts, len(data))
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Fault(Words("这个文件里没有表格，或者是别的软件的格式。请另存为“Excel 工作簿（.xlsx）”再上传。") if "xl/workbook.bin" not in names else BROKEN)
    if any("vbaproject" in name.lower() or name.startswith("xl/macrosheets/") for name in names):
        raise Fault(MACRO)
    try:
        return {sheet: list(_in_xml(packed.read(part))) for sheet, part in _sheet_parts(packed) if part in names}
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, EOFError, OSError) as fault:
        raise Fault(BROKEN) from fault


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    """Sum the sizes before anything is unpacked; no links, no way out of the folder, no part inside another."""
    spans = sorted((part.header_offset, part.header_offset + 30 + part.compress_size) for part in parts)
    overlap = any(after[0] < before[1] for before, after in itertools.pairwise(spans))
    outside = any(part.filename.startswith(("/", "\\")) or ".." in part.filename.replace("\\", "/").split("/") for part in parts)
    link = any((part.external_attr >> 16) & 0o170000 == 0o120000 for part in parts)
    if overlap or outside or link or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or (spans and spans[-1][1] > size):
        raise Fault(BOMB)
    if any(part.flag_bits & 1 for part in parts):
        raise Fault(LOCKED)


def _sheet_parts(packed: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(name of a sheet, its part), by the workbook's own list."""
    relations = packed.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations):
        found = dict(re.findall(r'\b(Id|Target)="([^"]*)"', tag))
        target = found.get("Target", "").lstrip("/")
        targets[found.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", packed.read("xl/workbook.xml").decode("utf-8", "replace")):
        name, relation = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if name and relation:
            yield _unescaped(name[1]), targets.get(relation[1], "")


def _in_xml(text: bytes) -> Iterator[list[int]]:
    for tag in _FORMULA.finditer(text):
        place = _PLACE.search(tag[1])
        if place is None:
            raise Fault("表格里有公式，读不出它在哪一格。请全选、复制、“选择性粘贴”为数值，另存再上传。")
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        yield [int(place[2]) - 1, column - 1]


def _unescaped(text: str) -> str:
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, sign)
    return text


def _xls_formulas(path: Path) -> dict[str, list[list[int]]]:
    """Where the formulas of an old workbook are, by sheet; raises `Fault` for a locked one, one with macros, or no workbook."""
    try:
        with olefile.OleFileIO(path) as packed:
            if packed.exists("EncryptedPackage"):
                raise Fault(LOCKED)
            if packed.exists("_VBA_PROJECT_CUR") or packed.exists("Macros"):
                raise Fault(MACRO)
            name = next((one for one in ("Workbook", "Book") if packed.exists(one)), None)
            if name is None:
                raise Fault(OTHER)
            return _in_records(packed.openstream(name).read())
    except (OSError, ValueError, IndexError) as fault:
        raise Fault(BROKEN) from fault


def _in_records(stream: bytes) -> dict[str, list[list[int]]]:
    sheets: dict[int, str] = {}
    found: dict[str, list[list[int]]] = {}
    depth, here = 0, ""
    for start, kind, body in _records(stream):
        if kind == 0x2F:
            raise Fault(LOCKED)
        if kind == 0x85 and len(body) > 8:  # a sheet: where it begins, and its name
            wide = body[7] & 1
            sheets[int.from_bytes(body[:4], "little")] = body[8 : 8 + body[6] * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")
        elif kind in {0x09, 0x0209, 0x0409, 0x0809}:
            depth, here = depth + 1, sheets.get(start, here) if depth == 0 else here
        elif kind == 0x0A:
            depth = max(0, depth - 1)
        elif kind in {0x06, 0x0206, 0x0406} and len(body) >= 4:
            found.setdefault(here, []).append([int.from_bytes(body[:2], "little"), int.from_bytes(body[2:4], "little")])
    return found


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 0
    while place + 4 <= len(stream):
        kind, length = int.from_bytes(stream[place : place + 2], "little"), int.from_bytes(stream[place + 2 : place + 4], "little")
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _text(data: bytes) -> dict[str, Any]:
    """A table typed as text: its encoding by mark, else strict UTF-8, else GB18030; its separator by what its first lines hold."""
    words = _decoded(data)
    head = [line for line in words.splitlines()[:20] if line.strip()]
    if not head:
        raise Fault("文件是空的。")
    separator = max(",\t;，", key=lambda mark: max(line.count(mark) for line in head))
    csv.field_size_limit(100_000)
    rows: list[list[Any]] = []
    formulas: list[list[int]] = []
    try:
        for place, row in enumerate(csv.reader(io.StringIO(words, newline=""), delimiter=separator)):
            if place >= MOST_ROWS or len(row) > MOST_COLUMNS:
                raise Fault(LONG)
            rows.append([re.sub(r'^="(.*)"$', r"\1", cell) for cell in row])
            formulas += [[place, column] for column, cell in enumerate(rows[-1]) if re.match(r"[=@]|[+-](?![\d\s.])", cell) and len(cell) > 1]
    except csv.Error as fault:
        raise Fault(BROKEN) from fault
    return {"name": "", "rows": rows, "formulas": formulas}


def _decoded(data: bytes) -> str:
    marks = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\x84\x31\x95\x33", "gb18030"))
    for mark, encoding in marks:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, OTHER)
    if re.search(rb"[\0-\x08\x0e-\x1f]", data):
        raise Fault(OTHER)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(data, "gb18030", Words("这个文件的文字编码认不出来。请用表格软件打开，另存为 .xlsx 再上传。"))


def _strict(data: bytes, encoding: str, fault: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Fault(fault) from error


if __name__ == "__main__":
    try:
        answer: dict[str, Any] = {"sheets": read(Path(sys.argv[1]))}
    except Fault as refusal:
        answer = {"fault": str(refusal)}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
