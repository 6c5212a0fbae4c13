"""The web server of a local shop: production's, that prepares the shop before it opens.

The process that watches the others reads the shop's code to prepare it, and they are its forks. A
program of its own for that would have to read the code once more, which is most of a start's time.
"""

import django
from django.core.management import call_command
from gunicorn.arbiter import Arbiter

from soluto_shop.web_server import *

preload_app = False  # it looks round for static files, which have to be gathered first


def on_starting(_server: Arbiter) -> None:
    """Prepare the shop before the port opens."""
    django.setup()
    call_command("prepare_shop", skip_checks=False)
