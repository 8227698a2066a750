"""Between the two steps of a login: who has shown his password, and in which session."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import SecondFactor
from accounts.services import is_forced

PENDING, PASSED = "second_step", "second_factor"
PENDING_SECONDS = 600
BACKEND = "accounts.backends.StaffBackend"


def begin(request: HttpRequest, user: User, next_url: str) -> None:
    """The password was right. Nobody is logged in by that: the session opens no page."""
    request.session.flush()
    request.session[PENDING] = {
        "user": user.pk,
        # Ends with a change of the password.
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "next": next_url,
    }


def find_pending(request: HttpRequest) -> User | None:
    """Whoever this session's second step is for, unless it took too long."""
    pending: dict[str, Any] = request.session.get(PENDING) or {}
    age = timezone.now().timestamp() - pending.get("at", 0)
    if not pending or not 0 <= age <= PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    if user and constant_time_compare(pending["hash"], user.get_session_auth_hash()):
        return user
    return None


def finish(request: HttpRequest, user: User) -> str:
    """Logs in, in a new session; gives the address he was on his way to."""
    next_url: str = request.session[PENDING]["next"]
    request.session.flush()
    login(request, user, backend=BACKEND)
    mark_passed(request, SecondFactor.objects.get(user=user))
    return next_url


def mark_passed(request: HttpRequest, factor: SecondFactor) -> None:
    request.session[PASSED] = factor.pk


class SecondStepMiddleware:
    """Ends sessions that lack the second step, and leads who must have one to the enrolment.

    The first are those from before an enrolment, which began with the password alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Without a cookie nobody is logged in; who asks whether we live needs no session.
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session and isinstance(user := request.user, User):
            factor: SecondFactor | None = getattr(user, "second_factor", None)
            if factor and request.session.get(PASSED) != factor.pk:
                logout(request)
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            if not factor and not _is_open(request.path) and is_forced(user):
                messages.info(request, "One more step before the dashboard opens.")
                return redirect("my_second_factor")
        return self.get_response(request)


def _is_open(path: str) -> bool:
    """What somebody may see who has still to enrol."""
    return path in (reverse("my_second_factor"), reverse("admin:logout"))
