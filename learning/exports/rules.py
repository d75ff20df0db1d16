"""How long a file is kept, and in which state it is; all pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT = timedelta(days=7)
MOST_AT_ONCE = 5  # files that one person may have in the making
MIMES = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Wish:
    """A file that is asked for: `kind` names who makes it, `asked` what of, `title` what it holds, `ending` of its name."""

    kind: str
    title: str
    ending: str
    organization_id: int | None = None
    capability: str = ""
    asked: dict[str, int | str] | None = None

    @property
    def file_name(self) -> str:
        """The title as a file may be called on any machine."""
        return f"{''.join('_' if mark in _UNFIT else mark for mark in self.title)[:200]}.{self.ending}"


def state(*, ready_at: datetime | None, fault: str | None, until: datetime, now: datetime) -> str:
    """'failed', 'expired', 'ready' or 'busy'."""
    if fault:
        return "failed"
    if until <= now:
        return "expired"
    return "ready" if ready_at else "busy"


def mime_of(file_name: str) -> str:
    """What a file is, by its ending."""
    return MIMES[file_name.rpartition(".")[2]]


def size_text(size: int) -> str:
    """'412 KB', '3.4 MB'."""
    return f"{max(1, round(size / 1024))} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


_UNFIT = '\\/:*?"<>|\r\n\t'
