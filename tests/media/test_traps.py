"""Recordings that mislead, against the real ffmpeg: each is turned down in plain Chinese or prepared for what it is."""

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from courses.kernel import runner
from courses.kernel.errors import Refused
from courses.kernel.settings import Settings
from courses.media import ffmpeg, preparation, rules
from tests.conftest import settings_in
from tests.media import recordings

ROOT = Path(__file__).resolve().parents[2]
MEASURED = """
import resource, sys
from pathlib import Path
from courses.kernel.errors import Refused
from courses.kernel.settings import Settings
from courses.media import preparation
folder = Path(sys.argv[2])
folder.mkdir()
try:
    preparation.first(Path(sys.argv[1]), folder, Settings(), report=lambda percent: None)
    said = "made"
except Refused:
    said = "refused"
print(said, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

PARENT = """
from courses.kernel.runner import Bounds, run
run(["sh", "-c", "echo $$; exec sleep 60"], Bounds(90), on_line=lambda line: print(line, flush=True))
"""


def make(source: Path, folder: Path, **more: str) -> rules.Made:
    """Prepare a file without queue or database."""
    folder.mkdir()
    settings = settings_in(folder.parent, **more)
    made = preparation.first(source, folder, settings, report=lambda percent: None)
    if made.whole:
        return made
    begun = folder.rename(folder.with_name("begun"))
    folder.mkdir()
    return preparation.rest(source, begun, folder, settings, report=lambda percent: None)


def refused(source: Path, folder: Path, **more: str) -> str:
    """The words with which a file is turned down."""
    with pytest.raises(Refused) as fault:
        make(source, folder, **more)
    return fault.value.message


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\nsecret.mp4\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile secret.mp4\n",
        '<?xml version="1.0"?><MPD type="static"><Period><AdaptationSet><Representation><BaseURL>secret.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ],
)
def test_a_list_that_calls_itself_mp4_opens_no_other_upload(tmp_path: Path, text: str) -> None:
    recordings.clip(tmp_path / "secret.mp4", seconds=1)
    (tmp_path / "fake.mp4").write_text(text)
    assert "播放列表" in refused(tmp_path / "fake.mp4", tmp_path / "made")


def test_a_picture_of_16000_by_16000_is_turned_down_at_once(tmp_path: Path) -> None:
    start = time.monotonic()
    source = recordings.huge(tmp_path / "big.avi")
    made = time.monotonic() - start
    start = time.monotonic()
    assert "画面太大" in refused(source, tmp_path / "made")
    assert time.monotonic() - start < max(5, made)


def test_a_picture_that_hides_its_size_takes_no_memory(tmp_path: Path) -> None:
    """Small pictures, then one of 16000x16000: decoding it would take 440 MB."""
    source = recordings.growing(tmp_path / "growing.avi")
    words = [sys.executable, "-c", MEASURED, str(source), str(tmp_path / "made")]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout
    assert int(said.split()[-1]) < 250_000


def test_no_file_reaches_the_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setblocking(False)
        there = f"http://127.0.0.1:{door.getsockname()[1]}/secret.mp4"
        lists = (f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\n{there}\n#EXT-X-ENDLIST\n", f"ffconcat version 1.0\nfile {there}\n")
        for at, text in enumerate(lists):
            (tmp_path / f"{at}.mp4").write_text(text)
            refused(tmp_path / f"{at}.mp4", tmp_path / f"made-{at}")
        with pytest.raises(BlockingIOError):
            door.accept()


def test_every_input_of_every_command_is_guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each guard holds alone where another fails, so none may be missing anywhere; nor may a child read from our own input."""
    commands: list[str] = []

    def heard(command: list[str], bounds: runner.Bounds, **more: Callable[[str], None] | None) -> runner.Ended:
        commands.append(" ".join(command))
        return runner.run(command, bounds, **more)

    monkeypatch.setattr(ffmpeg, "run", heard)
    make(recordings.clip(tmp_path / "a.mkv", size="640x360", seconds=1), tmp_path / "made")
    assert {command.split()[0] for command in commands} == {"ffmpeg", "ffprobe"}
    for command in commands:
        for opened in command.split(" -i ")[:-1] or [command]:
            assert all(guard in opened for guard in (f"-format_whitelist {ffmpeg.CONTAINERS}", "-protocol_whitelist file,pipe", "-max_pixels ")), command
        assert command.startswith("ffprobe") or "-nostdin" in command


def test_two_frames_an_hour_apart_stay_two_frames(tmp_path: Path) -> None:
    made = make(recordings.two_frames(tmp_path / "slides.mp4"), tmp_path / "made")
    (video,) = recordings.streams_of(tmp_path / "made" / "video.mp4")
    assert int(video["nb_read_packets"]) <= 3
    assert made.has_picture


def test_the_length_is_measured_on_the_product(tmp_path: Path) -> None:
    assert make(recordings.lying_flac(tmp_path / "a.flac"), tmp_path / "made").seconds in {2, 3}


def test_a_cover_is_no_picture(tmp_path: Path) -> None:
    made = make(recordings.with_cover(tmp_path / "song.mp3"), tmp_path / "made")
    assert not made.has_picture
    assert [form.name for form in made.forms] == ["sound"]


def test_a_video_cut_off_in_the_middle_says_how_much_is_there(tmp_path: Path) -> None:
    source = recordings.clip(tmp_path / "a.mp4", seconds=20, more=("-movflags", "+faststart", "-g", "25"))
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    assert "应有 20 秒" in refused(source, tmp_path / "made")


def test_success_that_left_the_sound_out_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = ffmpeg.package

    def half(work: Iterable[ffmpeg.Piecework], heard: ffmpeg.Soundtrack | None, settings: Settings) -> None:
        package(work, None, settings)

    monkeypatch.setattr(ffmpeg, "package", half)
    assert "读不出来" in refused(recordings.clip(tmp_path / "a.mp4", seconds=1), tmp_path / "made")


def test_a_video_without_its_index_is_turned_down_at_once(tmp_path: Path) -> None:
    source = recordings.clip(tmp_path / "a.mp4")
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    with pytest.raises(Refused, match="不完整"):
        preparation.examined(source, settings_in(tmp_path))


def test_a_recording_above_the_limit_of_minutes(tmp_path: Path) -> None:
    source = recordings.speech(tmp_path / "a.mp3", seconds=62)
    assert "剪成几段" in refused(source, tmp_path / "made", MAX_MEDIA_MINUTES="1")


def test_a_phone_held_upright_stays_upright(tmp_path: Path) -> None:
    flat = recordings.clip(tmp_path / "flat.mp4", size="640x360", seconds=1)
    source = tmp_path / "upright.mov"
    recordings.ffmpeg("-i", str(flat), "-c", "copy", "-metadata:s:v", "rotate=90", str(source))
    make(source, tmp_path / "made")
    video = next(one for one in recordings.streams_of(tmp_path / "made" / "video.mp4") if one["codec_type"] == "video")
    if preparation.examined(source, settings_in(tmp_path)).height == 640:  # newer ffmpegs no longer write this tag
        assert (video["width"], video["height"]) == ("360", "640")


def test_an_empty_track_of_sound_is_left_out(tmp_path: Path) -> None:
    whole = recordings.clip(tmp_path / "whole.mkv", seconds=2)
    recordings.ffmpeg("-i", str(whole), "-c", "copy", "-bsf:a", "noise=drop=1", str(tmp_path / "mute.mkv"))
    made = make(tmp_path / "mute.mkv", tmp_path / "made")
    assert "sound" not in {form.name for form in made.forms}
    assert "mp4a" not in (tmp_path / "made" / "master.m3u8").read_text()


def test_sound_that_ends_first_is_followed_by_silence_so_that_players_reach_the_end(tmp_path: Path) -> None:
    picture, tone = recordings.clip(tmp_path / "picture.mp4", seconds=14, sound=False), recordings.speech(tmp_path / "tone.wav")
    recordings.ffmpeg("-i", str(picture), "-i", str(tone), "-c:v", "copy", "-c:a", "aac", str(tmp_path / "early.mp4"))
    made = make(tmp_path / "early.mp4", tmp_path / "made")
    assert made.seconds == 14
    for name in ("video.mp4", "sound.m4a"):
        sound = recordings.streams_of(tmp_path / "made" / name)[-1]
        assert (sound["codec_type"], round(float(sound["duration"]))) == ("audio", 14)


def test_ten_bits_and_surround_sound_become_what_phones_play(tmp_path: Path) -> None:
    source = tmp_path / "studio.mkv"
    recordings.ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=60:duration=2", "-f", "lavfi", "-i", "sine=440:duration=2",
        "-pix_fmt", "yuv444p10le", "-c:v", "ffv1", "-ac", "6", "-ar", "96000", "-c:a", "flac", "-metadata", "location=+27.0+112.0/", str(source),
    )  # fmt: skip
    make(source, tmp_path / "made")
    video, sound = recordings.streams_of(tmp_path / "made" / "video.mp4")
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (sound["codec_name"], sound["channels"], sound["sample_rate"]) == ("aac", "2", "48000")
    assert int(video["nb_read_packets"]) <= 62  # of 120
    assert b"+27.0" not in (tmp_path / "made" / "video.mp4").read_bytes()


def test_noise_is_turned_down(tmp_path: Path) -> None:
    (tmp_path / "noise.mp4").write_bytes(bytes((at * 197 + at // 7) % 256 for at in range(50_000)))
    assert "请" in refused(tmp_path / "noise.mp4", tmp_path / "made")


def test_the_manifest_remembers_what_was_made(tmp_path: Path) -> None:
    made = make(recordings.speech(tmp_path / "a.wav"), tmp_path / "made")
    assert preparation.remembered(tmp_path / "made" / preparation.MANIFEST) == made
    assert json.loads((tmp_path / "made" / "made.json").read_text())["seconds"] == made.seconds


def test_a_child_that_takes_too_long_is_ended() -> None:
    start = time.monotonic()
    with pytest.raises(runner.OutOfTime):
        runner.run(["sleep", "60"], runner.Bounds(1))
    assert time.monotonic() - start < 5


def test_a_child_ends_with_its_killed_parent() -> None:
    """One that says nothing more would hear of no broken pipe: the kernel has to tell it."""
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    try:
        assert select.select([child], [], [], 20)[0]
    finally:
        os.close(child)


def test_a_child_cannot_fill_the_disk_or_the_memory(tmp_path: Path) -> None:
    written = runner.run(["dd", "if=/dev/zero", f"of={tmp_path}/x", "bs=1M", "count=50"], runner.Bounds(20, file_bytes=1024 * 1024))
    assert written.status != 0 and (tmp_path / "x").stat().st_size <= 1024 * 1024
    taken = runner.run(["python3", "-c", "x = bytearray(500_000_000)"], runner.Bounds(20, data_bytes=200_000_000))
    assert taken.status != 0


def test_an_exception_of_the_listener_ends_the_child() -> None:
    def stop(line: str) -> None:
        raise RuntimeError(line)

    start = time.monotonic()
    with pytest.raises(RuntimeError, match="begun"):
        runner.run(["sh", "-c", "echo begun; sleep 60"], runner.Bounds(30), on_line=stop)
    assert time.monotonic() - start < 5
