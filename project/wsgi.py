"""The web process for a WSGI server."""

import os

import project  # noqa: F401  see project/__init__.py

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
