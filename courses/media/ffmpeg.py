"""ffmpeg and ffprobe: the only importer of ffmpeg-python, which builds the argument lists; `runner` runs them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ffmpeg

from courses.kernel.runner import GIGABYTE, Bounds, Ended, OutOfTime, run
from courses.kernel.settings import Settings
from courses.media import rules

# Containers that hold their media themselves. Lists (HLS, DASH, concat, SDP, image sequences) would open other people's uploads.
CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,flv,mpeg,mpegvideo,mpegts,ogg,wav,w64,mp3,aac,ac3,eac3,flac,amr,aiff,au,caf,ape,"
    "rm,mxf,dv,ivf,nut,wtv,h264,hevc,m4v,dts,wv,tta,tak,mpc,mpc8"
)
PROBE_SECONDS = 60


class Unreadable(Exception):
    """ffmpeg cannot make sense of the file; `complaints` is for the log, never for the person."""

    def __init__(self, complaints: str) -> None:
        super().__init__(complaints[-300:])
        self.complaints = complaints


class Broken(Exception):
    """ffmpeg failed through no fault of the file: killed, out of space, out of memory, out of time."""


def probe(path: Path, settings: Settings) -> rules.Probe:
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
        found = rules.probe_of(json.loads(ended.output))
    except (ValueError, TypeError, AttributeError, IndexError) as fault:
        raise Unreadable(f"{fault}: {ended.complaints}") from fault
    if found.picture is not None and not found.width and "max pixel count" in ended.complaints:
        raise Unreadable(ended.complaints)
    return found


def convert(source: Path, folder: Path, plan: rules.Plan, settings: Settings, *, on_second: Callable[[float], None]) -> None:
    """Make every rung (HLS in fMP4) and the sound alone, in one process that decodes once; `on_second` hears how far it is."""
    for rung in plan.rungs:
        (folder / rung.name).mkdir()
    start = ffmpeg.input(str(source), **_guarded(settings))
    longest = settings.max_media_minutes * 60 + 2
    outputs = [
        ffmpeg.output(*streams, f"{folder}/{rung.name}/index.m3u8", t=longest, **_rung_options(f"{folder}/{rung.name}", rung, plan))
        for rung, streams in _streams(start, plan)
    ]
    if plan.sound is not None:
        options = {**_sound_options(plan, 64), **_plain(), "t": longest, "movflags": "+faststart", "f": "ipod"}
        outputs.append(ffmpeg.output(start[str(plan.sound)], f"{folder}/sound.m4a", **options))
    _run(outputs, settings, seconds=600 + longest * 6, on_second=on_second)


def remux(joined: Path, target: Path, settings: Settings) -> None:
    """Copy an fMP4 into a progressive MP4 whose index stands first."""
    out = ffmpeg.output(ffmpeg.input(str(joined), **_guarded(settings)), str(target), c="copy", movflags="+faststart", f="mp4", **_plain())
    _run([out], settings, seconds=1800)


def poster(video: Path, target: Path, settings: Settings, *, at: float) -> None:
    """A still of the video from about `at` seconds: the most typical of the next frames, so seldom a black one."""
    picture = ffmpeg.input(str(video), ss=f"{at:.2f}", **_guarded(settings))["v:0"].filter("thumbnail", 48)
    out = ffmpeg.output(picture, str(target), **{"frames:v": 1, "q:v": 4, "f": "mjpeg"}, **_plain())
    _run([out], settings, seconds=300)


def _run(outputs: list[Any], settings: Settings, *, seconds: float, on_second: Callable[[float], None] | None = None) -> None:
    command = [settings.ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-nostats", "-progress", "pipe:1", "-y"]

    def hear(line: str) -> None:
        name, _, value = line.partition("=")
        if on_second is not None and name == "out_time_us" and value.lstrip("-").isdigit():
            on_second(max(0, int(value)) / 1e6)

    try:
        ended = run([*command, *ffmpeg.get_args(ffmpeg.merge_outputs(*outputs))], Bounds(seconds), on_line=hear)
    except OutOfTime:
        raise Broken("out of time") from None
    _judge(ended)


def _judge(ended: Ended) -> None:
    if ended.status == 0:
        return
    if ended.status < 0 or any(sign in ended.complaints for sign in ("No space left", "Cannot allocate memory", "Disk quota")):
        raise Broken(ended.complaints)
    raise Unreadable(ended.complaints)


def _guarded(settings: Settings) -> dict[str, Any]:
    return {"protocol_whitelist": "file,pipe", "format_whitelist": CONTAINERS, "max_pixels": settings.max_pixels, "probesize": "20M", "analyzeduration": "20M"}


def _streams(start: Any, plan: rules.Plan) -> list[tuple[rules.Rung, list[Any]]]:
    """Each rung with its picture, shrunk once to the largest rung and split from there, and the sound."""
    if not plan.rungs:
        return []
    picture = start[str(plan.picture)]
    if plan.interlaced:
        picture = picture.filter("yadif", deint="interlaced")
    if plan.frame_step > 1:
        picture = picture.filter("framestep", plan.frame_step)
    picture = picture.filter("scale", plan.top.width, plan.top.height, flags="bicubic").filter("setsar", 1).filter("format", "yuv420p")
    copies = picture.filter_multi_output("split", len(plan.rungs))
    sound = [start[str(plan.sound)]] if plan.sound is not None else []
    return [(rung, [_shrunk(copies.stream(at), rung, plan), *sound]) for at, rung in enumerate(plan.rungs)]


def _shrunk(copy: Any, rung: rules.Rung, plan: rules.Plan) -> Any:
    return copy if rung == plan.top else copy.filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", 1)


def _rung_options(folder: str, rung: rules.Rung, plan: rules.Plan) -> dict[str, Any]:
    return {
        **_plain(),
        **(_sound_options(plan, rung.audio_kbps) if plan.sound is not None else {}),
        "c:v": "libx264", "preset": "veryfast", "crf": 23, "profile:v": rung.profile, "pix_fmt": "yuv420p", "fps_mode": "vfr",
        "maxrate": f"{rung.video_kbps}k", "bufsize": f"{rung.video_kbps * 2}k",
        "force_key_frames": f"expr:gte(t,n_forced*{rules.SEGMENT_SECONDS})",
        "f": "hls", "hls_time": rules.SEGMENT_SECONDS, "hls_playlist_type": "vod", "hls_flags": "independent_segments",
        "hls_segment_type": "fmp4", "hls_fmp4_init_filename": "init.mp4", "hls_segment_filename": folder.replace("%", "%%") + "/%05d.m4s",
    }  # fmt: skip


def _sound_options(plan: rules.Plan, kbps: int) -> dict[str, Any]:
    # `async` keeps picture and sound together where a recording has gaps.
    filters = "aresample=async=1:first_pts=0" + (f",apad=whole_dur={plan.sound_until:.3f}" if plan.sound_until else "")
    return {"c:a": "aac", "b:a": f"{kbps}k", "ac": plan.channels, "ar": plan.audio_rate, "af": filters}


def _plain() -> dict[str, Any]:
    """Without the upload's own remarks: a phone's video says where it was taken."""
    return {"map_metadata": -1, "map_chapters": -1}
