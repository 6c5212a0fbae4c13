"""A process of the shop ends at once, and does not tidy up what the system takes back anyway."""

import os
import subprocess
import sys

from soluto_shop.leash import PROJECT

PROGRAM = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count(), len(gc.get_objects())))  # after the shop's own
import django
django.setup()
"""


def test_a_process_of_the_shop_looks_for_no_garbage_when_it_ends() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    frozen, left_to_look_at = map(int, ended.stdout.split())
    assert frozen > 100_000
    assert left_to_look_at < 1_000
