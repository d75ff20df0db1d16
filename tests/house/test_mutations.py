"""The house tests bite: each way to spoil the house, done to a copy of it, makes one of them fail with a message that says what to do."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.house.mutations import MUTATIONS, Mutation
from tests.house.sources import ROOT

EVERY = 8  # each day another eighth of the list is tried: the whole of it takes minutes
COPIED = ("app.py", "pyproject.toml", "requirements.in", "requirements-dev.in", "courses", "learning", "migrations", "templates", "tests", "docs", "static")


class Workshop:
    """A copy of the tree, and a process in it that runs house tests."""

    def __init__(self, folder: Path, migrated: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, copy_function=shutil.copy, ignore=shutil.ignore_patterns("__pycache__", "walks"))
            else:
                shutil.copy(source, target)
        line = [sys.executable, "-m", "tests.house.forge"]
        environment = {**os.environ, "MIGRATED": str(migrated)}
        self.forge = subprocess.Popen(line, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def judge(self, mutation: Mutation) -> tuple[int, str]:
        """Spoil the copy, ask the test that should notice, and mend the copy again."""
        path = self.folder / mutation.file
        before = path.read_text() if path.exists() else None
        after = mutation.spoil(before or "")
        assert after != before, f"this mutation changes nothing: what it looks for is no longer in {mutation.file}. Teach it what stands there now."
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(after)
        try:
            return self._ask(("+" if mutation.file.startswith("migrations/") else "") + node(mutation))
        finally:
            if before is None:
                path.unlink()
            else:
                path.write_text(before)

    def _ask(self, tests: str) -> tuple[int, str]:
        assert self.forge.stdin is not None and self.forge.stdout is not None
        self.forge.stdin.write(tests + "\n")
        self.forge.stdin.flush()
        said = json.loads(self.forge.stdout.readline())
        return int(said["code"]), str(said["words"])

    def close(self) -> None:
        assert self.forge.stdin is not None
        self.forge.stdin.close()
        self.forge.wait(60)


def node(mutation: Mutation) -> str:
    """The test that should notice, as pytest names it; of those that run on each script or style, the run on the file at hand."""
    for path in [*(ROOT / "tests" / "house").glob("test_*.py"), *(ROOT / "tests" / "accounts").glob("test_*.py")]:
        found = re.search(rf"^(?:@(.*)\n)?def {mutation.noticed_by}\(", path.read_text(), re.MULTILINE)
        if found:
            name = f"{path.relative_to(ROOT)}::{mutation.noticed_by}"
            return f"{name}[{Path(mutation.file).name}]" if re.match(r"each_|pytest\.mark\.parametrize\(\"path", found[1] or "") else name
    raise AssertionError(f"no house test is called {mutation.noticed_by}")


@pytest.fixture(scope="module")
def workshop(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    made = Workshop(tmp_path_factory.mktemp("mutants"), migrated)
    yield made
    made.close()


def test_there_are_many_and_each_has_its_name():
    assert len(MUTATIONS) >= 20 and len({one.name for one in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.sqlite
@pytest.mark.parametrize("mutation", MUTATIONS[date.today().toordinal() % EVERY :: EVERY], ids=lambda one: one.name)
def test_a_spoiled_house_is_noticed(mutation: Mutation, workshop: Workshop):
    code, words = workshop.judge(mutation)
    assert code == 1, f"{mutation.noticed_by} let it pass (exit {code}). A rule that nothing checks is a wish.\n{words[-2000:]}"
    assert mutation.says in words, f"the failure does not say {mutation.says!r}:\n{words[-2000:]}"
