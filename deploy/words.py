"""The English catalogue: takes in new words of the interface, drops those that are gone, compiles it (for scripts too), and says what waits for a translation.

`python deploy/words.py` from the project's root; `./manage words` calls it. Source words are Chinese, as they stand in code and templates.
"""

import io
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "templates" / "translations" / "en" / "LC_MESSAGES"
METHODS = [("courses/**.py", "python"), ("learning/**.py", "python"), ("templates/**.html", "jinja2"), ("static/js/**.js", "javascript")]
HAN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
OF_SCRIPTS = ROOT / "static" / "words" / "en.js"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # the same words give the same bytes, whenever they are compiled
KEYWORDS = dict.fromkeys(
    (
        "_",
        "_l",
        "gettext",
        "lazy_gettext",
        "Words",
        "Refused",
        "Missing",
        "Forbidden",
        "NotTheirs",
        "Stale",
        "Fault",
        "Unfit",
        "TooLarge",
        "Unclear",
        "Refusal",
        "NoRoster",
    )
)
ROOMS = ("courses", "learning", "templates", "static/js")


def found(rooms: tuple[str, ...] = ROOMS) -> Catalog:
    """Every word of the interface, or of some rooms of it."""
    catalog = Catalog(locale="en")
    for room in rooms:
        methods = [(pattern, method) for pattern, method in METHODS if pattern.startswith(room)]
        for _, _, message, _, context in extract_from_dir(ROOT / room, [(p.removeprefix(f"{room}/"), m) for p, m in methods], keywords=KEYWORDS):
            if HAN.search(str(message)):  # what stands in a refusal's place otherwise is a key or a mark between words
                catalog.add(message, None, context=context)
    return catalog


def kept() -> Catalog:
    """The catalogue as it stands."""
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as the product reads it."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def merged(old: Catalog, new: Catalog) -> Catalog:
    """The words of `new` in order, with the translations of `old`."""
    out = Catalog(locale="en", fuzzy=False, creation_date=EPOCH, revision_date=EPOCH)
    for message in sorted((one for one in new if one.id), key=lambda one: str(one.id)):
        standing = old.get(message.id)
        out.add(message.id, standing.string if standing else "")
    return out


def of_scripts(catalog: Catalog) -> str:
    """The part of the catalogue that scripts say, as they read it."""
    said = {str(one.id): str(kept.string) for one in found(("static/js",)) if one.id and (kept := catalog.get(one.id))}
    return f"var Catalogue = {json.dumps(said, ensure_ascii=False, indent=0, sort_keys=True)};\n"


def main() -> int:
    """Bring the catalogue up to date; ends with 1 while a word waits for its translation."""
    catalog = merged(kept(), found())
    with (FOLDER / "messages.po").open("wb") as file:
        write_po(file, catalog, omit_header=True, width=0)
    (FOLDER / "messages.mo").write_bytes(compiled(catalog))
    OF_SCRIPTS.write_text(of_scripts(catalog))
    waiting = [str(message.id) for message in catalog if message.id and not message.string]
    for words in waiting:
        print("untranslated:", words)
    print(f"{len(catalog)} words, {len(waiting)} wait for English")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
