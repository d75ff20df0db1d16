"""The statements that are signed, as bytes and back: the list of keys, a checkpoint of the log, the credential in a QR code; all pure.

What is signed is always "sky-lecture-hall/<kind>/1", a line feed and the body, so that no statement can pass for one of another kind. A
signature is ES256: 64 bytes, r then s, over P-256 with SHA-256. The stand-alone verifier reads these forms on its own; change none of them
without a new number.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

KEYS, CHECKPOINT, CREDENTIAL = "keys", "checkpoint", "credential"
KID_LENGTH = 8


@dataclass(frozen=True)
class Key:
    """A signing key as the world may know it. `spki` is its public half (DER); times in UTC; a revoked key says why."""

    kid: str
    spki: bytes
    since: datetime
    until: datetime | None = None
    revoked: datetime | None = None
    reason: str = ""

    @property
    def state(self) -> str:
        return "revoked" if self.revoked else "retired" if self.until else "current"


@dataclass(frozen=True)
class Checkpoint:
    """The log at one size: its root says all that is in it, `revoked` (as `revoked_of` writes it) which certificates were taken back; "" before there was such
    a line. `signature` is by the key `kid`."""

    origin: str
    size: int
    root: bytes
    at: datetime
    kid: str = ""
    signature: bytes = b""
    revoked: str = ""


@dataclass(frozen=True)
class Credential:
    """What the QR code of a certificate says by itself. `leaf` is the beginning of its leaf in the log, so that the two belong together."""

    kid: str
    number: str
    name: str
    course: str
    quarters: int
    on: str
    issuer: str
    leaf: bytes


def signed_bytes(kind: str, body: bytes) -> bytes:
    """What a signature of this kind of statement is made over."""
    return f"sky-lecture-hall/{kind}/1\n".encode() + body


def kid_of(spki: bytes) -> str:
    """A short name of a key, from its public half alone: eight letters and digits that are hard to mix up."""
    return base64.b32encode(hashlib.sha256(spki).digest()).decode().lower()[:KID_LENGTH]


def fingerprint(spki: bytes) -> str:
    """The name in full of a key that is to be trusted: SHA-256 of its public half, as hexadecimal."""
    return hashlib.sha256(spki).hexdigest()


def origin(root_spki: bytes) -> str:
    """Which log this is: one a root key."""
    return f"sky-lecture-hall/{kid_of(root_spki)}"


def keys_body(root_spki: bytes, keys: list[Key], at: datetime) -> bytes:
    """The list of keys as the root key signs it."""
    rows = [
        {"kid": key.kid, "spki": b64(key.spki), "since": stamp(key.since), "until": _stamp(key.until), "revoked": _stamp(key.revoked), "reason": key.reason}
        for key in keys
    ]
    return _json({"root": b64(root_spki), "keys": rows, "at": stamp(at)})


def keys_from(body: bytes) -> tuple[bytes, list[Key]]:
    """(public half of the root key, keys) of a list of keys; raises ValueError or KeyError for anything else."""
    said = json.loads(body)
    keys = [Key(row["kid"], unb64(row["spki"]), _time(row["since"]), _maybe(row["until"]), _maybe(row["revoked"]), str(row["reason"])) for row in said["keys"]]
    return unb64(said["root"]), keys


def checkpoint_body(row: Checkpoint) -> bytes:
    """Origin, size, root, time and what was revoked, a line each."""
    revoked = f"{row.revoked}\n" if row.revoked else ""
    return f"{row.origin}\n{row.size}\n{b64(row.root)}\n{stamp(row.at)}\n{revoked}".encode()


def revoked_of(pairs: Iterable[tuple[int, int]]) -> str:
    """What a checkpoint says of revocations, each as (its leaf, the leaf of the certificate): how many, and a hash over all. A leaf alone does not tell what it
    is, so that whoever hands on a log could call a revocation something else."""
    rows = [f"{index} {about}\n" for index, about in pairs]
    return f"revoked {len(rows)} {b64(hashlib.sha256(''.join(rows).encode()).digest())}"


def checkpoint_text(row: Checkpoint) -> str:
    """A checkpoint as it is printed and kept: its body, an empty line, and the signature."""
    return f"{checkpoint_body(row).decode()}\n— {row.kid} {b64(row.signature)}\n"


def checkpoint_from(text: str) -> Checkpoint:
    """A checkpoint from its text; raises ValueError for anything else."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) not in {6, 7} or lines[-2]:
        raise ValueError("not a checkpoint")
    body, marks = lines[:-2], lines[-1].split(" ")
    if len(marks) != 3 or marks[0] != "—":
        raise ValueError("not a checkpoint")
    return Checkpoint(body[0], int(body[1]), unb64(body[2]), _time(body[3]), marks[1], unb64(marks[2]), "".join(body[4:]))


def credential_body(row: Credential) -> bytes:
    """A credential as it is signed: a JSON list, short because it is printed as a QR code."""
    return _json([1, row.kid, row.number, row.name, row.course, row.quarters, row.on, row.issuer, b64(row.leaf)])


def credential_token(row: Credential, signature: bytes) -> str:
    """A credential with its signature, for the fragment of an address."""
    return b64(credential_body(row) + signature)


def credential_from(token: str) -> tuple[Credential, bytes, bytes]:
    """(credential, signed body, signature) of a token; raises ValueError for anything else."""
    raw = unb64(token)
    body, signature = raw[:-64], raw[-64:]
    said: Any = json.loads(body)
    if not isinstance(said, list) or len(said) != 9 or said[0] != 1:
        raise ValueError("not a credential")
    kid, number, name, course, quarters, on, issuer, leaf = said[1:]
    return Credential(kid, number, name, course, int(quarters), on, issuer, unb64(leaf)), body, signature


def b64(raw: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """What `b64` wrote; raises ValueError for anything else."""
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except UnicodeEncodeError as fault:
        raise ValueError("not base64") from fault


def stamp(at: datetime) -> str:
    """2026-11-02T02:00:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _maybe(text: str | None) -> datetime | None:
    return _time(text) if text else None


def _json(value: Mapping[str, Any] | list[Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
