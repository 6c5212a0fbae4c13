"""The shop's own settings, with two doors more for measuring."""

from soluto_shop.settings import *

ROOT_URLCONF = "soluto_shop.bench.urls"
MIDDLEWARE = ["soluto_shop.bench.meter.MeterMiddleware", *MIDDLEWARE]
