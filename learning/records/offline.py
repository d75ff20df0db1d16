"""The static page that checks papers without a network: one file, its script and this county's keys inside."""

import json
from pathlib import Path

from learning.records.keys import Ring

VERIFIER = Path(__file__).resolve().parents[2] / "verifier"
KEYS = "/* KEYS */ null"


def page(ring: Ring | None) -> str:
    """The page of the verifier with the signed list of keys filled in, so that whoever opens it need not find them."""
    empty = (VERIFIER / "verify.html").read_text("utf-8")
    known = {"fingerprint": ring.fingerprint, "keys": json.loads(ring.published)} if ring else None
    # Within a script element only "</" could end it early; a JSON text may write it as "<\\/".
    return empty.replace(KEYS, json.dumps(known, ensure_ascii=False).replace("</", "<\\/"))
