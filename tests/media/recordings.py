"""Small recordings made by the real ffmpeg, each of the kind that its name says."""

import subprocess
from pathlib import Path
from typing import IO

_made: dict[tuple[str, ...], bytes] = {}


def ffmpeg(*words: str) -> None:
    """Make a file by ffmpeg, which the last word names. What comes from no other file is made once a test run."""
    path, invented = Path(words[-1]), words.count("-i") == words.count("lavfi")
    key = (*words[:-1], path.suffix)
    if invented and key in _made:
        path.write_bytes(_made[key])
        return
    _run(*words)
    if invented:
        _made[key] = path.read_bytes()


def _run(*words: str) -> None:
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def piped(out: IO[bytes], *words: str) -> None:
    """Run ffmpeg into a stream in which it cannot go back, as a live recorder does."""
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *words, "-"], stdout=out, timeout=60, check=True)


def clip(path: Path, *, size: str = "320x240", seconds: float = 3, sound: bool = True, rate: int = 25, more: tuple[str, ...] = ()) -> Path:
    """A test picture with a tone."""
    tone = ["-f", "lavfi", "-i", f"sine=440:duration={seconds}", "-c:a", "aac"] if sound else []
    picture = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
    ffmpeg(*picture, *tone, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *more, str(path))
    return path


def speech(path: Path, *, seconds: float = 3, more: tuple[str, ...] = ()) -> Path:
    """A tone alone."""
    ffmpeg("-f", "lavfi", "-i", f"sine=440:duration={seconds}", *more, str(path))
    return path


def with_cover(path: Path) -> Path:
    """A song with its cover: an attached picture, which is no video."""
    ffmpeg(
        "-f", "lavfi", "-i", "sine=440:duration=3", "-f", "lavfi", "-i", "color=s=300x300:d=1", "-map", "0", "-map", "1", "-frames:v", "1",
        "-c:v", "mjpeg", "-disposition:v", "attached_pic", "-c:a", "libmp3lame", str(path),
    )  # fmt: skip
    return path


def huge(path: Path) -> Path:
    """A 1.5 MB file of one picture of 16000x16000."""
    ffmpeg("-f", "lavfi", "-i", "color=s=16000x16000:r=1:d=1", "-frames:v", "1", "-c:v", "mjpeg", "-f", "avi", str(path))
    return path


def growing(path: Path) -> Path:
    """A second of small pictures, then one of 16000x16000 that no header tells of."""
    for name, size, frames in (("small", "320x240", 25), ("large", "16000x16000", 1)):
        ffmpeg("-f", "lavfi", "-i", f"color=s={size}:r=25:d=2", "-frames:v", str(frames), "-f", "mjpeg", str(path.with_name(name)))
    (path.with_name("both")).write_bytes(path.with_name("small").read_bytes() + path.with_name("large").read_bytes())
    ffmpeg("-f", "mjpeg", "-i", str(path.with_name("both")), "-c", "copy", str(path))
    return path


def two_frames(path: Path) -> Path:
    """Two pictures an hour apart."""
    ffmpeg("-f", "lavfi", "-i", "color=s=320x240:r=1:d=2", "-vf", "setpts=N*3600/TB", "-fps_mode", "vfr", "-c:v", "libx264", str(path))
    return path


def lying_flac(path: Path) -> Path:
    """Three seconds of sound whose header says 2216 s."""
    speech(path, more=("-ar", "44100", "-f", "flac"))
    data = bytearray(path.read_bytes())
    samples = 2216 * 44100
    data[21] = data[21] & 0xF0 | samples >> 32
    data[22:26] = (samples & 0xFFFFFFFF).to_bytes(4, "big")
    path.write_bytes(data)
    return path


def streams_of(path: Path) -> list[dict[str, str]]:
    """What ffprobe says of a product: one dict a stream."""
    entries = "stream=codec_name,codec_type,pix_fmt,width,height,channels,sample_rate,profile,duration,nb_read_packets"
    words = ["ffprobe", "-v", "error", "-count_packets", "-show_entries", entries, "-of", "compact=p=0:nk=0", str(path)]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    return [dict(pair.split("=", 1) for pair in line.split("|") if "=" in pair) for line in said.splitlines() if line]


def sides_of(path: Path) -> list[str]:
    """The side data of a product's picture: a turn would be among them."""
    words = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream_side_data", "-of", "csv=p=0", str(path)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout.split()


def packets_of(path: Path) -> list[str]:
    """The checksum of each packet of the picture."""
    words = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy", "-bsf:v", "filter_units=pass_types=1-5", "-f", "framemd5", "-"]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    return [line.rsplit(",", 1)[-1].strip() for line in said.splitlines() if not line.startswith("#")]
