"""Where one is logged in, and ending it; for superusers of everybody."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.services import end_other_sessions, end_session, record, web_actor
from accounts.session_list import list_others, list_own

NEW_PASSWORD = "new password"  # noqa: S105  a reason in the audit


def my_sessions(request: HttpRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    key = request.session.session_key or ""
    if request.method == "POST":
        _end(request, user, key)
        return redirect("my_sessions")
    context = {
        **admin.site.each_context(request),
        "title": "My sessions",
        "sessions": list_own(user, key, now),
        "others": list_others(user, now) if user.is_superuser else None,
    }
    return TemplateResponse(request, "admin/my_sessions.html", context)


def _end(request: HttpRequest, user: User, key: str) -> None:
    given = request.POST.get("session", "")
    if "others" in request.POST:
        count = end_other_sessions(user=user, kept_key=key, actor=web_actor(user))
        messages.success(request, f"Ended: {count}.")
    elif given.isascii() and given.isdigit() and len(given) < 19:
        if end_session(session_id=int(given), by=user, actor=web_actor(user)):
            messages.success(request, "That session is ended.")
        else:
            messages.info(request, "That session had ended already.")


def password_change(request: HttpRequest) -> HttpResponseBase:
    """The admin's own, kept in the audit; whoever knew the old password is out at once."""
    user = request.user
    assert isinstance(user, User)
    with transaction.atomic():
        answer = admin.site.password_change(request)
        if request.method == "POST" and answer.status_code == 302:
            record("staff.password", actor=web_actor(user), target=user)
            request.session.save()
            key = request.session.session_key or ""
            end_other_sessions(user=user, kept_key=key, actor=web_actor(user), reason=NEW_PASSWORD)
    return answer


urlpatterns = [
    path("sessions/", admin.site.admin_view(never_cache(my_sessions)), name="my_sessions"),
    path("password_change/", admin.site.admin_view(password_change, cacheable=True)),
]
