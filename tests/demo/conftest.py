"""The demo county, seeded once by its own command."""

import pytest

from tests.demo.build import Demo, build_demo


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A folder with the whole demo county in it."""
    return build_demo(tmp_path_factory.mktemp("demo"))
