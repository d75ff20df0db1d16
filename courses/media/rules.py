"""What is made of a recording: which forms, in which sizes, and why a recording is turned down. Pure planning on values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LADDER = (240, 360, 480, 720)  # the short side of the picture; the long side is at most 16/9 of it
FIRST = 360  # the rung a phone starts with
SEGMENT_SECONDS = 6
RECIPE = 2  # raised whenever the same bytes would be prepared differently; part of the folder's key
SMALLEST_SIDE = 16
EXACT = {"mov", "mp4"}  # containers whose durations are sums of their sample tables, not estimates

_FILE = re.compile(r"^(master\.m3u8|video\.mp4|sound\.m4a|poster\.jpg|\d{2,4}p/(index\.m3u8|init\.mp4|\d{5}\.m4s))$")
_MIMES = {"m3u8": "application/vnd.apple.mpegurl", "mp4": "video/mp4", "m4s": "video/mp4", "m4a": "audio/mp4", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class Probe:
    """What ffprobe says of a file. Sizes are as shown: after rotation and with square pixels."""

    containers: frozenset[str]
    seconds: float | None
    picture: int | None  # index of the picture's stream; cover art is no picture
    sound: int | None
    width: int = 0
    height: int = 0
    frames_per_second: float = 0.0
    interlaced: bool = False
    video_codec: str = ""
    pixel_format: str = ""
    audio_codec: str = ""
    audio_rate: int = 0
    channels: int = 0


@dataclass(frozen=True)
class Limits:
    """What the county accepts."""

    minutes: int
    pixels: int


@dataclass(frozen=True)
class Rung:
    """One size of the picture, with the ceilings of its picture and sound in kbit/s."""

    name: str
    width: int
    height: int
    video_kbps: int
    audio_kbps: int
    profile: str


@dataclass(frozen=True)
class Plan:
    """What to make: the rungs (the first is where phones start), and the sound alone where there is sound."""

    picture: int | None
    sound: int | None
    rungs: tuple[Rung, ...]
    frame_step: int = 1
    interlaced: bool = False
    audio_rate: int = 48000
    channels: int = 1
    sound_until: float | None = None  # seconds up to which silence follows a sound that ends before the picture

    @property
    def top(self) -> Rung:
        """The largest rung."""
        return max(self.rungs, key=lambda rung: rung.width * rung.height)


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
    """What the preparation produced; `seconds` was measured on the product, not read from the upload."""

    seconds: int
    has_picture: bool
    forms: tuple[MadeForm, ...]


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


def source_of(sha256: str) -> str:
    """The storage key of the uploaded bytes with this hash."""
    return f"uploads/{sha256}"


def is_servable(path: str) -> bool:
    """Whether `path` names a file that a player may ask for."""
    return _FILE.match(path) is not None and "\n" not in path


def mime_of(path: str) -> str:
    """The media type of a servable file."""
    return _MIMES[path.rsplit(".", 1)[1]]


def probe_of(said: Mapping[str, Any]) -> Probe:
    """Read ffprobe's JSON (`-show_format -show_streams`)."""
    streams = [stream for stream in said.get("streams", []) if stream.get("codec_name") not in {None, "unknown", "none"}]
    pictures = [stream for stream in streams if stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")]
    sounds = [stream for stream in streams if stream.get("codec_type") == "audio"]
    picture: Mapping[str, Any] = pictures[0] if pictures else {}
    sound: Mapping[str, Any] = sounds[0] if sounds else {}
    width, height = _shown_size(picture)
    lengths = [found for found in (_number(one.get("duration")) for one in (picture, sound)) if found]
    return Probe(
        containers=frozenset(str(said.get("format", {}).get("format_name", "")).split(",")),
        seconds=max(lengths) if lengths else _number(said.get("format", {}).get("duration")),
        picture=picture.get("index"),
        sound=sound.get("index"),
        width=width,
        height=height,
        frames_per_second=_ratio(picture.get("avg_frame_rate")) or 0.0,
        interlaced=picture.get("field_order") in {"tt", "bb", "tb", "bt"},
        video_codec=str(picture.get("codec_name", "")),
        pixel_format=str(picture.get("pix_fmt", "")),
        audio_codec=str(sound.get("codec_name", "")),
        audio_rate=int(sound.get("sample_rate", 0)),
        channels=int(sound.get("channels", 0)),
    )


def refusal(probe: Probe, limits: Limits) -> str | None:
    """Why this recording is turned down and what to do about it; None when it is welcome."""
    if probe.picture is None and probe.sound is None:
        return "这个文件里既没有画面也没有声音。请上传讲座的视频（如 MP4）或录音（如 MP3）。"
    if probe.picture is not None and probe.width * probe.height > limits.pixels:
        return too_many_pixels(probe.width, probe.height)
    if probe.picture is not None and min(probe.width, probe.height) < SMALLEST_SIDE:
        return "视频画面的尺寸不正常，手机上看不清。请重新导出为 1280×720 的 MP4，再上传。"
    if probe.seconds is not None and probe.seconds > limits.minutes * 60:
        return f"这段录像有 {clock_words(probe.seconds)}，超过了 {limits.minutes} 分钟的上限。请剪成几段，作为几节课分别上传。"
    return None


def too_many_pixels(width: int = 0, height: int = 0) -> str:
    """The refusal of a picture that is too large to be prepared safely."""
    size = f"（{width}×{height}）" if width and height else ""
    return f"视频画面太大{size}，服务器无法处理。请导出为 1920×1080 或 1280×720 的 MP4，再上传。"


def plan(probe: Probe) -> Plan:
    """What to make of a recording that `refusal` let through. No rung is larger than the picture."""
    if probe.picture is None:
        rungs: tuple[Rung, ...] = ()
    else:
        rungs = _first_first(_distinct([_rung(probe.width, probe.height, short) for short in LADDER]))
    return Plan(
        picture=probe.picture,
        sound=probe.sound,
        rungs=rungs,
        # Frames are dropped, never made: `-r` or `fps` would fill a long gap with copies.
        frame_step=max(1, round(probe.frames_per_second / 30)) if probe.frames_per_second < 2000 else 1,
        interlaced=probe.interlaced,
        audio_rate=44100 if probe.audio_rate and probe.audio_rate % 11025 == 0 else 48000,
        channels=min(2, max(1, probe.channels)),
    )


def shortfall(probe: Probe, measured: float) -> str | None:
    """Why the product is no lesson: nothing could be played, or the upload breaks off before its end."""
    if measured < 1:
        return "这个文件里没有可以播放的内容（不足 1 秒）。请在电脑上播放一遍原文件，确认能放完，再上传。"
    expected = probe.seconds or 0
    if probe.containers & EXACT and measured < expected * 0.95 - 3:
        return f"文件不完整：应有 {clock_words(expected)}，只能读到 {clock_words(measured)}。请重新导出或重新拷贝原文件，再上传。"
    return None


def segments(playlist: str) -> list[tuple[float, str]]:
    """The segments of a media playlist: seconds and file name."""
    lines = playlist.splitlines()
    return [(float(line[8:].split(",")[0]), lines[at + 1]) for at, line in enumerate(lines) if line.startswith("#EXTINF:")]


def ends_too_soon(sounding: float, pieces: Sequence[float]) -> bool:
    """Whether the sound ends so long before the picture, cut into `pieces` of seconds, that players freeze on a last piece without sound,
    or that listening to the sound alone would never finish the lesson."""
    return sounding < max(sum(pieces) - 1, sum(pieces[:-1]) + 0.1)


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


def clock_words(seconds: float) -> str:
    """Minutes and seconds as people say them."""
    whole = int(seconds)
    return f"{whole // 60} 分 {whole % 60} 秒" if whole >= 60 else f"{whole} 秒"


def _rung(width: int, height: int, short: int) -> Rung:
    """The picture shrunk into a 16:9 box (upright for an upright picture) of this short side; never enlarged."""
    box = (short * 16 / 9, float(short)) if width >= height else (float(short), short * 16 / 9)
    scale = min(1.0, box[0] / width, box[1] / height)
    wide, high = max(2, _even(width * scale)), max(2, _even(height * scale))
    smaller = min(wide, high)
    kbps, audio = (400, 64) if smaller <= 240 else (800, 64) if smaller <= 360 else (1400, 96) if smaller <= 480 else (2800, 96)
    return Rung(f"{smaller}p", wide, high, kbps, audio, "main" if smaller <= 360 else "high")


def _distinct(rungs: list[Rung]) -> list[Rung]:
    """Drop a rung that hardly differs from the next larger one."""
    kept: list[Rung] = []
    for rung in reversed(rungs):
        if not kept or (rung.width * rung.height < 0.75 * kept[-1].width * kept[-1].height and rung.name != kept[-1].name):
            kept.append(rung)
    return kept[::-1]


def _first_first(rungs: list[Rung]) -> tuple[Rung, ...]:
    start = min(rungs, key=lambda rung: abs(min(rung.width, rung.height) - FIRST))
    return (start, *(rung for rung in rungs if rung is not start))


def _even(size: float) -> int:
    return int(size + 0.001) // 2 * 2


def _shown_size(picture: Mapping[str, Any]) -> tuple[int, int]:
    width, height = int(picture.get("width", 0)), int(picture.get("height", 0))
    shape = _ratio(str(picture.get("sample_aspect_ratio", "1:1")).replace(":", "/")) or 1.0
    if 0.1 < shape < 10:
        width = round(width * shape)
    turns = [side.get("rotation") for side in picture.get("side_data_list", []) if side.get("rotation") is not None]
    turn = _number(turns[0]) if turns else _number(picture.get("tags", {}).get("rotate"))
    return (height, width) if turn and round(turn / 90) % 2 else (width, height)


def _number(value: object) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if 0 < abs(found) < 1e9 else None


def _ratio(value: object) -> float | None:
    above, _, below = str(value).partition("/")
    top, bottom = _number(above), _number(below or 1)
    return top / bottom if top and bottom else None
