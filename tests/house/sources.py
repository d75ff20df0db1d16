"""The house's own files as the house tests read them: sources, syntax trees and who imports whom."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


@dataclass(frozen=True)
class Source:
    """One Python file: where it is, its module's name, its text and its tree, which is parsed when first asked for."""

    path: Path
    module: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the tree, which each law looks through."""
        return tuple(ast.walk(self.tree))

    @property
    def where(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        """The first two parts of the module's name: 'learning.records'."""
        return ".".join(self.module.split(".")[:2])


@cache
def sources() -> tuple[Source, ...]:
    """Every file of the product, app.py included."""
    paths = [ROOT / "app.py", *sorted((ROOT / "courses").rglob("*.py")), *sorted((ROOT / "learning").rglob("*.py"))]
    return tuple(_read(path) for path in paths)


def calls(source: Source, name: str) -> Iterator[ast.Call]:
    """The calls of `name` or `something.name` in a source."""
    for node in source.nodes:
        if isinstance(node, ast.Call) and (getattr(node.func, "id", None) == name or getattr(node.func, "attr", None) == name):
            yield node


@cache
def imported(source: Source) -> set[str]:
    """The full names a source imports: modules, and for `from a import b` both `a` and `a.b`."""
    found: set[str] = set()
    for node in source.nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source.where}:{node.lineno} imports relatively. A full name can be searched for: write it out."
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _read(path: Path) -> Source:
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, _written: int) -> Source:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return Source(path, ".".join(part for part in parts if part != "__init__"), path.read_text())
