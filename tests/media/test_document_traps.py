"""Documents that mean harm, against the real programs: each is turned down in plain Chinese before the office suite sees it, or does nothing there."""

import io
import struct
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from courses.kernel import runner
from courses.kernel.errors import Refused
from courses.kernel.queue import Setback
from courses.media import document_rules, documents, office
from tests.conftest import settings_in
from tests.media import papers

HEAD = '<?xml version="1.0"?>'


def packed(path: Path, parts: dict[str, str | bytes]) -> Path:
    """A packed file of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name, data)
    return path


def docx(path: Path, document: str = HEAD + "<w/>", **more: str | bytes) -> Path:
    """A packed text of which the document part is given."""
    return packed(path, {"[Content_Types].xml": HEAD + "<Types/>", "word/document.xml": document, **more})


def refused(path: Path, tmp_path: Path) -> str:
    """The words with which an upload is turned down at the door."""
    with pytest.raises(Refused) as fault:
        documents.examined(path, settings_in(tmp_path))
    return fault.value.message


def pdf(path: Path, *, pages: int = 1, box: str = "0 0 600 400", trailer: str = "", drawing: str = "") -> Path:
    """The smallest PDF of so many pages of this size."""
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.4\n")
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{' '.join(f'{4 + page} 0 R' for page in range(pages))}]>>",
        f"<</Length {len(drawing)}>>stream\n{drawing}\nendstream",
        *(f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 3 0 R>>" for _ in range(pages)),
    ]
    for number, words in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj{words}endobj\n".encode())
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode() + b"".join(f"{place:010d} 00000 n \n".encode() for place in places))
    out.write(f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF".encode())
    path.write_bytes(out.getvalue())
    return path


def test_what_these_tests_build_is_welcome_when_it_means_no_harm(tmp_path: Path) -> None:
    assert documents.examined(docx(tmp_path / "a.docx"), settings_in(tmp_path)) == "docx"
    assert documents.examined(pdf(tmp_path / "a.pdf", pages=2), settings_in(tmp_path)) == "pdf"


MACROS: list[dict[str, str | bytes]] = [
    {"word/vbaProject.bin": b"\0"},
    {"[Content_Types].xml": HEAD + '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'},
    {"Basic/Standard/Module1.xml": HEAD + "<m/>"},
    {"Scripts/python/run.py": "pass"},
]


@pytest.mark.parametrize("more", MACROS, ids=lambda more: next(iter(more)))
def test_macros_by_whatever_name(tmp_path: Path, more: dict[str, str | bytes]) -> None:
    assert "宏" in refused(docx(tmp_path / "harmless.docx", **more), tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("padding", [0, documents.MEGABYTE - 6])
def test_entities_are_turned_down_wherever_they_stand(tmp_path: Path, encoding: str, padding: int) -> None:
    bomb = "<!--" + "x" * padding + '--><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]><w>&b;</w>'
    trick = packed(tmp_path / "a.docx", {"word/document.xml": bomb.encode(encoding), "pad.bin": b"".join(bytes([n % 251]) for n in range(9000))})
    assert "结构不对" in refused(trick, tmp_path)


def test_a_drawing_in_it_may_not_declare_any_either(tmp_path: Path) -> None:
    assert "结构不对" in refused(docx(tmp_path / "a.docx", **{"word/media/a.svg": '<!DOCTYPE svg [<!ENTITY a "ha">]><svg/>'}), tmp_path)
    plain = docx(tmp_path / "b.docx", **{"word/media/a.svg": '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><svg/>'})
    assert documents.examined(plain, settings_in(tmp_path)) == "docx"


def test_a_zip_bomb_is_turned_down_at_once(tmp_path: Path) -> None:
    start = time.monotonic()
    bomb = docx(tmp_path / "bomb.docx", **{"word/media/a.xml": b"\0" * (400 * documents.MEGABYTE)})
    made, start = time.monotonic() - start, time.monotonic()
    assert "展开以后太大" in refused(bomb, tmp_path)
    assert time.monotonic() - start < max(1.0, made)


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil.xml", "C:\\evil.xml"])
def test_a_part_that_leads_out_of_the_file(tmp_path: Path, name: str) -> None:
    assert "结构不对" in refused(docx(tmp_path / "a.docx", **{name: "x"}), tmp_path)


def compound(path: Path, *streams: str) -> Path:
    """An old compound file with empty streams of these names: one sector each of header, table and directory."""
    entries = [("Root Entry", 5), *((name, 2) for name in streams)][:4]
    directory = b""
    for place, (name, kind) in enumerate(entries):
        wide = name.encode("utf-16-le")
        below = 1 if place == 0 and len(entries) > 1 else 0xFFFFFFFF
        right = place + 1 if 0 < place < len(entries) - 1 else 0xFFFFFFFF
        head = wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide) + 2, kind, 1, 0xFFFFFFFF, right, below)
        directory += head + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)
    directory = directory.ljust(512, b"\0")
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    path.write_bytes(head.ljust(512, b"\xff") + table + directory)
    return path


@pytest.mark.parametrize(("streams", "words"), [(("EncryptedPackage",), "密码"), (("_VBA_PROJECT", "WordDocument"), "宏"), (("Workbook",), "不是课件")])
def test_old_wrappings(tmp_path: Path, streams: tuple[str, ...], words: str) -> None:
    assert words in refused(compound(tmp_path / "old.ppt", *streams), tmp_path)


def test_locked_files_are_told_so(tmp_path: Path) -> None:
    locked = "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + "11" * 32 + ">/U<" + "22" * 32 + ">>>/ID[<00><00>]"
    assert "密码" in refused(pdf(tmp_path / "locked.pdf", trailer=locked), tmp_path)
    manifest = HEAD + "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    kind = "application/vnd.oasis.opendocument.presentation"
    assert "密码" in refused(packed(tmp_path / "locked.odp", {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": "?"}), tmp_path)


def test_pdfs_that_are_too_much(tmp_path: Path) -> None:
    assert "超过 300 页" in refused(pdf(tmp_path / "long.pdf", pages=document_rules.MOST_PAGES + 1), tmp_path)
    (tmp_path / "made").mkdir()
    with pytest.raises(Refused, match="纸张大小"):
        documents.drawn(pdf(tmp_path / "wide.pdf", box="0 0 2000000 2000000"), tmp_path / "made", settings_in(tmp_path), report=lambda percent: None)


def test_a_page_a_hundred_times_as_tall_as_wide_stays_a_bounded_picture(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    made = documents.drawn(pdf(tmp_path / "tall.pdf", box="0 0 140 14000"), tmp_path / "made", settings_in(tmp_path), report=lambda percent: None)
    assert made.pages[0].height <= document_rules.LARGE_WIDTH * document_rules.TALLEST


def test_a_drawing_without_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "DRAWING", runner.Bounds(4, data_bytes=runner.GIGABYTE))
    endless = pdf(tmp_path / "endless.pdf", pages=100, drawing="q 0 0 600 400 re f Q " * 60_000)
    (tmp_path / "made").mkdir()
    with pytest.raises(Refused, match="太复杂"):
        documents.drawn(endless, tmp_path / "made", settings_in(tmp_path), report=lambda percent: None)


def test_what_is_no_document_is_told_so(tmp_path: Path) -> None:
    assert "不是课件" in refused(packed(tmp_path / "photos.zip", {"a.jpg": b"x"}), tmp_path)
    (tmp_path / "broken.pptx").write_bytes(b"PK\x03\x04" + b"x" * 900)
    assert "没有保存完整" in refused(tmp_path / "broken.pptx", tmp_path)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4\n" + b"x" * 900)
    assert "读不了" in refused(tmp_path / "broken.pdf", tmp_path)


def test_the_office_suite_sees_neither_the_network_nor_our_data(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    settings.data_dir.mkdir()
    (settings.data_dir / "secret.txt").write_text("机密", "utf-8")
    link = f'<text:section text:name="s"><text:section-source xlink:href="file://{settings.data_dir}/secret.txt"/><text:p>旧</text:p></text:section>'
    work = tmp_path / "work"
    (work / "in").mkdir(parents=True)
    source = work / "in" / "source.fodt"
    source.write_text(papers.flat_text(["正文"], more=link), "utf-8")
    made = office.to_pdf(source, work, settings)
    words = subprocess.run(["pdftotext", str(made), "-"], capture_output=True, text=True, check=True, timeout=20).stdout
    assert "正文" in words and "机密" not in words


def test_a_child_that_is_shut_in_has_no_network_and_finds_hidden_folders_empty(tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "secret").write_text("机密")
    bounds = runner.Bounds(20, shut_in=True, hidden=(tmp_path / "hidden",))
    said = runner.run(["sh", "-c", f"ls {tmp_path}/hidden; tail -n +3 /proc/net/dev"], bounds).output.decode()
    assert "secret" not in said and [line.split(":")[0].strip() for line in said.splitlines()] == ["lo"]


def test_one_conversion_at_a_time(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with office._alone(settings), pytest.raises(Setback, match="正在转换"), office._alone(settings):
        pass


@pytest.mark.parametrize("status", [0, 1])
def test_success_without_a_file_is_a_failure(tmp_path: Path, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stub: Callable[..., Path] = lambda settings: tmp_path / "soffice.bin"  # noqa: E731
    (tmp_path / "soffice.bin").write_text(f"#!/bin/sh\nexit {status}\n")
    (tmp_path / "soffice.bin").chmod(0o755)
    monkeypatch.setattr(office, "program", stub)
    (tmp_path / "work").mkdir()
    with pytest.raises(Refused, match="转换不了"):
        office.to_pdf(tmp_path / "a.pptx", tmp_path / "work", settings_in(tmp_path))
