"""Settings refuse nonsense at start, name what is wrong and show no secret."""

import base64
import re

import pytest

from courses.kernel.settings import BadSetting, Settings
from tests.conftest import KEY

ENOUGH = {"SECRET_KEY": "s" * 40, "DATA_KEY": KEY}


def test_two_keys_are_enough():
    assert Settings.from_env(ENOUGH).zone == "Asia/Shanghai"


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATA_KEY"])
def test_a_missing_key_is_named(missing: str):
    with pytest.raises(BadSetting, match=f"{missing}.*manage setup"):
        Settings.from_env({name: value for name, value in ENOUGH.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("DATA_KEY", base64.urlsafe_b64encode(b"k" * 16).decode()),
        ("DATA_KEY", "not base64 at all"),
        ("PUBLIC_URL", "dx.example.cn"),
        ("PUBLIC_URL", "ftp://dx.example.cn"),
        ("SECURE_COOKIES", "perhaps"),
        ("PROXIES", "-1"),
        ("PROXIES", "many"),
        ("MAX_UPLOAD_MB", "0"),
        ("MAX_MEDIA_MINUTES", "1.5"),
        ("MAX_PIXELS", "12"),
        ("WORKER_LEASE_SECONDS", "0"),
        ("WATCH_SPEED", "0"),
        ("WATCH_SPEED", "16"),
        ("WATCH_SPEED", "fast"),
        ("WATCH_SPEED", "nan"),
        ("WATCH_THRESHOLD", "0"),
        ("WATCH_THRESHOLD", "1.2"),
        ("WATCH_THRESHOLD", "nan"),
        ("READING_CHARS_PER_MINUTE", "1000000"),
        ("LOCKOUT_FAILURES", "1"),
        ("SESSION_DAYS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("ZONE", "Moon/Tranquility"),
        ("DATABASE_URL", "mysql://localhost/hall"),
        ("STORAGE_URL", "https://s3.example.cn/hall"),
        ("QUEUE_URL", "amqp://localhost"),
        ("ACCEL_LOCATION", "kept"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str):
    with pytest.raises(BadSetting, match=name) as fault:
        Settings.from_env({**ENOUGH, name: value})
    assert re.match(rf"{name}: [\u4e00-\u9fff].* / [a-z]", str(fault.value)), "say it in Chinese first, then in English"
    if name.endswith("_KEY"):
        assert value not in str(fault.value), "a fault must not repeat a secret: it ends in logs"


def test_what_was_given_is_kept():
    given = Settings.from_env({**ENOUGH, "PUBLIC_URL": "https://dx.example.cn/", "SECURE_COOKIES": "yes", "TRUSTED_HOSTS": "a.cn, b.cn"})
    assert (given.public_url, given.secure_cookies, given.trusted_hosts) == ("https://dx.example.cn", True, ("a.cn", "b.cn"))


def test_unknown_names_are_other_peoples():
    Settings.from_env({**ENOUGH, "PATH": "/bin", "HOME": "/root"})


def test_they_cannot_be_changed_afterwards():
    with pytest.raises(AttributeError):
        Settings.from_env(ENOUGH).zone = "UTC"  # type: ignore[misc]


def test_keys_are_not_shown():
    shown = repr(Settings.from_env(ENOUGH))
    assert "s" * 40 not in shown and "kkkk" not in shown, "a repr ends in logs: keep the keys out of it with field(repr=False)"
