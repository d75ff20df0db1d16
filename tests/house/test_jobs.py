"""Every kind of job that is put in the queue has a body, and every body is asked for by someone."""

import ast

from flask import Flask

from courses.kernel.queue import BODIES
from tests.house.sources import Source, calls, sources


def constants_of(source: Source) -> dict[str, ast.expr]:
    """What a file gives a name to at its top level."""
    assigned = [node for node in source.tree.body if isinstance(node, ast.Assign)]
    return {target.id: node.value for node in assigned for target in node.targets if isinstance(target, ast.Name)}


def kinds_asked_for() -> dict[str, str]:
    """The kinds that enqueue() is called with, and where."""
    found: dict[str, str] = {}
    constants = {source.module: constants_of(source) for source in sources()}
    for source in sources():
        imported = [node for node in source.tree.body if isinstance(node, ast.ImportFrom) and node.module in constants]
        taken = {one.asname or one.name: constants[node.module].get(one.name) for node in imported for one in node.names if node.module}
        names = {**taken, **constants[source.module]}
        for call in calls(source, "enqueue"):
            kind = call.args[0]
            kind = names.get(kind.id, kind) if isinstance(kind, ast.Name) else kind
            assert isinstance(kind, ast.Constant), f"{source.where}:{call.lineno} computes the kind of its job. Name it, so that this test can find its body."
            found[kind.value] = f"{source.where}:{call.lineno}"
    return found


def test_every_job_has_a_body(app: Flask):
    for kind, where in kinds_asked_for().items():
        assert kind in BODIES, (
            f"{where} enqueues {kind}, which no body answers: it would wait for ever. Register one with @queue.body in a jobs.py that app.py installs."
        )


def test_every_body_is_asked_for(app: Flask):
    ours = {kind for kind, body in BODIES.items() if not body.__module__.startswith("tests.")}
    assert ours <= set(kinds_asked_for()), f"{sorted(ours - set(kinds_asked_for()))} are never enqueued. Remove the bodies."
