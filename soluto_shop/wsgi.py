"""The door through which the web server calls the shop."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soluto_shop.settings")

application = get_wsgi_application()
