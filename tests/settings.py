"""The shop's own settings, with the environment of a test run."""

import os
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "a-key-of-the-tests-only-" + "0123456789" * 4)
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ.setdefault("HTTPS_ONLY", "no")
os.environ.setdefault("DATABASE_POOL", "55")  # as many as race in one test
os.environ.setdefault("VAR_DIR", str(Path(__file__).parent.parent / "var" / "test"))

from soluto_shop.local.surroundings import DATABASE, test_server
from soluto_shop.local.words import compile_words

if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = test_server().url(DATABASE)

compile_words()  # before Django reads them

from soluto_shop.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
DATABASES["default"]["OPTIONS"]["pool"]["max_idle"] = 0.2  # after a race the server has room again
