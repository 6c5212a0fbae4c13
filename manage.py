#!/usr/bin/env python
"""Run one of the shop's commands, on the local shop where there is one."""

import os
import sys

from django.core.management import execute_from_command_line

from soluto_shop.local.surroundings import local_shop


def main() -> None:
    """Hand the command line to Django."""
    with local_shop(sys.argv):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soluto_shop.settings")
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
