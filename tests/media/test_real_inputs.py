"""Every kind of recording that people bring becomes a lecture: upright, in its true shape, its length measured, sound and picture in step."""

from pathlib import Path

import pytest

from courses.kernel.errors import Refused
from courses.media import ffmpeg, plan_rules, preparation
from tests.conftest import settings_in
from tests.media import meetings, recordings
from tests.media.test_traps import make, refused


@pytest.mark.parametrize("name", meetings.KINDS)
def test_each_kind_of_video_plays_in_step(tmp_path: Path, name: str) -> None:
    made = make(meetings.meeting(tmp_path / name, more=meetings.KINDS[name]), tmp_path / "made")
    assert made.has_picture and made.seconds in {2, 3}
    video = tmp_path / "made" / "video.mp4"
    assert {(one["codec_name"], one.get("pix_fmt", "")) for one in recordings.streams_of(video)} >= {("h264", "yuv420p")}
    assert meetings.shown_size(video) in {(320, 240), (176, 144), (192, 144)}
    assert abs(meetings.apart(video)) < 0.09


@pytest.mark.parametrize(("late", "name"), [("0.7", "late-picture.mkv"), ("-0.7", "late-sound.mkv"), ("0.7", "late-picture.ts")])
def test_a_track_that_begins_late_stays_in_step(tmp_path: Path, late: str, name: str) -> None:
    source = meetings.meeting(tmp_path / name, before=("-itsoffset", late))
    was = meetings.apart(source)
    make(source, tmp_path / "made")
    assert abs(meetings.apart(tmp_path / "made" / "video.mp4") - was) < 0.09


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("song.mp3", ("-c:a", "libmp3lame")),
        ("memo.m4a", ("-c:a", "aac")),
        ("windows.wma", ("-c:a", "wmav2")),
        ("studio.wav", ("-ar", "96000", "-ac", "2")),
        ("free.ogg", ("-c:a", "libvorbis")),
        ("lossless.flac", ("-sample_fmt", "s32")),
    ],
)
def test_each_kind_of_sound_is_heard(tmp_path: Path, name: str, words: tuple[str, ...]) -> None:
    made = make(recordings.speech(tmp_path / name, more=words), tmp_path / "made")
    (sound,) = recordings.streams_of(tmp_path / "made" / "sound.m4a")
    assert (made.has_picture, made.seconds in {2, 3}, sound["codec_name"]) == (False, True, "aac")
    assert int(sound["sample_rate"]) in {44100, 48000}


def test_an_amr_memo_is_heard(tmp_path: Path) -> None:
    frame = b"\x04" + bytes((at * 37) % 256 for at in range(12))
    (tmp_path / "memo.amr").write_bytes(b"#!AMR\n" + frame * 150)
    assert make(tmp_path / "memo.amr", tmp_path / "made").seconds == 3


def test_a_memo_with_a_cover_and_one_without_length(tmp_path: Path) -> None:
    assert [form.name for form in make(recordings.with_cover(tmp_path / "song.mp3"), tmp_path / "one").forms] == ["sound"]
    streamed = tmp_path / "streamed.webm"
    with streamed.open("wb") as out:
        recordings.piped(out, "-f", "lavfi", "-i", "sine=440:duration=3", "-c:a", "libvorbis", "-f", "webm")
    assert preparation.examined(streamed, settings_in(tmp_path)).seconds is None
    assert make(streamed, tmp_path / "two").seconds in {2, 3}


def test_a_phone_held_upright_and_upside_down(tmp_path: Path) -> None:
    flat = meetings.meeting(tmp_path / "flat.mp4", size="320x180")
    for turn, size in (("90", (180, 320)), ("180", (320, 180))):
        source = tmp_path / f"turned-{turn}.mov"
        recordings.ffmpeg("-i", str(flat), "-c", "copy", "-metadata:s:v", f"rotate={turn}", str(source))
        assert not preparation.examined(source, settings_in(tmp_path)).plain
        make(source, tmp_path / f"made-{turn}")
        video = tmp_path / f"made-{turn}" / "video.mp4"
        assert meetings.shown_size(video) == size
        assert not [side for side in recordings.sides_of(video) if side], "what plays must not need turning: old phones do not turn"


def test_broad_pixels_become_square(tmp_path: Path) -> None:
    source = meetings.meeting(tmp_path / "dv.avi", size="360x288", more=("-vf", "setsar=64/45", "-c:v", "mpeg4", "-c:a", "libmp3lame"))
    make(source, tmp_path / "made")
    width, height = meetings.shown_size(tmp_path / "made" / "video.mp4")
    assert abs(width / height - 360 * 64 / 45 / 288) < 0.02


def test_high_dynamic_range_is_mapped_to_what_ordinary_screens_show(tmp_path: Path) -> None:
    colours = "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    more = ("-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", colours, "-tag:v", "hvc1", "-c:a", "aac")
    source = meetings.meeting(tmp_path / "hdr.mov", more=more)
    probe = preparation.examined(source, settings_in(tmp_path))
    assert probe.is_hdr and not plan_rules.fits(probe)
    make(source, tmp_path / "made")
    video = ffmpeg.probe(tmp_path / "made" / "video.mp4", settings_in(tmp_path))
    assert (video.pixel_format, video.transfer) == ("yuv420p", "bt709")
    assert abs(meetings.apart(tmp_path / "made" / "video.mp4")) < 0.09


def test_of_several_tracks_the_usual_one_is_heard(tmp_path: Path) -> None:
    source = tmp_path / "tracks.mkv"
    recordings.ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=320x240:d=2", "-f", "lavfi", "-i", "anullsrc=d=2", "-f", "lavfi", "-i", "sine=440:d=2", "-map", "0", "-map", "1", "-map", "2",
        "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-disposition:a:0", "0", "-disposition:a:1", "default", str(source),
    )  # fmt: skip
    assert preparation.examined(source, settings_in(tmp_path)).sound == 2
    make(source, tmp_path / "made")
    track = plan_rules.Sound(0, 48000, 1, fits=True)
    heard = ffmpeg.loudness(tmp_path / "made" / "sound.m4a", track, settings_in(tmp_path))
    assert heard is not None and heard.integrated > -20


@pytest.mark.parametrize("decibels", [-24, 18])
def test_every_lecture_is_equally_loud(tmp_path: Path, decibels: int) -> None:
    source = recordings.speech(tmp_path / "a.wav", seconds=4, more=("-af", f"volume={decibels}dB"))
    make(source, tmp_path / "made")
    heard = ffmpeg.loudness(tmp_path / "made" / "sound.m4a", plan_rules.Sound(0, 48000, 1, fits=True), settings_in(tmp_path))
    assert heard is not None and abs(heard.integrated - plan_rules.LOUDNESS) < 1.5 and heard.peak <= 0


def test_a_damaged_tail_loses_no_more_than_the_tail(tmp_path: Path) -> None:
    whole = recordings.clip(tmp_path / "a.mp4", seconds=12, more=("-movflags", "+faststart", "-g", "25"))
    data = bytearray(whole.read_bytes())
    data[-len(data) // 20 :] = bytes(len(data) // 20 + 1)
    whole.write_bytes(data)
    assert make(whole, tmp_path / "made").seconds >= 11
    broken = recordings.clip(tmp_path / "b.ts", seconds=12, more=("-g", "25"))
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size * 9 // 10])
    assert make(broken, tmp_path / "made-too").seconds >= 10


def test_half_a_matroska_is_refused_as_incomplete(tmp_path: Path) -> None:
    whole = recordings.clip(tmp_path / "a.mkv", seconds=20, more=("-g", "25"))
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert "应有 20 秒" in refused(whole, tmp_path / "made")


def test_a_picture_that_phones_play_is_cut_and_not_encoded(tmp_path: Path) -> None:
    source = recordings.clip(tmp_path / "a.mp4", size="640x360", seconds=14, more=("-preset", "veryfast", "-g", "70", "-x264-params", "scenecut=0"))
    (tmp_path / "first").mkdir()
    made = preparation.first(source, tmp_path / "first", settings_in(tmp_path), report=lambda percent: None)
    assert made.copied and not made.whole
    was, now = (recordings.packets_of(path) for path in (source, tmp_path / "first" / "video.mp4"))
    assert was == now
    (tmp_path / "whole").mkdir()  # the smaller ones are cut where the copy is cut, so that a player can change between them
    preparation.rest(source, tmp_path / "first", tmp_path / "whole", settings_in(tmp_path), report=lambda percent: None)
    cuts = [[round(seconds, 1) for seconds, _ in preparation.rules.segments((one / "index.m3u8").read_text())] for one in (tmp_path / "whole").glob("*p")]
    assert cuts == [[8.4, 5.6]] * 2, "a keyframe every 2.8 seconds, none at 6"


def test_a_copy_with_too_few_keyframes_is_encoded_after_all(tmp_path: Path) -> None:
    source = recordings.clip(tmp_path / "a.mp4", seconds=20, more=("-preset", "veryfast", "-g", "9999", "-x264-params", "scenecut=0"))
    assert plan_rules.fits(preparation.examined(source, settings_in(tmp_path)))
    made = make(source, tmp_path / "made")
    assert not made.copied
    folder = tmp_path / "made" / made.forms[0].name
    assert all(seconds < 7 for seconds, _ in preparation.rules.segments((folder / "index.m3u8").read_text()))


def test_what_another_program_locked_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "song.ncm").write_bytes(b"CTENFDAM" + bytes(range(256)) * 40)
    with pytest.raises(Refused, match="加密"):
        preparation.examined(tmp_path / "song.ncm", settings_in(tmp_path))
