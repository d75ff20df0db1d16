"""What the doctor's tests ask: every finding about the installation of a test, by its name."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

from courses.kernel import checks as machine_checks
from courses.kernel import clock, database_checks, doctor, service_checks
from courses.media import checks as media_checks
from learning.records import checks as record_checks
from tests import databases
from tests.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (machine_checks, database_checks, service_checks, media_checks, record_checks)
HASTY = "fsync 关着"  # the one fault that the tests' own PostgreSQL has

doctor.answer = cache(doctor.answer)  # a program answers a question in every test as in the first; ffmpeg takes a tenth of a second to start


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The settings of the installation in `folder`, as its .env would say them."""
    return {"SECRET_KEY": "test-" * 10, "DATA_KEY": KEY, "DATA_DIR": str(folder), "DATABASE_URL": databases.address(folder), **more}


def found(environ: Mapping[str, str], *, later: timedelta = timedelta(0)) -> dict[str, doctor.Finding]:
    """What is found, now or as if it were `later`; whatever is not good has its mend."""
    findings = doctor.examine(environ, now=clock.now() + later)
    assert all(bool(one.mend) == (one.state != "good") for one in findings), findings
    return {one.what: one for one in findings}
