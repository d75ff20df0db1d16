"""What the floor does between jobs: every worker leaves a sign that it is there."""

from datetime import datetime

from courses.kernel.chores import chore
from courses.kernel.settings import settings

HEARD = "worker.heard"  # a file in DATA_DIR; its time is when a worker of this machine was last between two jobs
HEARD_MINUTES = 1.0


def install() -> None:
    """Register the chore."""
    chore("be_heard", minutes=HEARD_MINUTES)(be_heard)


def be_heard(_now: datetime) -> None:
    (settings().data_dir / HEARD).touch()
