"""Places in which requests are answered: only so many at once, given up while waiting, and nothing to whoever has none."""

import threading

import pytest

from courses.kernel import places
from courses.kernel.db import transaction
from courses.kernel.places import PLACES, computing, waiting
from tests.kernel.test_together import until


class Busy:
    """Threads that each want a place, do something in it and stay until they are told to go."""

    def __init__(self):
        self.inside, self.go, self.threads = [], threading.Event(), []

    def start(self, name, inside=None):
        def run():
            with computing:
                self.inside.append(name)
                if inside:
                    inside()
                self.go.wait(20)

        thread = threading.Thread(target=run)
        self.threads.append(thread)
        thread.start()


@pytest.fixture
def busy():
    made = Busy()
    yield made
    made.go.set()
    for thread in made.threads:
        thread.join(20)
    assert places._beginning.free.qsize() == places._back.free.qsize() == PLACES


def test_one_more_waits_until_a_place_is_free(busy):
    for number in range(PLACES + 1):
        busy.start(number)
    until(lambda: len(busy.inside) == PLACES)
    assert places._beginning.free.empty()
    busy.go.set()
    until(lambda: len(busy.inside) == PLACES + 1)


def test_whoever_waits_gives_the_place_up_and_takes_one_again(busy):
    away, back = threading.Event(), threading.Event()

    def leave():
        with waiting():
            away.set()
            back.wait(20)

    for number in range(PLACES):
        busy.start(number, leave)
    until(away.is_set)
    for number in range(PLACES):
        busy.start(PLACES + number)
    until(lambda: len(busy.inside) == 2 * PLACES)
    back.set()
    until(places._back.free.empty)  # not behind those who begin


def test_whoever_has_the_turn_needs_no_place(app, busy):
    for number in range(PLACES):
        busy.start(number)
    until(lambda: len(busy.inside) == PLACES)
    with transaction():
        assert places._beginning.free.empty()


def test_nobody_queues_for_ever_behind_long_work(busy, monkeypatch):
    monkeypatch.setattr(places, "LONGEST", 0.05)
    for number in range(PLACES + 2):
        busy.start(number)
    until(lambda: len(busy.inside) == PLACES + 2)


def test_a_fault_leaves_the_place_free(busy):
    with pytest.raises(KeyError), computing, waiting():
        raise KeyError
    assert places._back.free.qsize() == PLACES
