"""briefly(): the usual writes of many people in one commit by the driver; what breaks keeps nothing, and its callers go the whole way."""

import fcntl
import threading
from typing import Any

import pytest
from sqlalchemy import select

from courses.kernel.brief import briefly
from courses.kernel.db import db, transaction
from courses.kernel.models import Job
from tests.kernel.test_together import until
from tests.kernel.writer import COUNT, add_briefly, job


@pytest.fixture(autouse=True)
def count(app):
    with transaction():
        db.session.add(job(COUNT))


def kept() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Job.kind))) - {COUNT}


def test_what_the_work_returns_comes_back_and_its_row_stays(app):
    assert briefly(add_briefly, 7) == 7
    assert kept() == {"7"}


def test_work_that_breaks_keeps_nothing_and_its_caller_goes_the_whole_way(app):
    def breaks(driver: Any, numbers: Any) -> Any:
        add_briefly(driver, numbers)
        raise ValueError("it broke")

    assert briefly(breaks, 7) is None
    assert kept() == set()
    assert briefly(add_briefly, 8) == 8


def test_it_refuses_to_be_nested(app):
    with pytest.raises(RuntimeError, match="inside transaction"), transaction():
        briefly(add_briefly, 7)
    assert kept() == set()


@pytest.mark.sqlite
def test_those_who_wait_are_carried_in_one_call(app):
    calls: list[list[int]] = []

    def noted(driver: Any, numbers: Any) -> Any:
        calls.append(list(numbers))
        return add_briefly(driver, numbers)

    def do(number: int) -> None:
        with app.app_context():
            assert briefly(noted, number) == number

    threads = [threading.Thread(target=do, args=(number,)) for number in range(20)]
    with open(f"{db.engine.url.database}.turn", "a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # nobody can write meanwhile
        for thread in threads:
            thread.start()
        until(lambda: len(app.extensions["brief"].waiting) == len(threads))
    for thread in threads:
        thread.join()
    assert [sorted(call) for call in calls] == [list(range(20))]
    assert kept() == {str(number) for number in range(20)}
