"""Captions as people bring them, read into clean cues."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.media import caption_rules
from courses.media.caption_rules import Cue

SRT = "1\r\n00:00:01,500 --> 00:00:04,000\r\n<i>各位同志，</i>\r\n大家好。\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\n{\\an8}今天讲消防。\r\n"
VTT = "WEBVTT - 第一讲\n\nNOTE 说明\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.500 --> 00:04.000 align:start\n<v 刘己>各位同志，</v>大家好。\n"


def test_srt_and_webvtt_are_read_without_markup() -> None:
    assert caption_rules.read(SRT.encode()) == [Cue(1500, 4000, "各位同志， 大家好。"), Cue(4000, 6000, "今天讲消防。")]
    assert caption_rules.read(VTT.encode()) == [Cue(1500, 4000, "各位同志，大家好。")]


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_however_it_was_saved(name: str) -> None:
    assert caption_rules.read(SRT.encode(name))[1].text == "今天讲消防。"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "没有从文件里读到字幕"),
        ("讲稿：第一章".encode(), "没有从文件里读到字幕"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(300), "读不出"),
        (b"x" * 1_000_001, "太大"),
        (b"\n".join(b"00:00:0%d,000 --> 00:00:09,000\nx\n" % (at % 9) for at in range(5001)), "太多"),
    ],
)
def test_what_is_no_captions_is_refused_with_the_remedy(data: bytes, words: str) -> None:
    with pytest.raises(caption_rules.Unfit, match=words) as fault:
        caption_rules.read(data)
    assert "请" in str(fault.value)


ROUGH = (
    SRT
    + "\r\n3\r\n00:00:09,000 --> 00:00:07,000\r\n倒着走。\r\n\r\n4\r\n00:00:1x,000 --> 00:00:12,000\r\n不是时间。\r\n\r\n5\r\n00:00:13,000 --> 00:00:14,000\r\n\r\n"
)


def test_lines_whose_time_is_none_or_runs_backwards_are_named() -> None:
    taken = caption_rules.taken(ROUGH.encode())
    assert [cue.text for cue in taken.cues] == ["各位同志， 大家好。", "今天讲消防。"]
    assert taken.left == [11, 15], "not the empty one, which says nothing"
    assert caption_rules.taken(VTT.encode()).left == []
    with pytest.raises(caption_rules.Unfit, match="第 2 行起"):
        caption_rules.read("1\n00:00:09,000 --> 00:00:07,000\n倒着走。\n".encode())


def test_what_pretends_to_be_a_page_is_words() -> None:
    (cue,) = caption_rules.read(b"00:01.000 --> 00:02.000\n<script>alert(1)</script> a &lt;b&gt; 1 < 2\n")
    assert cue.text == "alert(1) a <b> 1 < 2"
    assert "<" not in caption_rules.written([cue]).replace("-->", "").replace("&lt;", "")


CUES = st.builds(
    lambda begin, length, text: Cue(begin, begin + length, text),
    st.integers(0, 10**7),
    st.integers(1, 10**5),
    st.text("党课<>&-: a1，", min_size=1, max_size=60),
)


@given(st.lists(CUES, min_size=1, max_size=20))
def test_what_is_written_is_read_back_the_same(cues: list[Cue]) -> None:
    clean = caption_rules.read(caption_rules.written(cues).encode()) if any(cue.text.strip() for cue in cues) else None
    if clean:
        assert caption_rules.read(caption_rules.written(clean).encode()) == clean
        assert all(cue.begin < cue.end and cue.text == " ".join(cue.text.split()) for cue in clean)


@given(st.binary(max_size=2000))
def test_any_bytes_are_cues_or_refused(data: bytes) -> None:
    with contextlib.suppress(caption_rules.Unfit):
        assert caption_rules.read(data)
