"""The keys that records are signed with: files of this user alone, kept outside the database, under a root key that vouches for them.

`root.key` signs the list of keys (`keys.json`) and the certificates of the signing keys; it may be kept elsewhere between rotations. Old keys stay in
the list, so that what they signed still verifies; a revoked one is marked there, and nothing that it signed counts by itself any more.
"""

import json
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from courses.kernel.errors import Refused
from courses.kernel.folder import sync_folder
from courses.kernel.settings import settings
from learning.records import statement_rules as statements
from learning.records.statement_rules import Key

YEARS = timedelta(days=3653)
_ES256 = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # the same statement gives the same signature (RFC 6979)


@dataclass(frozen=True)
class Ring:
    """The keys as they stand in a folder."""

    folder: Path
    root_spki: bytes
    keys: tuple[Key, ...]
    published: str  # the signed list, as anyone may have it

    @property
    def origin(self) -> str:
        return statements.origin(self.root_spki)

    @property
    def fingerprint(self) -> str:
        return statements.fingerprint(self.root_spki)

    @property
    def current(self) -> Key:
        """The key that signs now."""
        return next(key for key in reversed(self.keys) if key.state == "current")

    def key(self, kid: str) -> Key | None:
        return next((key for key in self.keys if key.kid == kid), None)

    def sign(self, kind: str, body: bytes) -> bytes:
        """Sign a statement with the current key."""
        return _signed(_private(self.folder / f"{self.current.kid}.key"), statements.signed_bytes(kind, body))

    def holds(self, kind: str, body: bytes, signature: bytes, kid: str) -> bool:
        """Whether a key of ours that is not revoked made this signature."""
        key = self.key(kid)
        return key is not None and not key.revoked and _verified(key.spki, statements.signed_bytes(kind, body), signature)


def folder() -> Path:
    """Where the keys are."""
    return settings().keys_dir or settings().data_dir / "keys"


def ring() -> Ring | None:
    """The keys, or None before any were made; raises `Refused` when the list is not the root key's."""
    path = folder() / "keys.json"
    return _read(path) if path.exists() else None


def standing() -> Ring:
    """The keys; raises `Refused` before any were made."""
    found = ring()
    if found is None:
        raise Refused("还没有签名密钥，请管理员先运行 ./manage keys begin。")
    return found


def begin(where: Path, *, now: datetime) -> bool:
    """Make the root key and the first signing key, unless there are keys; says whether they were made."""
    if (where / "keys.json").exists():
        return False
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    root = ec.generate_private_key(ec.SECP256R1())
    _write_private(where / "root.key", root)
    _write(where / "root.crt", _certificate(root, root, "空中大讲堂 记录签名根证书", now=now).public_bytes(serialization.Encoding.PEM))
    _publish(where, root, [_make(where, root, now=now)], now=now)
    return True


def rotate(where: Path, *, now: datetime) -> Key:
    """Retire the current key and make another; what the old ones signed still verifies. Needs root.key."""
    root, keys = _opened(where)
    made = _make(where, root, now=now)
    _publish(where, root, [*(replace(key, until=now) if key.state == "current" else key for key in keys), made], now=now)
    return made


def revoke(where: Path, kid: str, reason: str, *, now: datetime) -> Key:
    """Say that a key fell into other hands; its private half is removed, and another takes its place if it was the current one."""
    root, keys = _opened(where)
    standing = next((key for key in keys if key.kid == kid), None)
    if standing is None or standing.revoked:
        raise Refused("没有这个密钥，或者它已经作废了。")
    if not reason.strip():
        raise Refused("请写明作废的原因。")
    gone = replace(standing, until=standing.until or now, revoked=now, reason=reason.strip())
    made = [_make(where, root, now=now)] if standing.state == "current" else []
    _publish(where, root, [*(gone if key.kid == kid else key for key in keys), *made], now=now)
    (where / f"{kid}.key").unlink(missing_ok=True)
    return gone


def faults(where: Path) -> list[str]:
    """What is wrong with the files of the keys, in words."""
    found = _read(where / "keys.json")
    paths = [where / f"{found.current.kid}.key", *([where / "root.key"] if (where / "root.key").exists() else [])]
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        return [f"缺少 {'、'.join(missing)}"]
    out = [f"别的用户也能读 {path.name}" for path in paths if path.stat().st_mode & 0o077]
    if statements.kid_of(_spki(_private(paths[0]))) != found.current.kid:
        out.append(f"{paths[0].name} 不是列表里的那个密钥")
    return out


def _read(path: Path) -> Ring:
    kept = path.stat()
    return _ring(path, (kept.st_mtime_ns, kept.st_ino, kept.st_size))


@cache
def _ring(path: Path, _state: tuple[int, int, int]) -> Ring:
    """The list as the file has it; two writings within one tick of the file system's clock differ in their file and its size."""
    published = path.read_text("utf-8")
    try:
        said = json.loads(published)
        body, signature = said["statement"].encode(), statements.unb64(said["signature"])
        root, keys = statements.keys_from(body)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Refused("密钥列表 keys.json 读不出来，请从备份恢复。") from fault
    if not _verified(root, statements.signed_bytes(statements.KEYS, body), signature):
        raise Refused("密钥列表 keys.json 被改动过，请从备份恢复。")
    return Ring(path.parent, root, tuple(keys), published)


def _opened(where: Path) -> tuple[ec.EllipticCurvePrivateKey, list[Key]]:
    if not (where / "keys.json").exists():
        raise Refused("还没有签名密钥，请先运行 ./manage keys begin。")
    if not (where / "root.key").exists():
        raise Refused("找不到根密钥 root.key：更换和作废密钥时要把它放回密钥文件夹。")
    return _private(where / "root.key"), list(_read(where / "keys.json").keys)


def _make(where: Path, root: ec.EllipticCurvePrivateKey, *, now: datetime) -> Key:
    made = ec.generate_private_key(ec.SECP256R1())
    spki = _spki(made)
    kid = statements.kid_of(spki)
    _write_private(where / f"{kid}.key", made)
    certificate = _certificate(made, root, f"空中大讲堂 记录签名 {kid}", now=now)
    _write(where / f"{kid}.crt", certificate.public_bytes(serialization.Encoding.PEM))
    return Key(kid, spki, since=now)


def _publish(where: Path, root: ec.EllipticCurvePrivateKey, keys: list[Key], *, now: datetime) -> None:
    body = statements.keys_body(_spki(root), keys, now)
    signature = _signed(root, statements.signed_bytes(statements.KEYS, body))
    _write(where / "keys.json", json.dumps({"statement": body.decode(), "signature": statements.b64(signature)}, ensure_ascii=False).encode())


def _certificate(own: ec.EllipticCurvePrivateKey, root: ec.EllipticCurvePrivateKey, name: str, *, now: datetime) -> x509.Certificate:
    """An X.509 certificate, which PDF readers ask for; the root's names itself."""
    top = own is root
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "空中大讲堂 记录签名根证书")])
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + YEARS)
        .add_extension(x509.BasicConstraints(ca=top, path_length=0 if top else None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=not top, content_commitment=not top, key_cert_sign=top, crl_sign=top, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
    )
    if not top:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(root, hashes.SHA256())


def _signed(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(data, _ES256))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _verified(spki: bytes, data: bytes, signature: bytes) -> bool:
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    key: Any = serialization.load_der_public_key(spki)
    try:
        key.verify(der, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return len(signature) == 64


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@cache
def _private(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Refused(f"{path.name} 不是本系统的密钥。")
    return key


def _write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(path, pem, mode=0o600)


def _write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Whole or not at all, and durable before anything rests on it."""
    part = path.with_suffix(f"{path.suffix}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(part, path)
    sync_folder(path.parent)
