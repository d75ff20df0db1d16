"""An issued PDF's signature by a program that is not ours, and its QR code as a scanner meets it on paper and on a phone."""

import subprocess
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import update

from courses.catalogue.models import CourseVersion
from courses.kernel.db import db, transaction
from learning.records import pdf, qr, typst
from learning.records.addresses import address
from learning.records.models import Certificate, Credential
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import County
from tests.records.proofs import ZONE, certify

BASE = "https://dangxiao.qingchuan.example.cn"
PAPER_MM, MARGIN = 36, 8  # how wide the code is on A4; light modules around it, which belong to that width
FINEST_MM = 0.33  # a module that a laser printer sets and a plain phone camera resolves (ISO 18004 scanners ask for a quarter of a millimetre)
PHONE_PX, FINEST_PX = 264, 3  # how wide the code is on the picture at 360 px; how wide a module must be there


def signature(path: Path) -> str:
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True).stdout


def scanned(page: bytes, folder: Path, *, dots: int) -> list[str]:
    """What a reader of QR codes finds on a PDF's first page at so many dots an inch."""
    (folder / "page.pdf").write_bytes(page)
    subprocess.run(["pdftoppm", "-gray", "-singlefile", "-r", str(dots), folder / "page.pdf", folder / "page"], check=True)
    head, size, _, *rest = (folder / "page.pgm").read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    assert head == b"P5"
    picture = memoryview(rest[0]).cast("B", shape=(height, width))
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)  # of another kind it sees one by chance in some
    return [one.text for one in found]


@pytest.fixture
def row(county: County, course: MadeCourse) -> Certificate:
    """A certificate with names as long as a county's are."""
    with transaction() as session:
        session.execute(update(CourseVersion).values(title="党员教育培训：村级议事协商与“四议两公开”工作法（现场模拟课）"))
    return certify(county, course)


def test_pdfsig_says_that_the_signature_is_valid_and_finds_one_changed_byte(app: Flask, county: County, row: Certificate, tmp_path: Path):
    issued = client_for(app, county.member).get(f"/certificates/{row.id}.pdf").data
    path = tmp_path / "issued.pdf"
    path.write_bytes(issued)
    said = signature(path)
    assert "Signature is Valid" in said and "Total document signed" in said and "空中大讲堂 记录签名" in said, said
    begun = issued.index(b"stream")
    path.write_bytes(issued[: begun + 40] + bytes([issued[begun + 40] ^ 1]) + issued[begun + 41 :])
    said = signature(path)
    assert "Digest Mismatch" in said and "Signature is Valid" not in said, said
    path.write_bytes(issued + b"\n% more")
    assert "Not total document signed" in signature(path) or "Total document signed" not in signature(path)


def test_the_code_is_large_enough_for_paper_and_for_a_phone_and_says_the_same_on_both(row: Certificate, tmp_path: Path):
    token = db.session.query(Credential).one().token
    printed = address(row, base=BASE, token=token)
    across = qr.modules(printed) + MARGIN
    assert PAPER_MM / across >= FINEST_MM, f"{across} modules on {PAPER_MM} mm: shorten the credential or widen the code"
    assert PHONE_PX / across >= FINEST_PX
    values = pdf.certificate_values(row, address=printed, zone=ZONE)
    assert scanned(typst.pdf("certificate", values), tmp_path, dots=200) == [printed]
    assert scanned(typst.pdf("certificate_picture", values), tmp_path, dots=72) == [printed], "not to be read from a screen of 360 px"


def test_the_picture_is_a_phones_screen_wide_and_says_what_matters(app: Flask, county: County, row: Certificate, tmp_path: Path):
    made = client_for(app, county.member).get(f"/certificates/{row.id}.png").data
    width, height = int.from_bytes(made[16:20]), int.from_bytes(made[20:24])
    assert width == 1080 and 1.8 < height / width < 2.6
    (tmp_path / "picture.pdf").write_bytes(typst.pdf("certificate_picture", pdf.certificate_values(row, address=BASE, zone=ZONE)))
    words = subprocess.run(["pdftotext", tmp_path / "picture.pdf", "-"], check=True, capture_output=True, text=True).stdout
    said = "".join(words.split())
    for expected in ("张甲", row.course_title, "0.25学时", row.number, row.code, "（盖章处）", "样例镇党委柳荫村党支部"):
        assert "".join(expected.split()) in said
    sizes = subprocess.run(["pdftotext", "-bbox", tmp_path / "picture.pdf", "-"], check=True, capture_output=True, text=True).stdout
    heights = [float(line.split('yMax="')[1].split('"')[0]) - float(line.split('yMin="')[1].split('"')[0]) for line in sizes.splitlines() if "<word" in line]
    assert min(heights) >= 12, "a word is smaller than a phone's reader can read"
