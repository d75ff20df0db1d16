"""One migrated database a test run, copied for each test; nothing is mocked but the clock."""

import base64
import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, g
from flask_migrate import upgrade
from PIL import Image

from app import create_app
from courses.kernel import clock
from courses.kernel.db import db
from courses.kernel.settings import Settings
from learning.records import keys
from tests import compiled, databases, people, seals
from tests.clients import Critic

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
# What a test asks for when it is about the database: these run on PostgreSQL too.
STORED = {"app", "migrated", "demo_folder", "site"}
# What a test asks for when it needs the demo county, which is seeded once a run and has the machine to itself.
SEEDED = {"demo_folder", "site"}
# What mostly waits, for a lecture to play or a lease to end, or needs a browser: these go beside the tests that compute.
WALKS = "tests/walks/"
# Tests about something else, pages' files, films, papers or a machine's programs, though they ask for an app: once is enough for them.
ONCE = tuple(
    f"tests/{name}"
    for name in (
        *("house/test_static", "house/test_routes", "house/test_templates", "house/test_jobs", "house/test_english", "house/test_words"),
        *(f"kernel/test_doctor.py::test_{fault}" for fault in ("a_bad", "programs", "an_office", "what_others", "a_clock", "a_real", "a_folder")),
        *("kernel/test_signing", "kernel/test_words", "media/test_traps", "media/test_serving", "media/test_foreign_clients"),
        # A page is as well made on any database; of those who are refused one tries everything on PostgreSQL (mark `both`), where every page and
        # every way in is opened too, by whom it concerns and with what may be smuggled in (the rest of these two files).
        *(f"house/test_matrix.py::test_{law}" for law in ("what_lies_beyond", "a_stranger", "no_form_reaches", "every_field", "every_part", "every_word")),
        *(f"house/test_pages.py::test_{law}" for law in ("every_page_is_well_made", "a_persons_page")),
        *("records/test_glyphs", "records/test_papers", "records/test_workbook", "records/test_signed_paper"),
    )
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the database be chosen."""
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="the database under the tests")


def pytest_configure(config: pytest.Config) -> None:
    """Say the choice to those who open databases; compile once what every test's app would compile anew."""
    databases.chosen = config.getoption("--database")
    databases.hurry()
    compiled.keep_addresses()
    compiled.keep_statements()
    seals.keep()
    Image.init()  # its readers of forty formats, one of which did not bear to be loaded while a server of the test's process was at work


def pytest_runtest_setup() -> None:
    """What is kept for the run is told of the test."""
    seals.begin()


def pytest_collection_finish() -> None:
    """Put what stands for the whole run, the code and the tests themselves, out of the garbage collector's way, which looked through all of it each second test."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs the demo county, which comes last, and what waits. Leave out what is about the other database; on PostgreSQL also what ran before."""
    for item in items:
        if SEEDED & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.seeded)
        if item.get_closest_marker("seeded") or item.nodeid.startswith(WALKS):
            item.add_marker(pytest.mark.waits)
    items.sort(key=lambda item: item.get_closest_marker("seeded") is not None)
    out = [item for item in items if not _belongs(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in set(out)]


def _belongs(item: pytest.Item) -> bool:
    if databases.chosen == "sqlite":
        return item.get_closest_marker("postgresql") is None
    if item.get_closest_marker("both") is None and item.nodeid.startswith((WALKS, *ONCE)):
        return False
    stored = item.get_closest_marker("postgresql") is not None or STORED & set(getattr(item, "fixturenames", ()))
    return bool(stored) and item.get_closest_marker("sqlite") is None


def settings_in(folder: Path, **more: str) -> Settings:
    """Settings of a throw-away installation in `folder`."""
    env = {"SECRET_KEY": "test-" * 10, "DATA_KEY": KEY, "DATA_DIR": str(folder), "PUBLIC_URL": "http://localhost"}
    return Settings.from_env({**env, "DATABASE_URL": databases.address(folder), **more})


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty, migrated database; that of the run that started this one, if it was."""
    if "MIGRATED" in os.environ:
        return Path(os.environ["MIGRATED"])
    folder = tmp_path_factory.mktemp("migrated")
    databases.create(folder)
    app = create_app(settings_in(folder))
    with app.app_context():
        upgrade()
        keys.begin(folder / "keys", now=clock.now())
        db.engine.dispose()  # the last connection folds the write-ahead log into the file
    return folder


@pytest.fixture(scope="session")
def peopled(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, people.County]:
    """A folder with a database into which the cast is written, and the cast."""
    folder = tmp_path_factory.mktemp("peopled")
    databases.copy(migrated, folder)
    with create_app(settings_in(folder)).app_context():
        county = people.make_county()
        db.session.remove()
        db.engine.dispose()
    return folder, county


@pytest.fixture
def app(migrated: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on a database of its own, inside its context; with the cast in it where the test asks for it."""
    databases.lend(request.getfixturevalue("peopled")[0] if "county" in request.fixturenames else migrated, tmp_path)
    shutil.copytree(migrated / "keys", tmp_path / "keys", dirs_exist_ok=True)
    made = create_app(settings_in(tmp_path))
    made.config["WTF_CSRF_ENABLED"] = False
    made.test_client_class = Critic
    made.jinja_env.bytecode_cache = compiled.TEMPLATES
    # The test's own context is shared by its requests; who was asking before must not be remembered by the next.
    made.before_request_funcs.setdefault(None, []).insert(0, lambda: g.pop("_login_user", None) and None)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.give_back(tmp_path)


@pytest.fixture
def county(app: Flask, peopled: tuple[Path, people.County]) -> people.County:
    """The cast, which stands in the test's database."""
    return replace(peopled[1])
