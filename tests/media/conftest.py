"""Where files and bell of a test's site lie: in its folder, or in an object store and on a Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.media.workers import moved_out


# On PostgreSQL the second alone, as a county has it that outgrew one machine: where files lie is nothing to the database.
@pytest.fixture(params=[pytest.param("folder", marks=pytest.mark.sqlite), "s3 and redis"])
def shared(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the worker must be told to find files and bell where the site has them."""
    if request.param == "folder":
        yield {}
    else:
        with moved_out(app, tmp_path / "aside") as found:
            yield found
