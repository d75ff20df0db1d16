"""What ffprobe says of an upload, read into values, and why a recording is turned down. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.kernel.words import Words

SMALLEST_SIDE = 16
MOST_FRAMES_A_SECOND = 120  # on average over the longest lecture; slow motion of a few minutes stays below
HDR = {"smpte2084", "arib-std-b67"}  # PQ and HLG


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
    plain: bool = True  # square pixels, not turned, and beginning with the file
    video_codec: str = ""
    video_profile: str = ""
    video_level: int = 0
    video_kbps: int | None = None
    pixel_format: str = ""
    transfer: str = ""
    picture_seconds: float | None = None
    audio_codec: str = ""
    audio_profile: str = ""
    audio_kbps: int | None = None
    audio_rate: int = 0
    channels: int = 0
    sound_plain: bool = True  # begins with the file
    sound_seconds: float | None = None

    @property
    def is_hdr(self) -> bool:
        """Whether the picture needs tone-mapping for ordinary screens."""
        return self.transfer in HDR


@dataclass(frozen=True)
class Limits:
    """What the county accepts."""

    minutes: int
    pixels: int


def probe_of(said: Mapping[str, Any]) -> Probe:
    """Read ffprobe's JSON (`-show_format -show_streams`)."""
    known = [stream for stream in said.get("streams", []) if stream.get("codec_name") not in {None, "unknown", "none"}]
    form = said.get("format", {})
    picture = _chosen([stream for stream in known if stream.get("codec_type") == "video" and not _is_still(stream)])
    sound = _chosen([stream for stream in known if stream.get("codec_type") == "audio"])
    lengths = [found for found in (_number(one.get("duration")) for one in (picture, sound)) if found]
    return Probe(
        containers=frozenset(str(form.get("format_name", "")).split(",")),
        seconds=max(lengths) if lengths else _number(form.get("duration")),
        **_picture(picture, sound, form),
        **_sound(sound, form),
    )


def refusal(probe: Probe, limits: Limits) -> str | None:
    """Why this recording is turned down and what to do about it; None when it is welcome."""
    if probe.picture is None and probe.sound is None:
        return Words("这个文件里既没有画面也没有声音，或者加了密。请上传讲座的视频（如 MP4）或录音（如 MP3）。")
    if probe.picture is not None and probe.width * probe.height > limits.pixels:
        return too_many_pixels(probe.width, probe.height)
    if probe.picture is not None and min(probe.width, probe.height) < SMALLEST_SIDE:
        return Words("视频画面的尺寸不正常，手机上看不清。请重新导出为 1280×720 的 MP4，再上传。")
    if probe.seconds is not None and probe.seconds > limits.minutes * 60:
        return Words(
            "这段录像有 %(clock_words)s，超过了 %(minutes)s 分钟的上限。请剪成几段，作为几节课分别上传。",
            clock_words=clock_words(probe.seconds),
            minutes=limits.minutes,
        )
    if (probe.seconds or 0) * probe.frames_per_second > limits.minutes * 60 * MOST_FRAMES_A_SECOND:
        return Words("视频的帧数太多，服务器无法处理。请导出为每秒 25 或 30 帧的 MP4，再上传。")
    return None


def too_many_pixels(width: int = 0, height: int = 0) -> str:
    """The refusal of a picture that is too large to be prepared safely."""
    size = f"（{width}×{height}）" if width and height else ""
    return Words("视频画面太大%(size)s，服务器无法处理。请导出为 1920×1080 或 1280×720 的 MP4，再上传。", size=size)


def clock_words(seconds: float) -> str:
    """Minutes and seconds as people say them."""
    whole = int(seconds)
    return Words("%(minutes)s 分 %(seconds)s 秒", minutes=whole // 60, seconds=whole % 60) if whole >= 60 else Words("%(seconds)s 秒", seconds=whole)


def _is_still(stream: Mapping[str, Any]) -> bool:
    marks = stream.get("disposition", {})
    return bool(marks.get("attached_pic") or marks.get("still_image") or marks.get("timed_thumbnails"))


def _chosen(streams: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of several tracks the one marked as the usual one, else the first."""
    usual = [stream for stream in streams if stream.get("disposition", {}).get("default")]
    return (usual or list(streams) or [{}])[0]


def _picture(picture: Mapping[str, Any], sound: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    width, height, plain = _shown_size(picture)
    return {
        "picture": picture.get("index"),
        "width": width,
        "height": height,
        "frames_per_second": _ratio(picture.get("avg_frame_rate")) or 0.0,
        "interlaced": picture.get("field_order") in {"tt", "bb", "tb", "bt"},
        "plain": plain and _begins_with(picture, form),
        "video_codec": str(picture.get("codec_name", "")),
        "video_profile": str(picture.get("profile", "")),
        "video_level": int(_number(picture.get("level")) or 0),
        "video_kbps": _kbps(picture.get("bit_rate")) or _left_over(form, sound),
        "pixel_format": str(picture.get("pix_fmt", "")),
        "transfer": str(picture.get("color_transfer", "")),
        "picture_seconds": _number(picture.get("duration")) or _number(form.get("duration")),
    }


def _sound(sound: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sound": sound.get("index"),
        "audio_codec": str(sound.get("codec_name", "")),
        "audio_profile": str(sound.get("profile", "")),
        "audio_kbps": _kbps(sound.get("bit_rate")),
        "audio_rate": int(_number(sound.get("sample_rate")) or 0),
        "channels": int(_number(sound.get("channels")) or 0),
        "sound_plain": _begins_with(sound, form),
        "sound_seconds": _number(sound.get("duration")),
    }


def _shown_size(picture: Mapping[str, Any]) -> tuple[int, int, bool]:
    """Width and height as shown, and whether they are so in the file."""
    width, height = int(picture.get("width", 0)), int(picture.get("height", 0))
    shape = _ratio(str(picture.get("sample_aspect_ratio", "1:1")).replace(":", "/")) or 1.0
    shape = shape if 0.1 < shape < 10 else 1.0
    turns = [side.get("rotation") for side in picture.get("side_data_list", []) if side.get("rotation") is not None]
    turn = _number(turns[0]) if turns else _number(picture.get("tags", {}).get("rotate"))
    wide = round(width * shape)
    shown = (height, wide) if turn and round(turn / 90) % 2 else (wide, height)
    return (*shown, not turn and abs(shape - 1) < 0.001)


def _begins_with(stream: Mapping[str, Any], form: Mapping[str, Any]) -> bool:
    return abs((_number(stream.get("start_time")) or 0.0) - (_number(form.get("start_time")) or 0.0)) < 0.1


def _left_over(form: Mapping[str, Any], sound: Mapping[str, Any]) -> int | None:
    whole = _kbps(form.get("bit_rate"))
    return max(1, whole - (_kbps(sound.get("bit_rate")) or 0)) if whole else None


def _kbps(value: object) -> int | None:
    found = _number(value)
    return round(found / 1000) if found else None


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
