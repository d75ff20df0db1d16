"""Recordings in which a flash and a tone begin at the same moment, in every wrapping that people bring; and whether they still meet."""

import re
import subprocess
from pathlib import Path

from tests.media.recordings import ffmpeg, streams_of

MOMENT = 1.5
PICTURE = f"color=black:s={{size}}:r=25:d=3,drawbox=c=white:t=fill:enable='gte(t,{MOMENT})'"
TONE = f"sine=f=440:d=3:r=44100,volume='if(gte(t,{MOMENT}),1,0)':eval=frame"
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")

# What each kind of file is made with; its ending names its container.
KINDS: dict[str, tuple[str, ...]] = {
    "phone.mp4": H264,
    "camera.mov": (*H264, "-timecode", "01:00:00:00"),  # a data stream beside the two
    "windows.wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
    "old.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "website.flv": ("-c:v", "flv", "-c:a", "libmp3lame"),
    "matroska.mkv": ("-c:v", "mpeg4", "-c:a", "flac"),
    "browser.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"),
    "disc.mpg": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "broadcast.ts": ("-c:v", "mpeg2video", "-c:a", "ac3"),
    "old-phone.3gp": ("-c:v", "h263", "-s", "176x144", "-c:a", "aac"),
    "free.ogv": ("-c:v", "libtheora", "-c:a", "libvorbis"),
    "new-phone.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1", "-c:a", "aac"),
    "uneven.mp4": (*H264, "-vf", "select='not(between(mod(n,10),3,6))'", "-fps_mode", "vfr"),
}


def meeting(path: Path, *, size: str = "320x240", tone: str = TONE, before: tuple[str, ...] = (), more: tuple[str, ...] = H264) -> Path:
    """Three seconds: black and silent, then white and sounding. `before` delays the picture against the sound."""
    ffmpeg("-f", "lavfi", *before, "-i", PICTURE.format(size=size), "-f", "lavfi", "-i", tone, "-map", "0:v", "-map", "1:a", *more, str(path))
    return path


def apart(path: Path) -> float:
    """Seconds from the flash to the tone."""
    words = [
        "ffmpeg",
        "-nostdin",
        "-hide_banner",
        "-i",
        str(path),
        "-vf",
        "blackdetect=d=0.2:pix_th=0.4",
        "-af",
        "silencedetect=n=-35dB:d=0.2",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stderr
    dark, still = re.findall(r"black_end:([\d.]+)", said), re.findall(r"silence_end: ([\d.]+)", said)
    assert dark and still, said[-2000:]
    return float(still[0]) - float(dark[0])


def shown_size(path: Path) -> tuple[int, int]:
    """Width and height of a product's picture."""
    video = next(one for one in streams_of(path) if one["codec_type"] == "video")
    return int(video["width"]), int(video["height"])
