"""The import: a form, a preview of what would happen, and the confirmation.

A form of our own and not django-import-export's: that one holds the whole file
as a table, knows rows that fail but not rows that are rejected with a reason,
and has no place for the declaration, the original file and its hash.
"""

from os import SEEK_END
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.services import web_actor
from numbers.errors import FileRefused
from numbers.importing.drafts import keep_draft, open_draft, remove_draft
from numbers.importing.faults import INVALID, LINE_ADVICE, LINE_WORDS
from numbers.models import Pool
from numbers.phones import format_international
from numbers.services.background import begin_import
from numbers.services.imports import (
    AT_ONCE_BYTES_MAX,
    FORM_BYTES_MAX,
    MB,
    Outcome,
    load_file,
    preview_file,
)

SESSION_KEY = "numbers_import"
LOST = "This import was finished, cancelled, or left for more than an hour. Upload the file again."


class ImportForm(forms.Form):
    pool = forms.ModelChoiceField(
        Pool.objects.all(),
        required=False,
        empty_label="A new pool, named below",
        widget=UnfoldAdminSelectWidget,
    )
    name = forms.CharField(
        required=False,
        max_length=80,
        label="New pool's name",
        widget=UnfoldAdminTextInputWidget,
    )
    country = forms.CharField(
        required=False,
        max_length=2,
        label="New pool's country",
        help_text="ISO code, such as AE. Then national numbers are understood too.",
        widget=UnfoldAdminTextInputWidget,
    )
    file = forms.FileField(
        help_text=f"CSV, at most {FORM_BYTES_MAX // MB} MB. The right column is found by itself.",
        widget=UnfoldAdminFileFieldWidget,
    )
    rights = forms.BooleanField(
        label="I have the right to use these numbers",
        error_messages={"required": "Confirm that you have the right to use these numbers."},
        widget=UnfoldBooleanSwitchWidget,
    )

    def __init__(self, *args: Any, may_add_pool: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_add_pool:
            del self.fields["name"], self.fields["country"]
            self.fields["pool"].required = True
            self.fields["pool"].empty_label = "Choose a pool"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("pool") is None and "name" in self.fields:
            pool = Pool(name=cleaned.get("name", ""), country=cleaned.get("country", "").upper())
            try:
                pool.full_clean()
            except forms.ValidationError as error:
                for field, errors in error.error_dict.items():
                    self.add_error(field if field in self.fields else None, errors)
            cleaned["pool"] = pool
        elif cleaned.get("name") or cleaned.get("country"):
            self.add_error("name", "Leave this empty, or choose a new pool above.")
        return cleaned


def upload(request: HttpRequest, site: Any, opts: Any) -> HttpResponse:
    """Keeps the file and leads to its preview; nothing is imported yet."""
    _check_permission(request)
    is_sent = request.method == "POST"
    form = ImportForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        initial={"pool": request.GET.get("pool")},
        may_add_pool=request.user.has_perm("numbers.add_pool"),
    )
    if is_sent and form.is_valid():
        try:
            _keep(request, form.cleaned_data)
            return redirect("admin:numbers_import_preview")
        except FileRefused as refusal:
            form.add_error("file", link_first(refusal))
    context = {**site.each_context(request), "opts": opts, "title": "Import numbers", "form": form}
    return TemplateResponse(request, "admin/numbers/import.html", context)


def preview(request: HttpRequest, site: Any, opts: Any) -> HttpResponse:
    """What the file would bring; its POST confirms or cancels."""
    _check_permission(request)
    held = request.session.get(SESSION_KEY)
    file = open_draft(held["token"]) if held else None
    if held is None or file is None:
        messages.error(request, LOST)
        return redirect("admin:numbers_import")
    with file:
        pool = _read_pool(held)
        try:
            if request.method == "POST":
                return _decide(request, held, pool, file)
            outcome = preview_file(file, country=pool.country, bytes_max=FORM_BYTES_MAX)
        except FileRefused as refusal:
            _forget(request)
            messages.error(request, link_first(refusal))
            chosen = f"?pool={pool.pk}" if pool.pk else ""
            return redirect(reverse("admin:numbers_import") + chosen)
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": "Import numbers",
        "name": held["original_name"],
        "pool": pool,
        "outcome": outcome,
        "summary": say_outcome(outcome.accepted, outcome.rejected, outcome.duplicates),
        "numbers": [format_international(e164) for e164 in outcome.first_numbers],
        "reasons": _list_reasons(outcome, pool),
        "rejections": [(line, LINE_WORDS[line.reason]) for line in outcome.rejections],
        "rejections_more": outcome.rejected - len(outcome.rejections),
    }
    return TemplateResponse(request, "admin/numbers/import_preview.html", context)


def _list_reasons(outcome: Outcome, pool: Pool) -> list[tuple[str, int, str]]:
    """The words of each reason, how many lines it holds for, and what helps; the most first."""
    advice = {**LINE_ADVICE, **({INVALID: ""} if pool.country else {})}
    found = [(reason, count) for reason, count in outcome.counts.most_common() if reason and count]
    return [(LINE_WORDS[reason], count, advice.get(reason, "")) for reason, count in found]


def say_outcome(accepted: int, rejected: int, duplicates: int) -> str:
    words = f"{accepted:,} accepted · {rejected:,} rejected"
    return f"{words}, {duplicates:,} of them duplicates" if duplicates else words


def link_first(refusal: FileRefused) -> str:
    """The refusal's words, with a link to the batch of the same file."""
    words, batch_id = refusal.params["words"], refusal.params.get("batch_id")
    if batch_id is None:
        return str(words)
    url = reverse("admin:numbers_batch_change", args=[batch_id])
    return format_html('{} <a href="{}">See that batch</a>', words, url)


def _check_permission(request: HttpRequest) -> None:
    if not request.user.has_perm("numbers.import_numbers"):
        raise PermissionDenied


def _keep(request: HttpRequest, cleaned: dict[str, Any]) -> None:
    _forget(request)
    upload: File[bytes] = cleaned["file"]
    pool: Pool = cleaned["pool"]
    request.session[SESSION_KEY] = {
        "token": keep_draft(upload.chunks(), bytes_max=FORM_BYTES_MAX),
        "original_name": upload.name or "",
        "pool_id": pool.pk,
        "new_pool": [pool.name, pool.country],
    }


def _forget(request: HttpRequest) -> None:
    held = request.session.pop(SESSION_KEY, None)
    if held:
        remove_draft(held["token"])


def _read_pool(held: dict[str, Any]) -> Pool:
    """The chosen pool; a new one, not stored yet, when there is none of that name."""
    name, country = held["new_pool"]
    known = (
        Pool.objects.filter(pk=held["pool_id"])
        if held["pool_id"]
        else Pool.objects.filter(name=name)
    )
    return known.first() or Pool(name=name, country=country)


def _decide(request: HttpRequest, held: dict[str, Any], pool: Pool, file: Any) -> HttpResponse:
    if "confirm" not in request.POST:
        _forget(request)
        messages.info(request, "Nothing was imported.")
        return redirect("admin:numbers_batch_changelist")
    terms = {
        "pool": pool,
        "original_name": held["original_name"],
        "actor": web_actor(request.user),
        # The form is not valid without it.
        "rights_confirmed": True,
        "now": timezone.now(),
    }
    if file.seek(0, SEEK_END) > AT_ONCE_BYTES_MAX:
        job = begin_import(file, bytes_max=FORM_BYTES_MAX, **terms)
        _forget(request)
        return redirect("admin:numbers_batch_job", job.pk)
    batch, outcome = load_file(file, **terms)
    _forget(request)
    messages.success(request, say_outcome(outcome.accepted, outcome.rejected, outcome.duplicates))
    return redirect("admin:numbers_batch_change", batch.pk)
