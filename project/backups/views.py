"""The page of backups: what there is, and one more at the press of a button."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django_rq import get_queue
from redis.exceptions import RedisError

from project.access import superusers_only
from project.jobs import JOB_SECONDS_MAX, back_up

from .store import last_failure, list_backups


@superusers_only
def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        _order(request)
        return redirect("backups")
    context = {
        **admin.site.each_context(request),
        "title": "Backups",
        "backups": list_backups(),
        "failure": last_failure(),
    }
    return TemplateResponse(request, "admin/backups.html", context)


def _order(request: HttpRequest) -> None:
    """By the worker: a large database takes longer than a page may."""
    try:
        get_queue("low").enqueue(back_up, job_timeout=JOB_SECONDS_MAX, result_ttl=0)
    except (RedisError, OSError):
        messages.error(request, "Redis does not answer. On the machine: manage.py backup")
    else:
        messages.success(request, "A backup is being made: reload in a moment to see it.")
