"""Documents as trainers bring them: written as flat text, and brought into each format by the office suite itself."""

import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

SLIDES = ("用火用电安全\n人走断电，门口不堆杂物", "发现火情\n先撤离，再拨打 119", "逃生要点\n弯腰沿墙走，不乘电梯")
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("draw", "drawing"), ("text", "text"), ("style", "style"), ("presentation", "presentation"))
)
SPACES += ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'


def flat_slides(pages: Sequence[str] = SLIDES, *, more: str = "") -> str:
    """A presentation, one frame of text a page; `more` is markup put on the first."""
    frames = []
    for place, words in enumerate(pages):
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in words.split("\n"))
        box = f'<draw:frame svg:x="2cm" svg:y="2cm" svg:width="20cm" svg:height="10cm"><draw:text-box>{lines}</draw:text-box></draw:frame>'
        frames.append(f'<draw:page draw:name="p{place}">{box}{more if place == 0 else ""}</draw:page>')
    body = f"<office:body><office:presentation>{''.join(frames)}</office:presentation></office:body>"
    kind = 'office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.presentation"'
    return f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} {kind}>{body}</office:document>'


def flat_text(paragraphs: Sequence[str], *, more: str = "") -> str:
    """A text, a paragraph a line; `more` is markup before them."""
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in paragraphs)
    kind = 'office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"'
    body = f"<office:body><office:text>{more}{lines}</office:text></office:body>"
    return f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} {kind}>{body}</office:document>'


def converted(flat: str, target: Path, *, options: str = "") -> Path:
    """`flat` brought into the format that the ending of `target` names."""
    source = target.with_suffix(".fodp" if "presentation" in flat[:1200] and "<office:presentation>" in flat else ".fodt")
    source.write_text(flat, "utf-8")
    words = ["soffice", f"-env:UserInstallation=file://{target.parent}/office-profile", "--headless", "--norestore"]
    form = target.suffix[1:] + (f":{options}" if options else "")
    done = subprocess.run([*words, "--convert-to", form, "--outdir", str(target.parent), str(source)], capture_output=True, text=True, timeout=120, check=False)
    made = source.with_suffix(target.suffix)
    assert made.exists(), done.stdout + done.stderr
    return made if made == target else made.rename(target)


def repacked(source: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    """A packed document with parts replaced, added or (None) left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in changes:
                new.writestr(part, old.read(part))
        for name, data in changes.items():
            if data is not None:
                new.writestr(name, data)
    return target
