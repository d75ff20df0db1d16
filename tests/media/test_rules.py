"""The planning of renditions, without ffmpeg."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.media import contents, plan_rules, probe_rules, rules

FULL = probe_rules.Probe(frozenset({"mov", "mp4"}), 60.0, picture=0, sound=1, width=1920, height=1080, frames_per_second=25, audio_rate=48000, channels=2)
LIMITS = probe_rules.Limits(minutes=300, pixels=33_177_600)


def sizes(width: int, height: int) -> list[tuple[str, int, int]]:
    return [(rung.name, rung.width, rung.height) for rung in plan_rules.plan(replace(FULL, width=width, height=height)).rungs]


def test_a_full_hd_lecture_gets_four_rungs_and_phones_start_at_360() -> None:
    assert sizes(1920, 1080) == [("360p", 640, 360), ("240p", 426, 240), ("480p", 852, 480), ("720p", 1280, 720)]


def test_a_small_picture_keeps_its_size() -> None:
    assert sizes(640, 360) == [("360p", 640, 360), ("240p", 426, 240)]
    assert sizes(320, 240) == [("240p", 320, 240)]
    assert sizes(160, 120) == [("120p", 160, 120)]


def test_a_size_between_the_rungs_is_kept_and_not_cut_down_to_the_next() -> None:
    assert sizes(640, 352)[0] == ("352p", 640, 352)
    assert sizes(854, 480)[-1] == ("480p", 852, 480) or sizes(854, 480)[-1] == ("480p", 854, 480)


def test_an_upright_video_stays_upright() -> None:
    assert sizes(1080, 1920) == [("360p", 360, 640), ("240p", 240, 426), ("480p", 480, 852), ("720p", 720, 1280)]


def test_a_wide_film_fits_into_the_box() -> None:
    assert sizes(1920, 800)[-1] == ("532p", 1280, 532)


@given(st.integers(16, 8000), st.integers(16, 8000))
def test_no_rung_is_ever_larger_than_the_picture(width: int, height: int) -> None:
    rungs = plan_rules.plan(replace(FULL, width=width, height=height)).rungs
    assert rungs
    assert len({rung.name for rung in rungs}) == len(rungs)
    for rung in rungs:
        assert rung.width <= width and rung.height <= height
        assert rung.width % 2 == 0 and rung.height % 2 == 0
        assert min(rung.width, rung.height) <= 720 and max(rung.width, rung.height) <= 1280


@given(st.floats(0, 100000))
def test_frames_are_dropped_and_never_made(rate: float) -> None:
    step = plan_rules.plan(replace(FULL, frames_per_second=rate)).frame_step
    assert step >= 1
    assert step == 1 or rate / step >= 20


def test_sound_alone_has_no_rungs() -> None:
    plan = plan_rules.plan(replace(FULL, picture=None))
    assert plan.rungs == () and plan.sound == plan_rules.Sound(1, 48000, 2, fits=False)


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        (replace(FULL, picture=None, sound=None), "既没有画面也没有声音"),
        (replace(FULL, width=16000, height=16000), "16000×16000"),
        (replace(FULL, width=1920, height=8), "尺寸不正常"),
        (replace(FULL, seconds=300 * 60 + 1), "剪成几段"),
        (replace(FULL, seconds=300 * 60, frames_per_second=121), "帧数太多"),
    ],
)
def test_a_refusal_says_what_to_do(probe: probe_rules.Probe, words: str) -> None:
    said = probe_rules.refusal(probe, LIMITS)
    assert said is not None and words in said and ("请" in said)


def test_a_good_recording_is_welcome_even_if_its_length_is_unknown() -> None:
    assert probe_rules.refusal(FULL, LIMITS) is None
    assert probe_rules.refusal(replace(FULL, seconds=None), LIMITS) is None


def test_what_was_measured_counts_and_not_what_was_promised() -> None:
    assert "没有可以播放的内容" in (rules.shortfall(replace(FULL, seconds=2216), 0.0) or "")
    assert "不完整" in (rules.shortfall(FULL, 20.0) or "")
    assert rules.shortfall(FULL, 59.5) is None
    estimated = replace(FULL, containers=frozenset({"mp3"}), seconds=2216)
    assert rules.shortfall(estimated, 20.0) is None


def test_reading_a_probe_turns_the_picture_and_ignores_the_cover() -> None:
    cover = {"index": 0, "codec_type": "video", "codec_name": "mjpeg", "width": 300, "height": 300, "disposition": {"attached_pic": 1}}
    phone = {
        "index": 1, "codec_type": "video", "codec_name": "h264", "width": 1920, "height": 1080, "avg_frame_rate": "30000/1001",
        "duration": "12.5", "side_data_list": [{"rotation": -90}], "disposition": {"attached_pic": 0},
    }  # fmt: skip
    strange = {"index": 2, "codec_type": "audio", "codec_name": "unknown"}
    sound = {"index": 3, "codec_type": "audio", "codec_name": "aac", "sample_rate": "44100", "channels": 6}
    found = probe_rules.probe_of({"streams": [cover, phone, strange, sound], "format": {"format_name": "mov,mp4", "duration": "99"}})
    assert (found.picture, found.sound, found.width, found.height, found.seconds) == (1, 3, 1080, 1920, 12.5)
    plan = plan_rules.plan(found)
    assert plan.sound is not None and (plan.sound.channels, plan.sound.rate, plan.frame_step) == (2, 44100, 1)


def test_broad_pixels_are_counted_as_shown() -> None:
    old = {"index": 0, "codec_type": "video", "codec_name": "mpeg2video", "width": 720, "height": 576, "sample_aspect_ratio": "64:45"}
    found = probe_rules.probe_of({"streams": [old], "format": {}})
    assert (found.width, found.height) == (1024, 576)


def test_nonsense_from_a_probe_is_nothing() -> None:
    found = probe_rules.probe_of({"streams": [], "format": {"duration": "N/A"}})
    assert found.picture is None and found.sound is None and found.seconds is None


def test_the_master_names_rates_sizes_and_codecs() -> None:
    init = b"....avcC\x01\x4d\x40\x1e...."
    assert rules.codecs_of(init, sound=True) == "avc1.4d401e,mp4a.40.2"
    assert rules.codecs_of(init, sound=False) == "avc1.4d401e"
    text = rules.master([rules.Variant("360p/index.m3u8", 640, 360, 900, 700, "avc1.4d401e")])
    assert 'BANDWIDTH=900,AVERAGE-BANDWIDTH=700,RESOLUTION=640x360,CODECS="avc1.4d401e"\n360p/index.m3u8' in text


def test_sound_that_ends_before_the_picture_is_too_short() -> None:
    assert rules.ends_too_soon(17.7, 18.4) and not rules.ends_too_soon(18.4, 18.4) and not rules.ends_too_soon(19, 18.4)


def test_the_peak_is_over_whole_segments() -> None:
    assert rules.rates([(6, 6000), (6, 12000), (0.1, 2000)]) == (16001, int(20000 * 8 / 12.1) + 1)
    assert rules.rates([]) == (0, 0)
    assert rules.rates([(1, 125)]) == (1001, 1001)


@pytest.mark.parametrize("name", ["master.m3u8", "video.mp4", "sound.m4a", "poster.jpg", "360p/index.m3u8", "720p/init.mp4", "240p/00012.m4s"])
def test_servable(name: str) -> None:
    assert rules.is_servable(name) and rules.mime_of(name)


@pytest.mark.parametrize(
    "name", ["made.json", "../x", "360p/../made.json", "360p/1.m4s", "/etc/passwd", "", "master.m3u8\n", "360p/index.m3u8/..", "joined.mp4"]
)
def test_not_servable(name: str) -> None:
    assert not rules.is_servable(name)


@pytest.mark.parametrize(
    ("head", "complaints", "words"),
    [
        ("讲稿：第一章".encode() * 9, "", "内容是文字"),
        ("讲稿：第一章".encode("gb18030") * 9, "", "内容是文字"),
        ("讲稿：第一章".encode() * 9, "", "不是视频、录音或课件"),
        (b"#EXTM3U\n#EXTINF:1\nother.ts", "", "播放列表"),
        (b"ffconcat version 1.0\nfile other", "", "播放列表"),
        (b"%PDF-1.7", "", "PDF"),
        (b"PK\x03\x04\x00", "", "PPT"),
        (b"\x89PNG\r\n\x1a\n\x00", "", "图片"),
        (b"\x00\x00\x00 ftypisom", "moov atom not found", "不完整"),
        (b"\x00\x01\x02\x03", "", "可能已损坏"),
        (b"RIFF\x00", "Picture size 16000x16000 exceeds specified max pixel count", "画面太大"),
    ],
)
def test_what_an_unreadable_file_seems_to_be(head: bytes, complaints: str, words: str) -> None:
    said = contents.unreadable(head, complaints)
    assert words in said and "请" in said


@pytest.mark.parametrize(("megabytes", "words"), [(500, "500 MB"), (1024, "1 GB"), (1536, "1.5 GB"), (8192, "8 GB")])
def test_a_size_is_said_as_people_say_it(megabytes, words):
    assert rules.size_words(megabytes) == words
