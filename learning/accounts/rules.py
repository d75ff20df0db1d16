"""Passwords, PINs, lockout and names of devices, as plain decisions."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from courses.kernel.words import Words

LOCKOUT_WINDOW = timedelta(minutes=15)
CARD_DAYS = 30
CARD_TRIES = 5
CARD_LETTERS = 12
SHORTEST_PASSWORD = 8
# Region, day of birth, order, check character: 18 digits in another order are no identity number, such as two dates and an hour.
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
_MOBILE = re.compile(r"1[0-9]{10}")
_MOBILE_WITHIN = re.compile(r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)")
_KINDS = (
    ("iPhone", Words("苹果手机")),
    ("iPad", Words("平板电脑")),
    ("Android", Words("安卓手机")),
    ("Windows", Words("电脑")),
    ("Macintosh", Words("苹果电脑")),
    ("Linux", Words("电脑")),
)
_BROWSERS = (("MicroMessenger", Words("微信")), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", Words("浏览器")), ("Safari", Words("浏览器")))
_WEAK = {"12345678", "123456789", "1234567890", "88888888", "66666666", "11111111", "00000000", "password", "abcd1234", "a1234567", "qwertyui"}


def normal_mobile(text: str) -> str | None:
    """The eleven digits of a mobile number, however it was spaced; None if it is none."""
    digits = _closed_up(text)
    digits = digits[2:] if digits.startswith("86") and len(digits) == 13 else digits
    return digits if _MOBILE.fullmatch(digits) else None


def looks_like_identity_number(text: str) -> bool:
    """Whether an 18-digit identity number stands in `text`, however it was spaced; such a number is never stored."""
    return bool(_IDENTITY.search(_closed_up(text)))


def holds_mobile_number(text: str) -> bool:
    """Whether a mobile number stands in `text`, however it was spaced; it belongs in its own field alone, where it is sealed."""
    return bool(_MOBILE_WITHIN.search(_closed_up(text)))


def user_name_from(name_key: str, name: str) -> str:
    """The user name offered to someone who has none: 'zhangjia' from the sort key 'zhang jia zj 张甲'."""
    reading = name_key.removesuffix(name.lower()).split()[:-1]
    letters = re.sub(r"[^a-z]", "", "".join(reading))[:30]
    return letters if len(letters) >= 2 else "xueyuan"


def password_fault(password: str, *, own_words: Sequence[str] = ()) -> str:
    """What is wrong with a new password, in words; empty when it will do."""
    if len(password) < SHORTEST_PASSWORD:
        return Words("密码至少 %(shortest_password)s 位，可以是一句好记的话加数字。", shortest_password=SHORTEST_PASSWORD)
    if len(password) > 200:
        return Words("密码太长了，请不要超过 200 位。")
    if password.lower() in _WEAK or len(set(password)) < 4 or password.lower() in {word.lower() for word in own_words}:
        return Words("这个密码太容易猜到，请换一个。")
    return ""


def locked_until(failures: Sequence[datetime], *, limit: int, now: datetime) -> datetime | None:
    """Until when a name rests after its recent failures; None when it may try."""
    recent = sorted(at for at in failures if at > now - LOCKOUT_WINDOW)
    return recent[-limit] + LOCKOUT_WINDOW if len(recent) >= limit else None


def device_words(agent: str) -> str:
    """A device in words its owner knows, such as 安卓手机 · 微信."""
    kind = next((words for mark, words in _KINDS if mark in agent), Words("其他设备"))
    browser = next((words for mark, words in _BROWSERS if mark in agent), Words("浏览器"))
    return f"{kind} · {browser}"


def pin_of(text: str) -> str:
    """A PIN however it was typed: in two groups, or in wide digits."""
    return _closed_up(text)


def card_token_of(text: str) -> str:
    """A card's token however it was typed: in groups, in capitals. A long one, of a card printed before tokens were short, is taken as it stands."""
    closed = _closed_up(text).lower()
    return closed if len(closed) == CARD_LETTERS else text


def in_groups(token: str) -> str:
    """A card's token as it is printed, four by four."""
    return "-".join(token[place : place + 4] for place in range(0, len(token), 4)) if len(token) == CARD_LETTERS else token


def _closed_up(text: str) -> str:
    return re.sub(r"[\s+\-\u2010-\u2015\u2212]", "", unicodedata.normalize("NFKC", text))
