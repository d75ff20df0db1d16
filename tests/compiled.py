"""What each test's app would compile anew, though it never changes: templates, the builders of addresses, statements."""

import os
from collections.abc import Callable
from types import MethodType
from typing import Any

from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


class Templates(BytecodeCache):
    """Templates compiled once a test run; known by their source, so a changed one is compiled anew. In `folder`, processes share them."""

    def __init__(self, folder: str | None) -> None:
        self.kept: dict[str, bytes] = {}
        self.shared = FileSystemBytecodeCache(folder) if folder else None

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])
        elif self.shared:
            self.shared.load_bytecode(bucket)
            if bucket.code:
                self.kept[bucket.key] = bucket.bytecode_to_string()

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()
        if self.shared:
            self.shared.dump_bytecode(bucket)


TEMPLATES = Templates(os.environ.get("COMPILED_TEMPLATES"))


def keep_addresses() -> None:
    """Take each address apart once: it is most of what making an app costs, and what comes of it is the same in every app."""
    compile_rule: Callable[[Rule], None] = Rule.compile
    kept: dict[object, dict[str, Any]] = {}

    def once(rule: Rule) -> None:
        assert rule.map is not None
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults), rule.map.host_matching, *rule.map.converters.values())
        if key not in kept:
            compile_rule(rule)
            kept[key] = {name: getattr(rule, name) for name in ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")}
            return
        for name, made in kept[key].items():
            setattr(rule, name, MethodType(made.__func__, rule) if isinstance(made, MethodType) else made)

    Rule.compile = once  # type: ignore[method-assign]


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
