"""Makes the demo's recordings: slides set by typst, words spoken by espeak-ng, put together by ffmpeg."""

import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

from learning.demo import typst
from learning.demo.slides import DECKS, LECTURES, Slide

WORDS_PER_MINUTE = 205
PAUSE_SECONDS = 0.7
FRAMES_PER_SECOND = 2  # slides stand still; every further frame would be prepared four times over for nothing
PATIENCE_SECONDS = 180


class CannotMake(Exception):
    """A recording could not be made; the message says what is missing."""


def make(key: str, folder: Path, *, ffmpeg: str = "ffmpeg") -> Path:
    """The lecture of a course as an MP4 (H.264 and AAC, 1280x720) in `folder`; raises `CannotMake`."""
    pages = LECTURES[key]
    lengths = []
    voices = []
    for place, page in enumerate(pages):
        (folder / f"{place}.png").write_bytes(_picture(page, place, len(pages)))
        voices.append(folder / f"{place}.wav")
        _run(["espeak-ng", "-v", "cmn", "-s", str(WORDS_PER_MINUTE), "-w", str(voices[-1]), page.speech])
    lengths = _join(voices, folder / "voice.wav")
    _list_pictures(lengths, folder / "slides.txt")
    target = folder / f"{key}.mp4"
    _run([ffmpeg, *_arguments(folder, sum(lengths)), str(target)])
    return target


def make_deck(key: str, folder: Path) -> Path:
    """The slides that a course has without a voice, as a PDF in `folder`."""
    pages = DECKS[key]
    target = folder / f"{key}.pdf"
    target.write_bytes(typst.deck([_values(page, place, len(pages)) for place, page in enumerate(pages)]))
    return target


def _picture(page: Slide, place: int, count: int) -> bytes:
    return typst.slide(_values(page, place, count))


def _values(page: Slide, place: int, count: int) -> dict[str, object]:
    return {"heading": page.heading, "lines": list(page.lines), "place": place + 1, "count": count}


def _join(voices: Sequence[Path], target: Path) -> list[float]:
    """Join the voices with a pause after each; returns how long each slide is shown."""
    lengths = []
    with wave.open(str(target), "wb") as out:
        for place, path in enumerate(voices):
            with wave.open(str(path), "rb") as voice:
                if place == 0:
                    out.setparams(voice.getparams())
                silence = int(voice.getframerate() * PAUSE_SECONDS)
                out.writeframes(voice.readframes(voice.getnframes()) + bytes(silence * voice.getsampwidth() * voice.getnchannels()))
                lengths.append((voice.getnframes() + silence) / voice.getframerate())
    return lengths


def _list_pictures(lengths: Sequence[float], target: Path) -> None:
    shown = [f"file '{place}.png'\nduration {seconds:.3f}" for place, seconds in enumerate(lengths)]
    target.write_text("\n".join(["ffconcat version 1.0", *shown, ""]), encoding="utf-8")


def _arguments(folder: Path, seconds: float) -> list[str]:
    sources = ["-f", "concat", "-safe", "0", "-i", str(folder / "slides.txt"), "-i", str(folder / "voice.wav")]
    # The last slide stands until the voice has ended, and `-t` says when that is: `-shortest` would let it stand on for long.
    picture = [
        "-vf",
        f"format=yuv420p,fps={FRAMES_PER_SECOND},tpad=stop=-1:stop_mode=clone",
        "-t",
        f"{seconds:.3f}",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "18",
        "-pix_fmt",
        "yuv420p",
    ]
    sound = ["-c:a", "aac", "-b:a", "96k", "-ar", "44100", "-ac", "1"]
    return ["-nostdin", "-v", "error", "-y", *sources, *picture, *sound, "-movflags", "+faststart"]


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except FileNotFoundError as fault:
        raise CannotMake(f"{command[0]} is missing: apt-get install {'espeak-ng' if 'espeak' in command[0] else 'ffmpeg'}") from fault
    if done.returncode != 0:
        raise CannotMake(f"{command[0]} failed: {done.stderr.decode(errors='replace')[-400:]}")
