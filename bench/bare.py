"""What our heartbeat is measured against: a Flask view that does one durable upsert in the same fair queue, and one with no database."""

import os
import threading

from flask import Flask, jsonify, request
from pysqlite3 import dbapi2 as sqlite

from courses.kernel.db import file_turn

PATH = os.path.join(os.environ["DATA_DIR"], "bare.db")
UPSERT = "insert into seen (person, position) values (?, ?) on conflict (person) do update set position = excluded.position"
local = threading.local()


def connection():
    """This thread's own connection, durable as ours."""
    if not hasattr(local, "connection"):
        local.connection = sqlite.connect(PATH, isolation_level=None, timeout=10)
        local.connection.execute("pragma journal_mode=wal")
        local.connection.execute("pragma synchronous=full")
    return local.connection


def create_app() -> Flask:
    """Two views and nothing else."""
    app = Flask(__name__)
    with file_turn(PATH):
        connection().execute("create table if not exists seen (person integer primary key, position integer not null)")
    del local.connection

    @app.post("/durable/<int:person>")
    def durable(person: int):
        position = int(request.get_json()["position"])
        with file_turn(PATH):
            connection().execute("begin immediate")
            connection().execute(UPSERT, (person, position))
            connection().execute("commit")
        return jsonify(covered=position)

    @app.post("/bare/<int:person>")
    def bare(person: int):
        return jsonify(covered=int(request.get_json()["position"]))

    return app
