"""Keeps where each staff user is logged in, a minute exact."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.services import note_session

# Between two notes of one session by one process.
NOTE_SECONDS = 60


class SessionNotesMiddleware:
    """After the view: a login, and a new key of an old session, are noted at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Who has no cookie and gets none is nobody: no query for him.
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified
        if has_session and isinstance(request.user, User) and request.user.is_staff:
            _note(request, request.user)
        return response


def _note(request: HttpRequest, user: User) -> None:
    if request.session.modified:
        try:
            # Else a session that begins has no row yet to be noted for.
            request.session.save()
        except UpdateError:
            # Ended at this moment: Django says so once we are through.
            return
    key = request.session.session_key
    if key is None or not cache.add(f"session.noted:{key}", True, NOTE_SECONDS):
        return
    note_session(
        user=user,
        session_key=key,
        address=request.META.get("REMOTE_ADDR", ""),
        user_agent=request.headers.get("User-Agent", ""),
        now=timezone.now(),
    )
