"""A small program behind our worker: echoes, holds its answer back, gives a file."""

import os
import time
from pathlib import Path

FOLDER = Path(os.environ.get("SERVED_FOLDER", "/nonexistent"))


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/file":
        size = (FOLDER / "large").stat().st_size
        start_response("200 OK", [("Content-Length", str(size))])
        return environ["wsgi.file_wrapper"]((FOLDER / "large").open("rb"))
    if path == "/held":
        while not (FOLDER / (environ["QUERY_STRING"] or "go")).exists():
            time.sleep(0.02)
    body = environ["wsgi.input"].read()
    said = f"{environ['REQUEST_METHOD']} {path} {len(body)}".encode()
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]
