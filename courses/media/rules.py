"""What was made of a recording: where it lies, how its playlists read, and whether it is the lesson that was uploaded. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from courses.kernel.words import Words
from courses.media import document_rules
from courses.media.probe_rules import Probe, clock_words

RECIPE = 3  # raised whenever the same bytes would be prepared differently; part of the folder's key
EXACT = {"mov", "mp4", "matroska", "avi", "asf"}  # containers that know their length; that of others is an estimate

_FILE = re.compile(r"^(master\.m3u8|video\.mp4|sound\.m4a|poster\.jpg|sprite\.jpg|\d{2,4}p/(index\.m3u8|init\.mp4|\d{5}\.m4s))$")
_MIMES = {"webp": "image/webp", "m3u8": "application/vnd.apple.mpegurl", "mp4": "video/mp4", "m4s": "video/mp4", "m4a": "audio/mp4", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class MadeForm:
    """One finished form, with its place in the folder."""

    name: str
    path: str
    bytes: int
    width: int | None = None
    height: int | None = None
    bits_per_second: int | None = None


@dataclass(frozen=True)
class Made:
    """What the preparation produced; `seconds` was measured on the product, not read from the upload.

    `whole` is False while more rungs are to follow; `copied` if the first is the upload's own picture.
    """

    seconds: int
    has_picture: bool
    forms: tuple[MadeForm, ...]
    whole: bool = True
    copied: bool = False


@dataclass(frozen=True)
class Variant:
    """A rung as the master playlist describes it. Bits a second; `peak` over one segment."""

    uri: str
    width: int
    height: int
    peak: int
    average: int
    codecs: str


def folder_of(sha256: str) -> str:
    """The storage key of what is made from the bytes with this hash."""
    return f"media/{sha256}-r{RECIPE}"


def first_of(sha256: str) -> str:
    """The storage key of the first rung alone, which is played while the others are made."""
    return f"{folder_of(sha256)}-first"


def source_of(sha256: str) -> str:
    """The storage key of the uploaded bytes with this hash."""
    return f"uploads/{sha256}"


def is_servable(path: str) -> bool:
    """Whether `path` names a file that a player or reader may ask for."""
    return document_rules.is_servable(path) or (_FILE.match(path) is not None and "\n" not in path)


def mime_of(path: str) -> str:
    """The media type of a servable file."""
    return _MIMES[path.rsplit(".", 1)[1]]


def shortfall(probe: Probe, measured: float) -> str | None:
    """Why the product is no lesson: nothing could be played, or the upload breaks off before its end."""
    if measured < 1:
        return Words("这个文件里没有可以播放的内容（不足 1 秒）。请在电脑上播放一遍原文件，确认能放完，再上传。")
    expected = probe.seconds or 0
    if probe.containers & EXACT and measured < expected * 0.95 - 3:
        return Words(
            "文件不完整：应有 %(expected)s，只能读到 %(measured)s。请重新导出或重新拷贝原文件，再上传。",
            expected=clock_words(expected),
            measured=clock_words(measured),
        )
    return None


def segments(playlist: str) -> list[tuple[float, str]]:
    """The segments of a media playlist: seconds and file name."""
    lines = playlist.splitlines()
    return [(float(line[8:].split(",")[0]), lines[at + 1]) for at, line in enumerate(lines) if line.startswith("#EXTINF:")]


def ends_too_soon(sounding: float, showing: float) -> bool:
    """Whether the sound ends before the picture, both in seconds: players freeze on a last piece without sound, and listening to the sound
    alone would never finish the lesson."""
    return sounding < showing - 0.02


def rates(pieces: Iterable[tuple[float, int]]) -> tuple[int, int]:
    """Peak and average bits a second of segments given as (seconds, bytes). A short last piece is no peak."""
    known = [(seconds, size) for seconds, size in pieces if seconds > 0]
    if not known:
        return 0, 0
    longest = max(seconds for seconds, _ in known)
    peak = max(size * 8 / seconds for seconds, size in known if seconds >= longest / 2)
    average = sum(size for _, size in known) * 8 / sum(seconds for seconds, _ in known)
    return int(max(peak, average)) + 1, int(average) + 1


def codecs_of(init: bytes, *, sound: bool) -> str:
    """The CODECS of a rung from its initialisation segment: the avcC box holds profile, constraints and level."""
    at = init.find(b"avcC")
    if at < 0 or len(init) < at + 8:
        raise ValueError("no H.264 in the initialisation segment")
    return f"avc1.{init[at + 5 : at + 8].hex()}" + (",mp4a.40.2" if sound else "")


def master(variants: Iterable[Variant]) -> str:
    """The text of the master playlist; a player starts with the first variant."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in variants:
        lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH={one.peak},AVERAGE-BANDWIDTH={one.average},RESOLUTION={one.width}x{one.height},CODECS="{one.codecs}"')
        lines.append(one.uri)
    return "\n".join(lines) + "\n"


def size_words(megabytes: int) -> str:
    """A size as people say it: 8 GB, 500 MB, 1.5 GB."""
    return f"{megabytes} MB" if megabytes < 1024 else f"{megabytes / 1024:.1f}".removesuffix(".0") + " GB"
