"""Until when a notice may be seen, and what stands of it on a day."""

from dataclasses import dataclass
from datetime import date, timedelta

from courses.kernel.words import Words

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Standing:
    """What decides whether a notice is seen."""

    until: date
    withdrawn: bool

    def on(self, day: date) -> str:
        """'shown', 'over' or 'withdrawn'; the last day still counts."""
        if self.withdrawn:
            return "withdrawn"
        return "shown" if day <= self.until else "over"


def fault_of(until: date, today: date) -> str:
    """Why a notice posted today may not be seen until then, in words; empty if it may. A notice without an end would be read for ever."""
    if until < today:
        return Words("截止日期已经过了，请改成今天或以后。")
    if until - today > LONGEST:
        return Words("通知最多显示一年，请改早一点；到期后可以再发。")
    return ""
