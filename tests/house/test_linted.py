"""The linter and the type checker have nothing to say."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("words", [("ruff", "check", "--output-format", "concise"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join)
def test_what_the_machine_can_see_wrong_by_reading_is_mended(words):
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, f"./manage lint says (ruff format . mends the form by itself):\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
