"""Signed values, cookies above all: what itsdangerous signs and reads, at a tenth of its time.

A phone's cookie and its token against forgery are read with every report. The signatures are the same; the key is derived once, and the
digest is one call of the C library.
"""

import hmac
from functools import cache, lru_cache
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.signer import HMACAlgorithm


class Digest(HMACAlgorithm):
    """HMAC with SHA-1, as itsdangerous has it by default."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class Signer(TimestampSigner):
    """Derives each key once."""

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        wanted = self.secret_keys[-1] if secret_key is None else secret_key
        return _derived(wanted, bytes(self.salt), self.key_derivation)


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions in signed cookies, with our signer."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key)
        return _cookies(keys, self.salt) if app.secret_key else None


def install(app: Flask) -> None:
    """Read and sign the cookies of `app`."""
    app.session_interface = Sessions()


def read(token: str, secret: str | bytes | None, *, salt: str, max_age: int | None) -> Any:
    """The value signed in `token`; None when it was not signed with this secret for this use, or too long ago."""
    try:
        return _values(secret or "", salt).loads(token, max_age=max_age)
    except BadData:
        return None


@lru_cache(8)
def _cookies(keys: tuple[Any, ...], salt: str) -> URLSafeTimedSerializer:
    how = {"key_derivation": Sessions.key_derivation, "digest_method": Sessions.digest_method}
    return URLSafeTimedSerializer(list(keys), salt=salt, serializer=Sessions.serializer, signer=Signer, signer_kwargs={**how, "algorithm": Digest()})


@lru_cache(8)
def _values(secret: str | bytes, salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=salt, signer=Signer, signer_kwargs={"algorithm": Digest()})


@cache
def _derived(secret: str | bytes, salt: bytes, how: str) -> bytes:
    return TimestampSigner(secret, salt=salt, key_derivation=how).derive_key()
