"""Signed values, cookies above all: what itsdangerous signs and reads, at a tenth of its time.

A phone's cookie and its token against forgery are read with every report. The signatures are the same; the key is derived once, and the
digest is one call of the C library.
"""

import hmac
import time
from functools import cache, lru_cache
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer
from itsdangerous.encoding import want_bytes
from itsdangerous.signer import HMACAlgorithm

MOST_KEPT = 20_000  # genuine values of a process, some hundred bytes each


class Digest(HMACAlgorithm):
    """HMAC with SHA-1, as itsdangerous has it by default."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class Signer(TimestampSigner):
    """Derives each key once."""

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        wanted = self.secret_keys[-1] if secret_key is None else secret_key
        return _derived(wanted, bytes(self.salt), self.key_derivation)


class Reader(URLSafeTimedSerializer):
    """Checks the signature of a value once; a phone sends the same cookie for months. How old it is, is asked each time."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._checked = lru_cache(MOST_KEPT)(self._check)

    def loads(self, s: str | bytes, max_age: int | None = None, return_timestamp: bool = False, salt: str | bytes | None = None) -> Any:  # type: ignore[override]
        if return_timestamp or salt is not None:
            return super().loads(s, max_age, return_timestamp, salt)
        text, signed_at = self._checked(s)
        age = int(time.time()) - signed_at
        if max_age is not None and not 0 <= age <= max_age:
            raise SignatureExpired("signed too long ago, or in the future")
        return self.serializer.loads(text)

    def _check(self, signed: str | bytes) -> tuple[str, int]:
        """The text and when it was signed; only what is genuine is kept."""
        fault: BadData = BadData("no key")
        for signer in self.iter_unsigners():
            try:
                payload, signed_at = signer.unsign(want_bytes(signed), return_timestamp=True)
            except BadData as found:
                fault = found
            else:
                return _TEXT.load_payload(payload), int(signed_at.timestamp())
        raise fault


class _AsText:
    """A serializer that leaves the text as it is."""

    @staticmethod
    def loads(text: str) -> str:
        return text

    @staticmethod
    def dumps(_value: object) -> str:
        """Asked by itsdangerous only to see that it is text."""
        return ""


_TEXT: Any = URLSafeSerializer("", serializer=_AsText)


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions in signed cookies, with our signer."""

    def get_signing_serializer(self, app: Flask) -> Reader | None:
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
def _cookies(keys: tuple[Any, ...], salt: str) -> Reader:
    how = {"key_derivation": Sessions.key_derivation, "digest_method": Sessions.digest_method}
    return Reader(list(keys), salt=salt, serializer=Sessions.serializer, signer=Signer, signer_kwargs={**how, "algorithm": Digest()})


@lru_cache(8)
def _values(secret: str | bytes, salt: str) -> Reader:
    return Reader(secret, salt=salt, signer=Signer, signer_kwargs={"algorithm": Digest()})


@cache
def _derived(secret: str | bytes, salt: bytes, how: str) -> bytes:
    return TimestampSigner(secret, salt=salt, key_derivation=how).derive_key()
