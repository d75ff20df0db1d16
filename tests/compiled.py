"""What each test's app would compile anew, though it never changes: templates, the builders of addresses, statements."""

from collections.abc import Callable
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


class Templates(BytecodeCache):
    """Templates compiled once a test run; known by their source, so a changed one is compiled anew."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Templates()


def keep_addresses() -> None:
    """Compile the builder of each address once: it is most of what making an app costs."""
    compile_builder: Callable[..., Any] = Rule._compile_builder
    kept: dict[object, Any] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), tuple(map(type, rule._converters.values())), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    Rule._compile_builder = once  # type: ignore[method-assign]


def keep_statements() -> None:
    """Compile each statement once: an engine keeps its own, under a dialect of its own, and each test's app has a new engine."""
    connect: Callable[..., Any] = Engine.connect
    dialects: dict[tuple[str, str], Any] = {}
    kept: LRUCache[Any, Any] = LRUCache(4000)

    def shared(engine: Engine) -> Any:
        engine.dialect = dialects.setdefault((engine.dialect.name, engine.dialect.driver), engine.dialect)
        engine._compiled_cache = kept
        return connect(engine)

    Engine.connect = shared  # type: ignore[method-assign]
