"""Gunicorn's settings: two processes of 64 threads, so that forty slow phones leave room for the rest."""

worker_class = "gthread"
workers = 2
threads = 64
timeout = 120
graceful_timeout = 15
keepalive = 5
max_requests = 0
accesslog = None  # addresses of people are not written down
errorlog = "-"
loglevel = "warning"
