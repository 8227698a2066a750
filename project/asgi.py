"""The web process for uvicorn."""

import os

import project  # noqa: F401  see project/__init__.py

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

from django.core.asgi import get_asgi_application  # noqa: E402

application = get_asgi_application()
