"""自己签到: a number that changes with time and opens one session, shown on a screen as a code to scan; and the address of that screen.

Whoever is not in the room cannot know the number; that they are is what the secretary confirms. The number alone counts for nothing,
so six digits are enough, and a number sent on to somebody absent is found when the roll is confirmed.
"""

import hashlib
import hmac
from datetime import date, datetime

STEP_SECONDS = 20
LIVE_STEPS = 4  # the number shown and the three before it: time to scan, to be asked to confirm, and for slow hands
HOW_WORDS = {"scanned": "扫码", "typed": "输入数字"}


def number(secret: str, session_id: int, at: datetime) -> str:
    """The six digits that a session's screen shows at an instant."""
    return _number(secret, session_id, _step(at))


def is_live(secret: str, session_id: int, typed: str, at: datetime) -> bool:
    """Whether the digits are shown there now, or were a moment ago."""
    given, step = tidied(typed), _step(at)
    return any(hmac.compare_digest(given.encode(), _number(secret, session_id, step - ago).encode()) for ago in range(LIVE_STEPS))


def seconds_left(at: datetime) -> int:
    """Until the number changes."""
    return STEP_SECONDS - int(at.timestamp()) % STEP_SECONDS


def tidied(typed: str) -> str:
    """The digits of what was typed, those of a Chinese keyboard too, without spaces."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())[:12]


def screen_token(secret: str, session_id: int, held_on: date) -> str:
    """The address of a session's screen: for any computer in the room, where nobody needs to sign in; known to whoever was given it."""
    return f"{session_id}-{_sealed(secret, f'screen:{session_id}:{held_on.isoformat()}').hex()[:32]}"


def session_of(token: str) -> int | None:
    """The session that a screen's address speaks of; whether it may, `screen_token` tells."""
    first, dash, rest = token.partition("-")
    return int(first) if dash and rest and first.isascii() and first.isdigit() and len(first) < 10 else None


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def _number(secret: str, session_id: int, step: int) -> str:
    return f"{int.from_bytes(_sealed(secret, f'number:{session_id}:{step}')[:8]) % 1_000_000:06d}"


def _sealed(secret: str, words: str) -> bytes:
    return hmac.new(b"hall/self-sign-in:" + secret.encode(), words.encode(), hashlib.sha256).digest()
