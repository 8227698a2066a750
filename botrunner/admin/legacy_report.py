"""One look or import: how far it has come, and what it brings or has brought."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.services import web_actor
from botrunner.legacy import imports, uploads
from botrunner.legacy.kinds import CLAIMS, CSV_FILES, KINDS, TELEGRAM
from botrunner.legacy.uploads import UploadRefused
from botrunner.models import LegacyFault, LegacyImport
from project.words import say_left

from .legacy_upload import PERMISSION
from .legacy_words import list_parts, say_state

# A page that watches an import loads itself anew so often.
RELOAD_SECONDS = 2
# So long without a step: its worker died, and the sweep of the next minute wakes another.
QUIET = timedelta(seconds=30)
FAULTS_SHOWN = 20
NOTES_SHOWN = 5


def show(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    job = find_import(request, pk)
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": "Dry run" if job.is_dry else "Import",
        "job": job,
        "kind": KINDS[job.kind],
        "what": f"{'Dry run' if job.is_dry else 'Import'}: {job.original_name}",
        "state": say_state(job),
        "ids": _say_ids(job),
        "may_act": request.user.has_perm(PERMISSION),
    }
    if job.is_unfinished:
        return TemplateResponse(request, "admin/legacy/progress.html", context | _progress(job))
    return TemplateResponse(request, "admin/legacy/report.html", context | _report(job))


def confirm(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    """The button of a look; pressed twice it leads to the same import."""
    look = _find_to_act(request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        job = imports.confirm_import(
            look_id=look.pk,
            actor=web_actor(request.user),
            rights_confirmed="rights" in request.POST,
            now=timezone.now(),
        )
    except UploadRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:botrunner_legacyimport_change", pk)
    return redirect("admin:botrunner_legacyimport_change", job.pk)


def cancel(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    job = _find_to_act(request, pk)
    if request.method == "POST":
        job = imports.cancel_import(job_id=pk, actor=web_actor(request.user), now=timezone.now())
        if job.is_dry:
            messages.success(request, "The file is discarded. Nothing was imported.")
            return redirect("admin:botrunner_legacyimport_changelist")
        if job.is_cancelled:
            messages.success(request, "The rest is left undone.")
        else:
            messages.warning(request, "It was done already: there was nothing to cancel.")
        return redirect("admin:botrunner_legacyimport_change", pk)
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": "Discard the file" if job.is_dry else "Cancel the rest",
        "heading": f"{'Discard' if job.is_dry else 'Cancel the rest'}: {job.original_name}",
        "hint": "Nothing was imported from it."
        if job.is_dry
        else "What came in so far stays. Imported again, the file brings the rest, and nothing"
        " twice.",
        "label": "Discard the file" if job.is_dry else "Cancel the rest",
        "style": "bad",
        "back": reverse("admin:botrunner_legacyimport_change", args=[pk]),
    }
    return TemplateResponse(request, "admin/confirm.html", context)


def retry(request: HttpRequest, pk: int) -> HttpResponse:
    job = _find_to_act(request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    imports.retry_import(job_id=job.pk, actor=web_actor(request.user), now=timezone.now())
    return redirect("admin:botrunner_legacyimport_change", pk)


def find_import(request: HttpRequest, pk: int) -> LegacyImport:
    if not request.user.has_perm("botrunner.view_legacyimport"):
        raise PermissionDenied
    return get_object_or_404(LegacyImport.objects.select_related("look"), pk=pk)


def list_faults(job: LegacyImport) -> QuerySet[LegacyFault]:
    """In the order they were found; an import has those of its file from the look before it."""
    mine = Q(job=job)
    if job.look_id:
        mine |= Q(job=job.look_id, is_of_file=True)
    return LegacyFault.objects.filter(mine).order_by("pk")


def _find_to_act(request: HttpRequest, pk: int) -> LegacyImport:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    return get_object_or_404(LegacyImport, pk=pk)


def _say_ids(job: LegacyImport) -> str:
    if not job.ids:
        return ""
    return "Telegram ids" if job.ids == TELEGRAM else "of another network, held until claimed"


def _progress(job: LegacyImport) -> dict[str, Any]:
    seconds = job.seconds_spent
    return {
        "percent": job.percent,
        "left": say_left(job.time_left) if job.is_read and job.time_left is not None else "",
        "rate": round(job.done / seconds) if seconds else None,
        "is_quiet": job.beat_at is not None and job.beat_at < timezone.now() - QUIET,
        "beat_at": job.beat_at,
        "reload_seconds": RELOAD_SECONDS if job.is_running else None,
    }


def _report(job: LegacyImport) -> dict[str, Any]:
    act = LegacyImport.objects.filter(look=job).first()
    faults = list(list_faults(job)[:FAULTS_SHOWN])
    notes = job.tally.get("notes", [])
    return {
        "act": act,
        "gained": imports.count_gained(job),
        "parts": list_parts(job.tally),
        "has_held": bool(job.tally.get("held")),
        "amounts": job.tally.get("amounts", {}),
        "notes": notes[:NOTES_SHOWN],
        "more_notes": notes[NOTES_SHOWN:],
        "faults": faults,
        "faults_more": max(job.faults_count - len(faults), 0),
        "is_list": job.kind == CLAIMS,
        "needs_rights": job.kind == CSV_FILES,
        "is_open": job.is_dry and act is None and not job.is_cancelled,
        "is_kept": uploads.is_there(job.token),
        "kept_until": job.done_at + imports.KEPT_FOR if job.done_at else None,
        "totals": [
            (name.capitalize(), job.before[name], count, count - job.before[name])
            for name, count in job.after.items()
            if name in job.before
        ],
    }
