"""Gunicorn's settings: two processes; a loop in each holds the connections, so that slow phones occupy no thread (courses/kernel/gunicorn.py)."""

worker_class = "courses.kernel.gunicorn.Worker"
workers = 2
threads = 32
worker_connections = 4000  # of each process; idle ones cost a few kilobytes
timeout = 120
graceful_timeout = 15
keepalive = 5
max_requests = 0
accesslog = None  # addresses of people are not written down
errorlog = "-"
loglevel = "warning"
