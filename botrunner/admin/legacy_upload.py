"""The first page of an import: what kind, whose ids, and the file."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from accounts.services import web_actor
from botrunner.legacy import uploads
from botrunner.legacy.imports import begin_look
from botrunner.legacy.kinds import KINDS, LEGACY, TELEGRAM
from botrunner.legacy.uploads import MB, UPLOAD_BYTES_MAX, UploadRefused
from project.words import clean_words

PERMISSION = "botrunner.import_legacy"


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        choices=[("", "Choose what it is"), *((kind.code, kind.title) for kind in KINDS.values())],
        label="What it is",
        widget=UnfoldAdminSelectWidget,
    )
    ids = forms.ChoiceField(
        choices=[
            (LEGACY, "Of another network: held until each user claims his account"),
            (TELEGRAM, "Telegram ids: given at once"),
        ],
        label="Whose ids its users have",
        help_text="Asked for the vouch bot and the community bot only: the others had Telegram’s.",
        widget=UnfoldAdminSelectWidget,
    )
    file = forms.FileField(
        help_text=f"At most {UPLOAD_BYTES_MAX // MB} MB; several files as one zip.",
        widget=UnfoldAdminFileFieldWidget,
    )


def upload(request: HttpRequest, site: Any, opts: Any) -> HttpResponse:
    """Keeps the file and begins to look it through; nothing is imported yet."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = UploadForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        initial={"kind": request.GET.get("kind"), "ids": LEGACY},
    )
    if is_sent and form.is_valid():
        try:
            job_id = _keep(request, form.cleaned_data)
            return redirect("admin:botrunner_legacyimport_change", job_id)
        except UploadRefused as refusal:
            form.add_error("file", str(refusal))
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": "Import from an older bot",
        "form": form,
        "kinds": list(KINDS.values()),
    }
    return TemplateResponse(request, "admin/legacy/upload.html", context)


def _keep(request: HttpRequest, cleaned: dict[str, Any]) -> int:
    kind = KINDS[cleaned["kind"]]
    upload: File[bytes] = cleaned["file"]
    name = clean_words(upload.name or "", 200) or "file"
    token, size = uploads.keep_upload(upload.chunks(), name=name, kind=kind)
    try:
        job = begin_look(
            kind=kind,
            ids=cleaned["ids"] if kind.ids else "",
            token=token,
            size=size,
            name=name,
            actor=web_actor(request.user),
            now=timezone.now(),
        )
    except BaseException:
        uploads.remove_upload(token)
        raise
    return job.pk
