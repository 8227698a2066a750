"""The page of backups: what there is and how good, one more, another look, and taking one away."""

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_rq import get_queue
from redis.exceptions import RedisError

from accounts.services import order_backup, record, web_actor
from project.access import superusers_only
from project.backups.page import find_copy, list_rows, read_state
from project.backups.tar import count_bytes, stream
from project.incidents import close_incident, find_incident
from project.streams import StreamedResponse

# The page loads itself anew so often while one is being made.
RELOAD_SECONDS = 2


@superusers_only
def page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        order_backup(actor=web_actor(request.user), member=None, now=now)
        return redirect("backups")
    state = read_state(now)
    context = {
        **admin.site.each_context(request),
        "title": "Backups",
        "state": state,
        "rows": list_rows(),
        "reload_seconds": RELOAD_SECONDS if state.is_busy else None,
    }
    return TemplateResponse(request, "admin/backups.html", context)


@superusers_only
@require_POST
def verify(request: HttpRequest, name: str) -> HttpResponse:
    """By the worker: it reads every byte of every copy."""
    try:
        get_queue("low").enqueue(
            "project.jobs.verify_backup", name, job_timeout=3_600, result_ttl=0
        )
    except (RedisError, OSError):
        messages.error(request, "Redis does not answer: try again once it does.")
    else:
        messages.success(request, f"{name} is being read again: reload in a moment.")
    return redirect("backups")


@superusers_only
def download(request: HttpRequest, place: str, name: str) -> StreamedResponse:
    """Each is kept in the audit."""
    backup = find_copy(place, name)
    if backup is None:
        raise Http404("This machine has no such backup.")
    with transaction.atomic():
        record("backup.download", actor=web_actor(request.user), target=f"{name} ({place})")
    return StreamedResponse(
        stream(backup),
        content_type="application/x-tar",
        headers={
            "Content-Disposition": f'attachment; filename="{backup.name}.tar"',
            "Content-Length": str(count_bytes(backup)),
        },
    )


@superusers_only
@require_POST
def dismiss(request: HttpRequest, incident_id: int) -> HttpResponse:
    """What does not end by itself: somebody has seen it."""
    incident = find_incident(incident_id)
    if incident is not None:
        with transaction.atomic():
            close_incident(incident.cause, timezone.now())
            record("incident.dismiss", actor=web_actor(request.user), target=incident)
    return redirect("backups")


urlpatterns = [
    path("", page, name="backups"),
    path("<str:name>/verify/", verify, name="backup_verify"),
    path("<str:place>/<str:name>/download/", download, name="backup_download"),
    path("incidents/<int:incident_id>/dismiss/", dismiss, name="incident_dismiss"),
]
