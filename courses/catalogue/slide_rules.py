"""From which second of a lecture each slide stands. Pure."""

import re
from collections.abc import Sequence

from courses.kernel.words import Told

_TIME = re.compile(r"(?:(?:(\d{1,2})[:：])?(\d{1,3})[:：])?(\d{1,5})")


class Unfit(Told):
    """Times that no lecture could follow; the message says which, in words."""


def marks(times: Sequence[str], *, pages: int, length: int) -> list[int | None]:
    """The second from which each page stands, from what was typed (1:23 or 83); raises `Unfit`. A page without a time is left out, the first is never."""
    found = [_second(typed, place + 1) for place, typed in enumerate([*times, *[""] * pages][:pages])]
    found[0] = found[0] or 0
    last = -1
    for place, second in enumerate(found):
        if second is None:
            continue
        if second <= last:
            raise Unfit("第 %(page)s 页的时间要比前一页晚。请按播放的先后填。", page=place + 1)
        if second >= length:
            raise Unfit("第 %(page)s 页的时间超过了录音的长度（%(length)s）。", page=place + 1, length=words(length))
        last = second
    return found


def words(second: int | None) -> str:
    """What `marks` reads as this second."""
    return "" if second is None else f"{second // 60}:{second % 60:02d}"


def _second(typed: str, page: int) -> int | None:
    if not typed.strip():
        return None
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        raise Unfit("第 %(page)s 页的时间看不懂。请写成 分:秒，比如 1:23。", page=page)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
