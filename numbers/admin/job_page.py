"""How far the work on a large batch has come: an import, or its removal."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.services import web_actor
from numbers import services
from numbers.models import BatchJob
from project.words import say_left

# A page that watches a job loads itself anew so often.
RELOAD_SECONDS = 2
# So long without a step: its worker died, and the sweep of the next minute wakes another.
QUIET = timedelta(seconds=30)


def progress(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    job = _find(request, pk)
    seconds, now = job.seconds_spent, timezone.now()
    rows = max(job.line - job.dialect.get("skip", 0), 0)
    so_far = rows if job.kind == BatchJob.Kind.LOAD else job.done
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": job.get_kind_display(),
        "job": job,
        "batch": job.batch,
        "what": f"{job.get_kind_display()}: {job.batch.original_name}",
        "state": say_state(job),
        "percent": job.percent,
        "rows": rows,
        "left": say_left(job.time_left) if job.time_left is not None else "",
        "rate": round(so_far / seconds) if seconds else None,
        "is_quiet": job.beat_at < now - QUIET,
        "beat_at": job.beat_at,
        "reload_seconds": RELOAD_SECONDS if job.is_running else None,
        "may_act": job.is_unfinished and _may_act(request, job),
    }
    return TemplateResponse(request, "admin/numbers/job.html", context)


def cancel(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    job = _find(request, pk)
    if not _may_act(request, job):
        raise PermissionDenied
    back = reverse("admin:numbers_batch_job", args=[pk])
    if request.method == "POST":
        job = services.cancel_job(job_id=pk, actor=web_actor(request.user), now=timezone.now())
        if job.is_cancelled:
            messages.success(request, "The rest is left undone.")
        else:
            messages.warning(request, "It was done already: there was nothing to cancel.")
        return redirect(back)
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": "Cancel the rest",
        "heading": f"Cancel the rest: {job.batch.original_name} ({job.batch.pool})",
        "hint": "What is done so far stays as it is.",
        "label": "Cancel the rest",
        "style": "bad",
        "back": back,
    }
    return TemplateResponse(request, "admin/confirm.html", context)


def retry(request: HttpRequest, pk: int) -> HttpResponse:
    job = _find(request, pk)
    if not _may_act(request, job):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    services.retry_job(job_id=pk, actor=web_actor(request.user), now=timezone.now())
    return redirect("admin:numbers_batch_job", pk)


def say_state(job: BatchJob) -> str:
    if job.is_running:
        return "Running"
    if job.stopped_at:
        return "Stopped"
    return "Cancelled" if job.is_cancelled else "Done"


def is_offered(request: HttpRequest, batch_id: Any) -> bool:
    """Whether the button to it is shown; without a batch, whether it ever is."""
    if not request.user.has_perm("numbers.view_batch"):
        return False
    # It comes from the address, where anything may stand.
    if batch_id is not None and not str(batch_id).isdecimal():
        return False
    return batch_id is None or BatchJob.objects.filter(batch=batch_id).exists()


def _find(request: HttpRequest, pk: int) -> BatchJob:
    if not request.user.has_perm("numbers.view_batch"):
        raise PermissionDenied
    return get_object_or_404(BatchJob.objects.select_related("batch__pool"), pk=pk)


def _may_act(request: HttpRequest, job: BatchJob) -> bool:
    is_load = job.kind == BatchJob.Kind.LOAD
    needed = "numbers.import_numbers" if is_load else "numbers.delete_batch"
    return bool(request.user.has_perm(needed))
