"""The rejected lines of a batch, a page at a time, each page going on from a line."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from numbers.importing.faults import LINE_WORDS
from numbers.models import Batch, Rejection

PAGE_SIZE = 100
FIRST_SHOWN = 20
LINE_MAX = 2**31 - 1


class SearchForm(forms.Form):
    q = forms.CharField(
        required=False,
        max_length=100,
        label="Line or value",
        widget=UnfoldAdminTextInputWidget,
    )
    reason = forms.ChoiceField(
        required=False,
        choices=[("", "Any reason"), *LINE_WORDS.items()],
        widget=UnfoldAdminSelectWidget,
    )
    after = forms.IntegerField(
        required=False, min_value=0, max_value=LINE_MAX, widget=forms.HiddenInput
    )


def report(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    if not request.user.has_perm("numbers.view_batch"):
        raise PermissionDenied
    batch = get_object_or_404(Batch, pk=pk)
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    after = asked.get("after") or 0
    terms = {name: asked[name] for name in ("q", "reason") if asked.get(name)}
    found = list(_search(batch, terms, after)[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": "Rejected lines",
        "batch": batch,
        # Without its hidden field: a new search begins at the first line.
        "form": SearchForm(initial=terms),
        "rows": [(line, LINE_WORDS.get(line.reason, line.reason)) for line in page],
        "after": after,
        "is_searched": bool(terms),
        "page_size": PAGE_SIZE,
        "first_query": urlencode(terms),
        "next_query": urlencode({**terms, "after": page[-1].line})
        if len(found) > PAGE_SIZE
        else "",
    }
    return TemplateResponse(request, "admin/numbers/rejections.html", context)


def show_first(batch: Batch) -> str:
    """For the batch's own page."""
    rows = [
        (line.line, line.value, LINE_WORDS.get(line.reason, line.reason))
        for line in batch.rejections.all()[:FIRST_SHOWN]
    ]
    if not rows:
        return "none"
    body = format_html_join(
        "", '<tr><th class="th-num">{}</th><td><bdi>{}</bdi></td><td>{}</td></tr>', rows
    )
    is_all = batch.rejected_count <= len(rows)
    return format_html(
        '<table class="th-table"><thead><tr><th>Line</th><th>Value</th><th>Reason</th></tr>'
        '</thead><tbody>{}</tbody></table><p><a class="th-link" href="{}">{}</a></p>',
        body,
        reverse("admin:numbers_batch_report", args=[batch.pk]),
        "Search or download them"
        if is_all
        else f"All {batch.rejected_count:,}, to search or download",
    )


def _search(batch: Batch, terms: dict[str, str], after: int) -> QuerySet[Rejection]:
    """In the order of the index rejection_of_batch: it stops at a full page."""
    lines = Rejection.objects.filter(batch=batch, line__gt=after).order_by("line")
    if reason := terms.get("reason"):
        lines = lines.filter(reason=reason)
    if words := terms.get("q"):
        is_line = words.isascii() and words.isdecimal() and int(words) <= LINE_MAX
        by_line = Q(line=int(words)) if is_line else Q()
        lines = lines.filter(Q(value__icontains=words) | by_line)
    return lines
