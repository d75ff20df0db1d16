"""What `./manage` answers to a command that is not whole: how to call it, in its own words."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]


def said(*words: str, **more: str) -> str:
    """All that a command writes, which must fail, on a machine without an installation."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode != 0
    return done.stdout + done.stderr


@pytest.mark.parametrize(("words", "mend"), [(["--port"], "--port 8001"), (["--port", "x"], "--port 8001"), (["--host"], "--host 127.0.0.1")])
def test_an_option_without_its_value_is_told_what_it_needs(words: list[str], mend: str):
    told = said("bash", "manage", "run", *words)
    assert mend in told and "unbound" not in told


@pytest.mark.parametrize(("module", "name"), [("learning.roster.commands", "people"), ("courses.importers.commands", "questions")])
def test_a_command_without_its_rest_is_explained_as_it_is_called(module: str, name: str):
    assert f"Usage: ./manage {name} " in said(sys.executable, "-m", module)


@pytest.mark.parametrize("name", ["county", "records", "keys"])
def test_commands_of_the_app_are_explained_as_they_are_called(tmp_path: Path, name: str):
    call = re.search(r"^flask_\(\) .*$", (ROOT / "manage").read_text(), re.M)
    assert call
    given = {"SECRET_KEY": "test-" * 10, "DATA_KEY": KEY, "DATA_DIR": str(tmp_path), "PUBLIC_URL": "http://localhost"}
    assert f"Usage: ./manage {name} " in said("bash", "-c", f"BIN={Path(sys.executable).parent}; {call[0]}; flask_ {name}", **given)
