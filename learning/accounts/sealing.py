"""Passwords by argon2, mobile numbers by AES-GCM, tokens by SHA-256; the only importer of argon2 and cryptography in accounts."""

import hashlib
import hmac
import os
import secrets
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# RFC 9106's low-memory choice in the form OWASP gives it; a verification takes about 30 ms and 19 MiB, so few run at once.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(4)
# A password that was drawn and thrown away, sealed as `_hasher` seals: what is tried is compared with it where there is none.
_nobody = "$argon2id$v=19$m=19456,t=2,p=1$RAyDNpyy7bOOKizeOD0Itw$WIBhd9rjBRTU90U4HPazGdUQ8fmmWW0jT6WCKBXJqkw"
_DIGITS = "23456789"
_LETTERS = "abcdefghjkmnpqrstuvwxyz"


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether the password is right; takes as long when there is none to compare with."""
    with _at_once:
        try:
            return _hasher.verify(kept or _nobody, password) and kept is not None
        except (Argon2Error, InvalidHashError):
            return False


def seal(text: str, key: bytes) -> bytes:
    """Encrypt with a fresh nonce."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_derived(key, b"seal")).encrypt(nonce, text.encode(), None)


def unseal(blob: bytes, key: bytes) -> str:
    """What `seal` wrote; raises cryptography's InvalidTag for another key."""
    return AESGCM(_derived(key, b"seal")).decrypt(blob[:12], blob[12:], None).decode()


def index(text: str, key: bytes) -> str:
    """A keyed hash by which a value is found without being stored."""
    return hmac.new(_derived(key, b"index"), text.encode(), hashlib.sha256).hexdigest()


def own_index(kind: str, value: object, key: bytes) -> str:
    """What tries at something other than a name are counted under; nobody can type it as a name, which holds no NUL."""
    return index(f"\0{kind}:{value}", key)


def new_token() -> str:
    return secrets.token_urlsafe(24)


def new_card_token() -> str:
    """A card's token, which may have to be typed: twelve letters and digits that are not taken for one another, 59 bits."""
    return "".join(secrets.choice(_LETTERS + _DIGITS) for _ in range(12))


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_pin() -> str:
    """Six digits without 0 and 1, which are read as letters."""
    return "".join(secrets.choice(_DIGITS) for _ in range(6))


def new_password() -> str:
    """A password that can be read out over the telephone: four letters, then six digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(4)) + "".join(secrets.choice(_DIGITS) for _ in range(6))


@lru_cache(8)
def _derived(key: bytes, use: bytes) -> bytes:
    return hmac.new(key, b"hall/" + use, hashlib.sha256).digest()
