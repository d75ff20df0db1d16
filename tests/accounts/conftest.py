"""Tests of accounts take place at a fixed moment, with 张甲 able to sign in."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.accounts import doors
from tests.people import NOW, County


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The wall clock, standing at NOW until it is moved."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def member(county: County, clock: time_machine.Traveller) -> int:
    """张甲, who has a user name, a mobile number and a password."""
    doors.open_account(county.member)
    return county.member
