"""The web process for uvicorn."""

import os

import project  # noqa: F401  see project/__init__.py

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

from django.conf import settings  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import connections  # noqa: E402

from project.bodies import BodyBound  # noqa: E402

application = BodyBound(
    get_asgi_application(), settings.REQUEST_BYTES_MAX, settings.REQUEST_BYTES_MAX_BY_PATH
)
# Under ASGI each request has a thread of its own: a connection kept for later requests is
# never met again, and stays open until it is collected. The bot and the workers keep theirs.
for _config in connections.databases.values():
    _config["CONN_MAX_AGE"] = 0
