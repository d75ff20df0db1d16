"""One migrated database a test run, copied for each test; nothing is mocked but the clock."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g
from flask_migrate import upgrade

from app import create_app
from courses.kernel.db import db
from courses.kernel.settings import Settings
from tests import people

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


def settings_in(folder: Path, **more: str) -> Settings:
    """Settings of a throw-away installation in `folder`."""
    env = {"SECRET_KEY": "test-" * 10, "DATA_KEY": KEY, "DATA_DIR": str(folder), "PUBLIC_URL": "http://localhost", **more}
    return Settings.from_env(env)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty, migrated database."""
    folder = tmp_path_factory.mktemp("migrated")
    app = create_app(settings_in(folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()  # the last connection folds the write-ahead log into the file
    return folder


@pytest.fixture
def app(migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database of its own, inside its context."""
    shutil.copy(migrated / "hall.db", tmp_path / "hall.db")
    made = create_app(settings_in(tmp_path))
    made.config["WTF_CSRF_ENABLED"] = False
    # The test's own context is shared by its requests; who was asking before must not be remembered by the next.
    made.before_request_funcs.setdefault(None, []).insert(0, lambda: g.pop("_login_user", None) and None)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def county(app: Flask) -> people.County:
    """The cast, written into the test's database."""
    return people.make_county()
