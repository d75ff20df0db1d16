"""Captions: WebVTT and SRT as people bring them, read into clean cues within bounds. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from courses.kernel.words import Told

MOST_BYTES = 1_000_000
MOST_CUES = 5000
MOST_LETTERS = 300  # of one cue
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_SPAN = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_BROKEN = re.compile(r"^\s*\d.*-->|-->\s*\d")  # meant to be a span
_MARKUP = re.compile(r"</?[a-zA-Z0-9][^<>]{0,200}>|\{\\[^{}]{0,100}\}")
_NAMED = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": ""}


class Unfit(Told):
    """The file is no captions, or beyond the bounds; the message says how to mend it."""


@dataclass(frozen=True)
class Cue:
    """What is said from one moment to another, in milliseconds of the lecture."""

    begin: int
    end: int
    text: str


@dataclass(frozen=True)
class Taken:
    """What a file gave: its cues in order, and the lines whose times are none or run backwards, so that their words were left out."""

    cues: list[Cue] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def read(data: bytes) -> list[Cue]:
    """The cues of a WebVTT or SRT file, in order, without markup; raises `Unfit`."""
    return taken(data).cues


def taken(data: bytes) -> Taken:
    """The cues of a file, and what had to be left out; raises `Unfit`."""
    if len(data) > MOST_BYTES:
        raise Unfit("字幕文件太大（上限 1 MB）。请确认选的是 .srt 或 .vtt 字幕文件，不是视频。")
    every = list(_cues(_decoded(data)))
    cues = sorted((cue for _line, cue in every if cue), key=lambda cue: (cue.begin, cue.end))
    left = [line for line, cue in every if cue is None]
    if left and not cues:
        raise Unfit("文件里每一条字幕的时间都有错，第 %(line)s 行起。请写成 00:00:01,000 --> 00:00:04,000，结束要晚于开始。", line=left[0])
    if not cues:
        raise Unfit("没有从文件里读到字幕。请用剪映、讯飞听见等软件导出 SRT 或 WebVTT（.srt、.vtt）格式，再上传。")
    if len(cues) > MOST_CUES:
        raise Unfit("字幕太多了（%(count)s 条，上限 %(most)s 条）。请合并短句，或者把课分成几段。", count=len(cues), most=MOST_CUES)
    return Taken(cues, left)


def written(cues: Iterable[Cue]) -> str:
    """The cues as WebVTT, which `read` reads back the same."""
    blocks = [f"{_clock(cue.begin)} --> {_clock(cue.end)}\n{_escaped(cue.text)}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, else strict UTF-8, else GB18030; raises `Unfit`."""
    marked = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))
    names = next(([name] for name, mark in marked if data.startswith(mark)), ["utf-8", "gb18030"])
    for name in names:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unfit("读不出这个字幕文件的文字。请另存为 UTF-8 编码的 .srt 或 .vtt，再上传。")


def _cues(text: str) -> Iterable[tuple[int, Cue | None]]:
    """Each line that gives a time, counted from 1, with its cue; with none if the time is no good. What has no words is no cue."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    spans = [(at, _SPAN.match(line)) for at, line in enumerate(lines) if "-->" in line and (_SPAN.match(line) or _BROKEN.search(line))]
    for place, (at, found) in enumerate(spans):
        until = spans[place + 1][0] if place + 1 < len(spans) else len(lines)
        words = _words(lines[at + 1 : until])
        if words:
            begin, end = (_moment(*found.groups()[:4]), _moment(*found.groups()[4:])) if found else (0, 0)
            yield at + 1, Cue(begin, end, words) if end > begin else None


def _words(lines: list[str]) -> str:
    """The lines of a cue up to the blank one that ends it, as one line without markup."""
    said = []
    for line in lines:
        if not line.strip():
            break
        said.append(_MARKUP.sub("", line))
    text = " ".join(said)
    for name, letter in _NAMED.items():
        text = text.replace(name, letter)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:MOST_LETTERS]


def _moment(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def _clock(moment: int) -> str:
    seconds, fraction = divmod(moment, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
