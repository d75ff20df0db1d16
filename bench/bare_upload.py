"""What our uploads are measured against: a view that writes what comes to a file, and syncs it if asked."""

import os
from pathlib import Path

from flask import Flask, request

PATH = Path(os.environ["DATA_DIR"]) / "bare-upload"


def create_app() -> Flask:
    """One view and nothing else."""
    app = Flask(__name__)

    @app.put("/<synced>")
    def put(synced: str):
        with PATH.open("wb", buffering=0) as out:
            while data := request.stream.read(1 << 20):
                out.write(data)
            if synced == "synced":
                os.fsync(out.fileno())
        return "", 204

    return app
