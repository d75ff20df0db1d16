"""Gunicorn's settings: two processes; a loop in each holds the connections, so that slow phones occupy no thread (courses/kernel/gunicorn.py)."""

import gc
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the formatter below is the house's

worker_class = "courses.kernel.gunicorn.Worker"
workers = 2
preload_app = True  # loaded once and shared: each start is quicker, and two processes take little more memory than one
threads = 32
worker_connections = 4000  # of each process; idle ones cost a few kilobytes
timeout = 120
graceful_timeout = 15
keepalive = 5
max_requests = 0
logger_class = "courses.kernel.gunicorn.Quiet"
errorlog = "-"
loglevel = "warning"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "courses.kernel.logs.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": ["stderr"], "propagate": False},
    },
}


def when_ready(_server: Any) -> None:
    """What stands once the application is loaded stays: the collector need not look at it again and again, nor take it apart from its twin's."""
    gc.collect()
    gc.freeze()
