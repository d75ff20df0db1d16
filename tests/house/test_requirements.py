"""What is required is used, and what is used is required: each dependency is one more thing to keep safe."""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions

from tests.house.sources import ROOT, imported, sources

# Required though nothing imports it by name, and why.
BEHIND = {
    "jinja2": "flask's templates, held back together with it",
    "gunicorn": "the server, started by name",
    "psycopg": "SQLAlchemy's driver for PostgreSQL, chosen by DATABASE_URL",
    "pysqlite3": "SQLAlchemy's driver for SQLite, imported where it exists",
    "pytest-timeout": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "ruff": "run by name",
    "mypy": "run by name",
}
# Used by name though another library brings it, whose own it is.
BROUGHT = {"click": "flask", "itsdangerous": "flask", "markupsafe": "flask", "botocore": "boto3"}
OURS = {"app", "courses", "learning", "tests", "bench"}


def required(name: str) -> set[str]:
    """The packages that a list of requirements names."""
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return {_plain(re.split(r"[\[=<>;~! ]", line)[0]) for line in lines if line and not line.startswith("-")}


def test_nothing_is_required_in_vain():
    product = {name for source in sources() for name in imported(source)}
    both = product | {name for path in _scripts() for name in _imports(path)}
    for name, used in (("requirements.in", product), ("requirements-dev.in", both)):
        idle = required(name) - _packages(used) - set(BEHIND)
        assert not idle, f"{name} asks for {sorted(idle)}, which nothing imports. Strike it, or say in BEHIND who uses it unseen."


def test_nothing_is_used_that_is_not_required():
    for source in sources():
        missing = _packages(imported(source)) - required("requirements.in") - set(BROUGHT)
        assert not missing, f"{source.where} imports {sorted(missing)}. Add it to requirements.in with its reason and run ./manage lock, or do without."


def _packages(names: set[str]) -> set[str]:
    """The packages that hold these modules; a module of no package stands for itself."""
    outside = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - OURS
    return {_plain(package) for name in outside for package in _holders().get(name, [name])}


@cache
def _holders() -> dict[str, list[str]]:
    return {name: list(packages) for name, packages in packages_distributions().items()}


def _scripts() -> list[object]:
    return [*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py"), *(ROOT / "deploy").rglob("*.py")]


def _imports(path: object) -> set[str]:
    tree = ast.parse(path.read_text())  # type: ignore[attr-defined]
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-")
