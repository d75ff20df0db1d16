"""Every setting of the product, its meaning and its default; nonsense is refused at start."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app


class BadSetting(ValueError):
    """A setting that cannot be used; the message names it and says how to mend it."""


def _text(value: str) -> str:
    return value.strip()


def _flag(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False, "": False}
    try:
        return words[value.strip().lower()]
    except KeyError:
        raise ValueError("只能是 true 或 false / must be true or false") from None


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        digits = value.strip()
        if not digits.isdecimal() or not low <= int(digits) <= high:
            raise ValueError(f"必须是 {low} 到 {high} 的整数 / must be a whole number from {low} to {high}")
        return int(digits)

    return parse


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ValueError("必须是一个数 / must be a number") from None


def _share(value: str) -> float:
    number = _number(value)
    if not 0 < number <= 1:
        raise ValueError("必须大于 0，不超过 1 / must be above 0 and at most 1")
    return number


def _key(value: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(value.strip() + "=" * (-len(value.strip()) % 4))
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ValueError("必须是 32 个随机字节的 base64，./manage setup 会生成 / must be 32 random bytes in URL-safe base64")
    return raw


def _secret(value: str) -> str:
    if len(value.strip()) < 32:
        raise ValueError("必须是至少 32 个随机字符，./manage setup 会生成 / must be at least 32 characters, made at random")
    return value.strip()


def _url(value: str) -> str:
    address = value.strip().rstrip("/")
    if address and urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError("必须以 http:// 或 https:// 开头 / must begin with http:// or https://")
    return address


def _database(value: str) -> str:
    address = value.strip()
    for short in ("postgres://", "postgresql://"):
        if address.startswith(short):
            address = "postgresql+psycopg://" + address.removeprefix(short)
    if address and not address.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError(
            "必须是 PostgreSQL 的地址，如 postgresql://hall:password@localhost/hall；不填就用 DATA_DIR 里的 SQLite / must be an address of PostgreSQL, or empty"
        )
    return address


def _object_store(value: str) -> str:
    address = value.strip()
    parts = urlsplit(address)
    fits = parts.scheme == "s3" and parts.netloc and "@" not in parts.netloc and set(parse_qs(parts.query)) <= {"endpoint", "public", "region", "style"}
    if address and not fits:
        raise ValueError(
            "要写成 s3://bucket/folder?endpoint=https://s3.example.cn，密钥另写在 STORAGE_KEY 和 STORAGE_SECRET；不填就存在 DATA_DIR / must be like this, or empty"
        )
    return address


def _broker(value: str) -> str:
    address = value.strip()
    if address and not address.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("必须是 Redis 的地址，如 redis://localhost:6379/0，或者不填 / must be an address of Redis, or empty")
    return address


def _inner_location(value: str) -> str:
    place = value.strip()
    if place and not (place.startswith("/") and place.endswith("/")):
        raise ValueError("首尾都要有斜杠，和 deploy/nginx.conf 里的 /kept/ 一样 / must begin and end with a slash")
    return place


def _folder(value: str) -> Path | None:
    return Path(value.strip()) if value.strip() else None


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value.strip()).key
    except (ZoneInfoNotFoundError, OSError) as fault:
        raise ValueError("没有这个时区，要像 Asia/Shanghai（Debian：apt-get install tzdata） / must be a time zone of the IANA database") from fault


def _setting(parse: Callable[[str], Any], default: Any, about: str, *, shown: bool = True) -> Any:
    return field(default=default, repr=shown, metadata={"parse": parse, "about": about})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one running product; read once, at start."""

    secret_key: str = _setting(_secret, "", "Signs cookies and media addresses. Required; at least 32 characters.", shown=False)
    data_key: bytes = _setting(
        _key,
        b"",
        "Encrypts mobile numbers in the database and keys their index. Required; 32 bytes, URL-safe base64. Losing it loses the numbers.",
        shown=False,
    )
    data_dir: Path = _setting(Path, Path("var"), "Folder of the database, media and uploads. A local disk, never a network share.")
    keys_dir: Path | None = _setting(
        _folder, None, "Folder of the keys that records are signed with, apart from the database and its backups. Empty: keys/ in DATA_DIR."
    )
    database_url: str = _setting(
        _database,
        "",
        "Address of a PostgreSQL database (15 or newer, UTF8): postgresql://hall:password@localhost/hall, or postgresql:///hall?host=/run/postgresql "
        "by socket. Empty: SQLite in DATA_DIR.",
        shown=False,
    )
    storage_url: str = _setting(
        _object_store,
        "",
        "Object storage for media and uploads: s3://bucket/folder?endpoint=https://s3.example.cn. Further: &region=, &style=virtual for stores that "
        "want the bucket in the host name, &public= for the address at which browsers reach it. Empty: a folder in DATA_DIR.",
    )
    storage_key: str = _setting(_text, "", "Access key of the object storage.", shown=False)
    storage_secret: str = _setting(_text, "", "Secret key of the object storage.", shown=False)
    queue_url: str = _setting(
        _broker, "", "A Redis that wakes workers at once: redis://localhost:6379/0. Empty: they look for work twice a second.", shown=False
    )
    accel_location: str = _setting(
        _inner_location,
        "",
        "Internal location of nginx over DATA_DIR/files/kept, as in deploy/nginx.conf: /kept/. nginx then sends the media. Empty: Flask does.",
    )
    public_url: str = _setting(
        _url, "", "Address at which the county reaches the site, e.g. https://dx.example.cn. A real county needs it: certificates carry it in their QR code."
    )
    trusted_hosts: tuple[str, ...] = _setting(_words, (), "Host names that requests may ask for, comma-separated. Empty: any (loopback use only).")
    secure_cookies: bool = _setting(_flag, False, "Send cookies over https alone. Set it wherever the site is served by https.")
    proxies: int = _setting(_whole(0, 5), 0, "How many reverse proxies of yours stand in front; their X-Forwarded headers are believed.")
    zone: str = _setting(_zone, "Asia/Shanghai", "Time zone of the county; days and years are counted in it.")
    max_upload_mb: int = _setting(_whole(1, 65536), 8192, "Largest upload in megabytes.")
    max_media_minutes: int = _setting(_whole(1, 1440), 300, "Longest lecture in minutes that is prepared.")
    max_pixels: int = _setting(_whole(10_000, 100_000_000), 33_177_600, "Largest picture in a video, in pixels (33177600 is 8K).")
    ffmpeg: str = _setting(_text, "ffmpeg", "The ffmpeg program.")
    ffprobe: str = _setting(_text, "ffprobe", "The ffprobe program.")
    soffice: str = _setting(_text, "soffice", "LibreOffice, which turns PPTX, PPT, DOCX, DOC, ODP and ODT into pages. Where it is absent, PDF alone is taken.")
    worker_lease_seconds: int = _setting(_whole(5, 3600), 30, "A job whose worker has been silent for this long is given to another.")
    media_hours: int = _setting(_whole(1, 72), 12, "How long a signed media address plays on; it outlives a long pause.")
    watch_speed: float = _setting(_number, 2.0, "Highest playback speed offered, and the rate at which a study session earns allowance (law 5).")
    watch_threshold: float = _setting(_share, 0.9, "Share of a lecture's seconds that must have been played for it to be finished.")
    reading_chars_per_minute: int = _setting(_whole(100, 5000), 800, "Fastest reading rate believed for a text lesson, in characters a minute.")
    lockout_failures: int = _setting(_whole(3, 100), 8, "Wrong passwords in a quarter of an hour after which an account rests.")
    session_days: int = _setting(_whole(1, 365), 60, "Days for which a phone stays signed in.")
    log_level: str = _setting(_text, "INFO", "DEBUG, INFO, WARNING or ERROR.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from `environ`; raises `BadSetting` naming the first that is unusable."""
        given: dict[str, Any] = {}
        for item in fields(cls):
            raw = environ.get(item.name.upper())
            if raw is None:
                continue
            try:
                given[item.name] = item.metadata["parse"](raw)
            except (ValueError, TypeError) as fault:
                raise BadSetting(f"{item.name.upper()}: {fault}") from fault
        settings = cls(**given)
        settings.check()
        return settings

    def check(self) -> None:
        """Refuse a combination that cannot work."""
        if not self.secret_key:
            raise BadSetting("SECRET_KEY: 没有设置，运行 ./manage setup 会写进 .env / is missing")
        if not self.data_key:
            raise BadSetting("DATA_KEY: 没有设置，运行 ./manage setup 会写进 .env / is missing")
        if self.storage_url and not (self.storage_key and self.storage_secret):
            raise BadSetting("STORAGE_KEY, STORAGE_SECRET: 用对象存储就要写这两项 / an object storage is only used with its keys")
        if self.storage_url and self.accel_location:
            raise BadSetting("ACCEL_LOCATION: nginx 只能发本机的文件，用了 STORAGE_URL 就不要填 / leave it empty beside STORAGE_URL")
        if not 1 <= self.watch_speed <= 4:
            raise BadSetting("WATCH_SPEED: 必须是 1 到 4 的数 / must be from 1 to 4")
        if self.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise BadSetting("LOG_LEVEL: 只能是 DEBUG、INFO、WARNING 或 ERROR / must be one of these")

    @property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'hall.db').resolve()}"

    @classmethod
    def described(cls) -> list[tuple[str, str, str]]:
        """(NAME, default, meaning) of every setting, for the docs and `./manage doctor`."""
        return [(item.name.upper(), str(item.default), item.metadata["about"]) for item in fields(cls)]


def settings() -> Settings:
    """The settings of the running app."""
    found: Settings = current_app.extensions["settings"]
    return found
