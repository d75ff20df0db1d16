"""What preparing a lecture costs in processor time, against one raw 720p libx264 veryfast run of the same recording.

`ladder_ratio` (the whole preparation of a lecture that must be encoded), `remux_ratio` (of one that phones play already),
`first_minute_ratio` (until its first minute plays), `overhead_ratio` (everything against ffmpeg alone). Median of three; --short does each
once on a short recording. Every figure is a ratio of two runs of this machine in this hour; `raw_cpu_seconds` says how fast it is.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WHOLE, SHORT = 90, 12  # seconds of the lecture
MINUTE, SHORT_MINUTE = 60, 8
LAUNCHES = 20  # to measure what it costs to start one bounded child

# Prepares in a process of its own, and says what it cost. Loading our modules is not counted: a worker does it once for all lectures.
PREPARE = """
import resource, sys
from pathlib import Path
from courses.kernel.settings import Settings
from courses.media import ffmpeg, preparation
source, folder, only_first = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "first"
run, started = ffmpeg.run, []
ffmpeg.run = lambda command, bounds, **more: (started.append(1), run(command, bounds, **more))[1]
first, whole = folder / "first", folder / "whole"
first.mkdir(parents=True); whole.mkdir()
spent = lambda who: sum(resource.getrusage(who)[:2])
loaded = spent(resource.RUSAGE_SELF)
made = preparation.first(source, first, Settings(), report=lambda percent: None)
if not (made.whole or made.copied or only_first):
    made = preparation.rest(source, first, whole, Settings(), report=lambda percent: None)
own = spent(resource.RUSAGE_SELF) - loaded
print(own + spent(resource.RUSAGE_CHILDREN), own, len(started), made.copied)
"""
LAUNCH = """
from courses.kernel.runner import Bounds, run
for _ in range({launches}):
    run(["true"], Bounds(20))
"""


def cpu_of(command: list[str], **more: str) -> tuple[float, str]:
    """Processor seconds of a command and of all it starts, and what it printed."""
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, env={**os.environ, **more})
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0, f"{command[0]} failed"
        out.seek(0)
        return used.ru_utime + used.ru_stime, out.read()


def ffmpeg(*words: str) -> float:
    """Processor seconds of one bare ffmpeg."""
    return cpu_of(["ffmpeg", "-nostdin", "-v", "error", "-y", *words])[0]


def python(text: str, *words: str) -> tuple[float, str]:
    """Processor seconds of a Python of ours."""
    return cpu_of([sys.executable, "-c", text, *words], PYTHONPATH=str(ROOT))


def lecture(path: Path, seconds: int) -> Path:
    """A moving 720p30 picture at a camera's rate, too heavy to be handed on, with a quiet voice-like sound."""
    picture, voice, hum = (f"testsrc2=size=1280x720:rate=30:duration={seconds}", f"sine=220:d={seconds}", f"anoisesrc=c=pink:a=0.05:d={seconds}")
    made = ["-filter_complex", "[1][2]amix,volume=-12dB", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "14", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", voice, "-f", "lavfi", "-i", hum, *made, str(path))
    return path


def raw(source: Path, target: Path) -> float:
    """The measure: one plain encode of the picture."""
    return ffmpeg("-i", str(source), "-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", str(target))


def prepared(source: Path, folder: Path, what: str, *, copied: bool) -> tuple[float, float, int]:
    """Processor seconds of preparing, those of our own process among them, and how often a child was started."""
    _, said = python(PREPARE, str(source), str(folder), what)
    used, own, started, was_copied = said.split()
    assert (was_copied == "True") is copied, "the recording was not treated as this bench means it"
    return float(used), float(own), int(started)


def measured(folder: Path, *, short: bool) -> dict[str, float]:
    """One round of everything."""
    seconds, minute = (SHORT, SHORT_MINUTE) if short else (WHOLE, MINUTE)
    whole, part = lecture(folder / "lecture.mp4", seconds), lecture(folder / "minute.mp4", minute)
    measure = raw(whole, folder / "raw.mp4")
    ladder, own, started = prepared(whole, folder / "ladder", "whole", copied=False)
    easy = folder / "easy.mp4"
    times = WHOLE // seconds  # a short recording is repeated, so that starting programs weighs no more than it does in a lecture
    inputs = [word for path in ("raw.mp4", "ladder/whole/sound.m4a") for word in ("-stream_loop", str(times - 1), "-i", str(folder / path))]
    ffmpeg(*inputs, "-c", "copy", str(easy))
    remux, _, _ = prepared(easy, folder / "remux", "whole", copied=True)
    first, _, _ = prepared(part, folder / "first", "first", copied=False)
    starting = (python(LAUNCH.format(launches=LAUNCHES))[0] - python(LAUNCH.format(launches=0))[0]) / LAUNCHES
    ours = own + started * starting
    return {
        "raw": measure,
        "ladder": ladder / measure,
        "remux": remux / measure / times,
        "first_minute": first / raw(part, folder / "raw-minute.mp4"),
        "overhead": ladder / (ladder - ours),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--short", action="store_true", help="once, on a short recording")
    short = options.parse_args().short
    rounds = []
    for at in range(1 if short else 3):
        with tempfile.TemporaryDirectory(prefix="bench-media-") as folder:
            rounds.append(measured(Path(folder), short=short))
        print(f"round {at + 1}: {json.dumps({name: round(value, 4) for name, value in rounds[-1].items()})}", flush=True)
    names = {"ladder_ratio": "ladder", "remux_ratio": "remux", "first_minute_ratio": "first_minute", "overhead_ratio": "overhead", "raw_cpu_seconds": "raw"}
    middle = {name: round(statistics.median(one[key] for one in rounds), 4) for name, key in names.items()}
    print(json.dumps(middle | {"lecture_seconds": SHORT if short else WHOLE, "rounds": len(rounds)}))


if __name__ == "__main__":
    main()
