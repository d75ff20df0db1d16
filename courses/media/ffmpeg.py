"""ffmpeg and ffprobe: the only importer of ffmpeg-python, which builds the argument lists; `runner` runs them."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from courses.kernel.runner import GIGABYTE, Bounds, Ended, OutOfTime, run
from courses.kernel.settings import Settings
from courses.media import plan_rules, probe_rules

# Containers that hold their media themselves. Lists (HLS, DASH, concat, SDP, image sequences) would open other people's uploads.
CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,flv,mpeg,mpegvideo,mpegts,ogg,wav,w64,mp3,aac,ac3,eac3,flac,amr,aiff,au,caf,ape,"
    "rm,mxf,dv,ivf,nut,wtv,h264,hevc,m4v,dts,wv,tta,tak,mpc,mpc8"
)
PROBE_SECONDS = 60
MOST_BYTES_A_SECOND = 1_000_000  # of a product, several times what our ceilings allow
MOST_FRAMES_A_SECOND = 60

# From PQ or HLG in wide colours to what ordinary screens show. Tracks that do not name their colours have those of BT.2020.
_TO_LINEAR = {"min": "bt2020nc", "pin": "bt2020", "rin": "tv", "t": "linear", "npl": 100}
_LOUDNESS = re.compile(r"I:\s+(-?[\d.]+) LUFS")
_PEAK = re.compile(r"Peak:\s+(-?[\d.]+|-inf) dBFS")


class Unreadable(Exception):
    """ffmpeg cannot make sense of the file; `complaints` is for the log, never for the person."""

    def __init__(self, complaints: str) -> None:
        super().__init__(complaints[-300:])
        self.complaints = complaints


class Broken(Exception):
    """ffmpeg failed through no fault of the file: killed, out of space, out of memory, out of time."""


class Full(Broken):
    """There is no space left on the disk."""


def probe(path: Path, settings: Settings) -> probe_rules.Probe:
    """What is in the file; raises `Unreadable`."""
    options = {**_guarded(settings), "show_format": None, "show_streams": None, "of": "json", "v": "error"}
    words = [word for name, value in options.items() for word in ([f"-{name}"] if value is None else [f"-{name}", str(value)])]
    try:
        ended = run([settings.ffprobe, *words, str(path)], Bounds(PROBE_SECONDS, data_bytes=2 * GIGABYTE))
    except OutOfTime:
        raise Unreadable("ffprobe ran out of time") from None
    if ended.status != 0:
        raise Unreadable(ended.complaints)
    try:
        found = probe_rules.probe_of(json.loads(ended.output))
    except (ValueError, TypeError, AttributeError, IndexError) as fault:
        raise Unreadable(f"{fault}: {ended.complaints}") from fault
    if found.picture is not None and not found.width and "max pixel count" in ended.complaints:
        raise Unreadable(ended.complaints)
    return found


@dataclass(frozen=True)
class Piecework:
    """A finished picture that is to be cut into pieces: the file, its stream, the folder of its pieces, and the plain MP4 to make beside it."""

    video: Path
    stream: str
    folder: Path
    plain: Path | None = None


@dataclass(frozen=True)
class Soundtrack:
    """A finished sound: the file, its stream, and where to put a copy of it alone, if it lies in the upload still."""

    file: Path
    stream: str
    alone: Path | None = None


def encode(source: Path, rungs: dict[plan_rules.Rung, Path], plan: plan_rules.Plan, settings: Settings, *, on_second: Callable[[float], None]) -> None:
    """Encode the picture for these rungs, without sound, in one process that decodes once; `on_second` hears how far it is."""
    picture = _upload(source, settings)[str(plan.picture)]
    longest = _longest(settings)
    outputs = [
        ffmpeg.output(stream, str(rungs[rung]), t=longest, **{"frames:v": longest * MOST_FRAMES_A_SECOND}, **_rung_options(rung, plan))
        for rung, stream in _shrunk(picture, list(rungs), plan)
    ]
    _run(outputs, settings, seconds=600 + longest * 6, on_second=on_second)


def loudness(source: Path, sound: plan_rules.Sound, settings: Settings) -> plan_rules.Loudness | None:
    """Measure a track after EBU R128; None when there is nothing to measure."""
    heard = _even_channels(_upload(source, settings, vn=None)[str(sound.stream)], sound)
    out = ffmpeg.output(heard.filter("ebur128", framelog="verbose", peak="sample"), "-", f="null", t=_longest(settings))
    said = _run([out], settings, seconds=600 + _longest(settings), level="info").complaints
    measured, peak = _LOUDNESS.findall(said), _PEAK.findall(said)
    return plan_rules.Loudness(float(measured[-1]), float(peak[-1])) if measured and peak else None


def sound(source: Path, target: Path, track: plan_rules.Sound, voicing: plan_rules.Voicing, settings: Settings, *, until: float | None) -> None:
    """The sound alone, as one file: copied, or brought to its loudness, followed by silence up to second `until`."""
    stream = _upload(source, settings, vn=None)[str(track.stream)]
    options: dict[str, Any] = {"c:a": "copy"}
    if voicing.gain is not None:
        options = {"c:a": "aac", "b:a": f"{plan_rules.SOUND_KBPS}k", "aac_coder": "fast", "ac": track.channels, "ar": track.rate}
        stream = _voiced(stream, track, voicing, until)
    _run([ffmpeg.output(stream, str(target), **options, **_alone(settings))], settings, seconds=600 + _longest(settings))


def package(work: Iterable[Piecework], heard: Soundtrack | None, settings: Settings) -> None:
    """Cut finished pictures into pieces of HLS with the sound beside them, copying both."""
    sounds = [ffmpeg.input(str(heard.file), **_guarded(settings))[heard.stream]] if heard else []
    outputs = []
    for one in work:
        one.folder.mkdir()
        streams = [ffmpeg.input(str(one.video), **_guarded(settings))[one.stream], *sounds]
        common = {"c": "copy", "t": _longest(settings), **_plain()}
        outputs.append(ffmpeg.output(*streams, f"{one.folder}/index.m3u8", **common, **_hls(str(one.folder))))
        if one.plain:
            outputs.append(ffmpeg.output(*streams, str(one.plain), **common, movflags="+faststart", f="mp4"))
    if heard and heard.alone:
        outputs.append(ffmpeg.output(*sounds, str(heard.alone), c="copy", **_alone(settings)))
    _run(outputs, settings, seconds=1800)


def stills(video: Path, poster: Path, sprite: Path, sheet: plan_rules.Sheet, settings: Settings) -> None:
    """The poster (the most typical of the first keyframes, so seldom a black one) and the sheet of small pictures, from keyframes alone."""
    keys = ffmpeg.input(str(video), skip_frame="nokey", **_guarded(settings))["v:0"].filter_multi_output("split", 2)
    typical = keys.stream(0).filter("thumbnail", 12).filter("scale", "min(iw,640)", -2)
    small = keys.stream(1).filter("fps", f"1/{sheet.step}", start_time=0).filter("scale", sheet.width, sheet.height)
    tiled = small.filter("tile", f"{sheet.columns}x{sheet.rows}")
    outputs = [ffmpeg.output(one, str(path), **{"frames:v": 1, "q:v": 5, "f": "mjpeg"}, **_plain()) for one, path in ((typical, poster), (tiled, sprite))]
    _run(outputs, settings, seconds=1800)


def _run(outputs: list[Any], settings: Settings, *, seconds: float, on_second: Callable[[float], None] | None = None, level: str = "error") -> Ended:
    command = [settings.ffmpeg, "-nostdin", "-hide_banner", "-loglevel", level, "-nostats", "-progress", "pipe:1", "-y"]

    def hear(line: str) -> None:
        name, _, value = line.partition("=")
        if on_second is not None and name == "out_time_us" and value.lstrip("-").isdigit():
            on_second(max(0, int(value)) / 1e6)

    bounds = Bounds(seconds, file_bytes=_longest(settings) * MOST_BYTES_A_SECOND)
    try:
        ended = run([*command, *ffmpeg.get_args(ffmpeg.merge_outputs(*outputs))], bounds, on_line=hear)
    except OutOfTime:
        raise Broken("out of time") from None
    _judge(ended)
    return ended


def _judge(ended: Ended) -> None:
    if ended.status == 0:
        return
    if any(sign in ended.complaints for sign in ("No space left", "Disk quota")):
        raise Full(ended.complaints)
    if ended.status < 0 or any(sign in ended.complaints for sign in ("Cannot allocate memory", "File too large")):
        raise Broken(ended.complaints)
    raise Unreadable(ended.complaints)


def _longest(settings: Settings) -> int:
    return settings.max_media_minutes * 60 + 2


def _upload(source: Path, settings: Settings, **options: Any) -> Any:
    # Of a broadcast, ffmpeg begins at the first of the tracks it is asked for; picture and sound, read apart, would lose their distance.
    # An offset of a microsecond makes it begin at the first of all tracks.
    return ffmpeg.input(str(source), itsoffset="0.000001", **options, **_guarded(settings))


def _guarded(settings: Settings) -> dict[str, Any]:
    return {"protocol_whitelist": "file,pipe", "format_whitelist": CONTAINERS, "max_pixels": settings.max_pixels, "probesize": "20M", "analyzeduration": "20M"}


def _shrunk(picture: Any, rungs: list[plan_rules.Rung], plan: plan_rules.Plan) -> list[tuple[plan_rules.Rung, Any]]:
    """Each rung with its picture, shrunk once to the largest of them and split from there."""
    top = max(rungs, key=lambda rung: rung.width * rung.height)
    if plan.interlaced:
        picture = picture.filter("yadif", deint="interlaced")
    if plan.frame_step > 1:
        picture = picture.filter("framestep", plan.frame_step)
    picture = picture.filter("scale", top.width, top.height, flags="bicubic", out_range="tv")
    if plan.transfer:
        linear = picture.filter("zscale", tin=plan.transfer, **_TO_LINEAR).filter("format", "gbrpf32le").filter("zscale", p="bt709")
        picture = linear.filter("tonemap", "hable", desat=0).filter("zscale", t="bt709", m="bt709", r="tv")
    # A picture that begins late is shown from the start: each product begins at nought, so that sound and picture meet again in step.
    picture = picture.filter("setsar", 1).filter("format", "yuv420p").filter("setpts", "if(eq(N,0),0,PTS)")
    copies = picture.filter_multi_output("split", len(rungs))
    streams = [copies.stream(at) for at in range(len(rungs))]
    return [
        (rung, stream if rung == top else stream.filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", 1))
        for rung, stream in zip(rungs, streams, strict=True)
    ]


def _rung_options(rung: plan_rules.Rung, plan: plan_rules.Plan) -> dict[str, Any]:
    # Beside a copied picture the others are cut where it is cut.
    keys = {"force_key_frames": "source", "g": 9999} if plan.copied else {"force_key_frames": f"expr:gte(t,n_forced*{plan_rules.SEGMENT_SECONDS})"}
    return {
        **_plain(), **keys, "an": None, "f": "mp4",
        "c:v": "libx264", "preset": "veryfast", "crf": 23, "profile:v": rung.profile, "pix_fmt": "yuv420p", "fps_mode": "vfr",
        "maxrate": f"{rung.video_kbps}k", "bufsize": f"{rung.video_kbps * 2}k",
    }  # fmt: skip


def _hls(folder: str) -> dict[str, Any]:
    return {
        "f": "hls", "hls_time": plan_rules.SEGMENT_SECONDS, "hls_playlist_type": "vod", "hls_flags": "independent_segments",
        "hls_segment_type": "fmp4", "hls_fmp4_init_filename": "init.mp4", "hls_segment_filename": folder.replace("%", "%%") + "/%05d.m4s",
    }  # fmt: skip


def _alone(settings: Settings) -> dict[str, Any]:
    return {**_plain(), "t": _longest(settings), "movflags": "+faststart", "f": "ipod"}


def _even_channels(stream: Any, track: plan_rules.Sound) -> Any:
    return stream.filter("aformat", channel_layouts="stereo" if track.channels > 1 else "mono")


def _voiced(stream: Any, track: plan_rules.Sound, voicing: plan_rules.Voicing, until: float | None) -> Any:
    # `async` keeps picture and sound together where a recording has gaps.
    stream = _even_channels(stream.filter("aresample", **{"async": 1, "first_pts": 0}), track)
    if voicing.gain:
        stream = stream.filter("volume", f"{voicing.gain}dB")
    if voicing.limited:
        stream = stream.filter("alimiter", limit=round(10 ** (plan_rules.PEAK / 20), 3), level="disabled")
    return stream.filter("apad", whole_dur=f"{until:.3f}") if until else stream


def _plain() -> dict[str, Any]:
    """Without the upload's own remarks: a phone's video says where it was taken."""
    return {"map_metadata": -1, "map_chapters": -1}
