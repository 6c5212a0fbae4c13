"""How the web server (gunicorn) is set, on a developer's machine and in production alike.

``gunicorn -c python:soluto_shop.web_server`` reads the names below. It speaks plain HTTP and stands
behind a proxy that ends TLS and waits for slow senders.
"""

import os
import signal

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from soluto_shop.leash import die_with_parent

wsgi_app = "soluto_shop.wsgi:application"
bind = f"{os.environ.get('BIND_ADDRESS', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"

worker_class = "gthread"
preload_app = True  # read the code once and share its memory; nothing at import asks the database
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 30
graceful_timeout = 10
keepalive = 5

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

loglevel = "warning"
errorlog = "-"
accesslog = None  # addresses of people; the shop's own registers say what must be kept
control_socket_disable = True


def post_fork(server: Arbiter, _worker: Worker) -> None:
    """Have the kernel end this worker process with the one that watches it."""
    die_with_parent(signal.SIGKILL, parent=server.pid)
