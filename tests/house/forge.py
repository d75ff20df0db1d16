"""Runs house tests in the tree it stands in, each time in a fresh child: python -m tests.house.forge, one test's name a line, with a + before it if it must migrate anew.

What never changes is imported and parsed once, so that a child has only the house itself to read. Answers with one line of JSON.
"""

import io
import json
import os
import sys
from contextlib import redirect_stdout

import flask_babel
import flask_login
import flask_migrate
import flask_sqlalchemy
import flask_wtf
import hypothesis
import pytest
import sqlalchemy.orm

from tests.house.sources import sources

TREES = [source.nodes for source in sources()]
READY = (flask_babel, flask_login, flask_migrate, flask_sqlalchemy, flask_wtf, hypothesis, sqlalchemy.orm)
ALONE = ["-q", "-x", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"]


def outcome(tests: list[str]) -> dict[str, object]:
    """What a child of ours says of these tests: its exit code and its words."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        if tests[0].startswith("+"):  # the migrations themselves were spoiled: none that was migrated before will do
            os.environ.pop("MIGRATED", None)
            tests = [tests[0][1:]]
        sources.cache_clear()  # what was parsed stays known; the file that was spoiled since is parsed anew
        words = io.StringIO()
        with redirect_stdout(words):
            code = int(pytest.main([*ALONE, *tests]))
        with os.fdopen(writing, "w") as pipe:
            json.dump({"code": code, "words": words.getvalue()}, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    found: dict[str, object] = json.loads(said) if said else {"code": -1, "words": "the child died"}
    return found


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(outcome([line.rstrip("\n")])) + "\n")
        sys.stdout.flush()
