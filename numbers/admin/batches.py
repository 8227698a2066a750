"""Batches: what a file brought, its rejected lines, and what can be done with the whole."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import action, display

from accounts.services import Actor, record, web_actor
from numbers import services
from numbers.importing.faults import LINE_WORDS
from numbers.models import Batch
from project.admin import ReadOnlyAdmin
from project.csv_cells import escape_cell
from project.errors import Refusal

from . import import_page
from .words import say_refusal

REJECTIONS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class BatchAct:
    """`hint` says what will happen, `done` what has; `is_offered` looks at the batch's state."""

    label: str
    permission: str
    hint: str
    done: str
    run: Callable[[int, Actor], int]
    states: tuple[str, ...] = (Batch.State.ACTIVE, Batch.State.DISABLED)
    style: str = "main"


def _delete(batch_id: int, actor: Actor) -> int:
    return services.delete_batch(batch_id=batch_id, actor=actor, now=timezone.now())


ACTS = {
    "disable": BatchAct(
        "Disable",
        "numbers.change_batch",
        "Its free numbers leave the draw. Numbers that members hold stay theirs to the end.",
        "{count} numbers are out of the draw.",
        lambda batch_id, actor: services.disable_batch(batch_id=batch_id, actor=actor),
        states=(Batch.State.ACTIVE,),
    ),
    "enable": BatchAct(
        "Enable",
        "numbers.change_batch",
        "Its numbers come back into the draw.",
        "{count} numbers are back in the draw.",
        lambda batch_id, actor: services.enable_batch(batch_id=batch_id, actor=actor),
        states=(Batch.State.DISABLED,),
    ),
    "undo": BatchAct(
        "Undo the import",
        "numbers.delete_batch",
        "The batch, its numbers and its file go, as if it had never been imported. "
        "Refused once a member has held one of them.",
        "The import was undone: {count} numbers removed.",
        lambda batch_id, actor: services.undo_batch(batch_id=batch_id, actor=actor),
        style="bad",
    ),
    "remove": BatchAct(
        "Delete",
        "numbers.delete_batch",
        "Its numbers leave the stock for good. Those that members have held stay in the history, "
        "out of every draw. Refused while a member holds one.",
        "The batch was deleted: {count} numbers removed.",
        _delete,
        style="bad",
    ),
}


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = [
        "original_name",
        "pool",
        "shown_state",
        "accepted_count",
        "rejected_count",
        "shown_uploader",
        "created_at",
    ]
    list_filter = ["state", "pool", ("created_at", RangeDateTimeFilter)]
    list_select_related = ["pool"]
    search_fields = ["original_name__istartswith"]
    fields = [
        "original_name",
        "pool",
        "shown_state",
        "shown_outcome",
        "shown_counts",
        "shown_uploader",
        "created_at",
        "rights_confirmed_at",
        "shown_hash",
        "shown_rejections",
    ]
    readonly_fields = [
        "shown_state",
        "shown_outcome",
        "shown_counts",
        "shown_uploader",
        "shown_hash",
        "shown_rejections",
    ]
    ordering = ["-created_at"]
    actions_list = ["open_import"]
    actions_detail = [
        "open_download",
        "open_rejections",
        "open_disable",
        "open_enable",
        "open_undo",
        "open_remove",
    ]

    @display(
        description="state",
        label={"Active": "success", "Disabled": "warning", "Deleted": "danger"},
    )
    def shown_state(self, batch: Batch) -> str:
        return batch.get_state_display()

    @display(description="imported by", ordering="uploader_label")
    def shown_uploader(self, batch: Batch) -> str:
        return batch.uploader_label

    @display(description="SHA-256 of the file")
    def shown_hash(self, batch: Batch) -> str:
        return format_html('<span style="overflow-wrap: anywhere">{}</span>', batch.sha256)

    @display(description="outcome")
    def shown_outcome(self, batch: Batch) -> str:
        return import_page.say_outcome(
            batch.accepted_count, batch.rejected_count, batch.duplicate_count
        )

    @display(description="numbers now")
    def shown_counts(self, batch: Batch) -> str:
        # Index number_of_batch.
        counts = batch.numbers.order_by().values_list("state").annotate(count=Count("pk"))
        words = [f"{count:,} {state}" for state, count in sorted(counts)]
        return " · ".join(words) or "none left"

    @display(description="rejected lines")
    def shown_rejections(self, batch: Batch) -> str:
        rejections = batch.rejections.all()[:REJECTIONS_SHOWN]
        rows = [
            (line.line, line.value, LINE_WORDS.get(line.reason, line.reason)) for line in rejections
        ]
        if not rows:
            return "none"
        body = format_html_join(
            "", '<tr><th class="th-num">{}</th><td><bdi>{}</bdi></td><td>{}</td></tr>', rows
        )
        more = batch.rejected_count - len(rows)
        return format_html(
            '<table class="th-table"><thead><tr><th>Line</th><th>Value</th><th>Reason</th></tr>'
            "</thead><tbody>{}</tbody></table>{}",
            body,
            f"and {more:,} more: see the CSV" if more > 0 else "",
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        pages = {"site": self.admin_site, "opts": self.opts}
        return [
            path("import/", wrap(partial(import_page.upload, **pages)), name="numbers_import"),
            path(
                "import/preview/",
                wrap(partial(import_page.preview, **pages)),
                name="numbers_import_preview",
            ),
            path("<int:pk>/original/", wrap(self.download), name="numbers_batch_original"),
            path("<int:pk>/rejections.csv", wrap(self.rejections), name="numbers_batch_rejections"),
            path("<int:pk>/act/<str:name>/", wrap(self.act), name="numbers_batch_act"),
            *super().get_urls(),
        ]

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        act, batch = ACTS.get(name), get_object_or_404(Batch.objects.select_related("pool"), pk=pk)
        if act is None:
            raise Http404
        if not request.user.has_perm(act.permission):
            raise PermissionDenied
        back = reverse("admin:numbers_batch_change", args=[pk])
        if batch.state not in act.states:
            messages.error(request, f"This batch is {batch.get_state_display().lower()} already.")
            return redirect(back)
        if request.method == "POST":
            return self._carry_out(request, batch, act, back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": act.label,
            "heading": f"{act.label}: {batch.original_name} ({batch.pool})",
            "hint": act.hint,
            "label": act.label,
            "style": act.style,
            "back": back,
        }
        return TemplateResponse(request, "admin/numbers/confirm.html", context)

    def _carry_out(
        self, request: HttpRequest, batch: Batch, act: BatchAct, back: str
    ) -> HttpResponse:
        try:
            count = act.run(batch.pk, web_actor(request.user))
        except Refusal as refusal:
            messages.error(request, say_refusal(refusal))
            return redirect(back)
        messages.success(request, act.done.format(count=f"{count:,}"))
        is_there = Batch.objects.filter(pk=batch.pk).exists()
        return redirect(back if is_there else "admin:numbers_batch_changelist")

    def download(self, request: HttpRequest, pk: int) -> FileResponse:
        if not request.user.has_perm("numbers.download_batch"):
            raise PermissionDenied
        batch = get_object_or_404(Batch, pk=pk)
        try:
            file = batch.file.open("rb")
        except (FileNotFoundError, ValueError):
            raise Http404("The file is gone.") from None
        record(
            "numbers.download_batch",
            actor=web_actor(request.user),
            target=batch,
            batch_id=batch.pk,
        )
        return FileResponse(
            file, as_attachment=True, filename=str(batch.file.name), content_type="text/csv"
        )

    def rejections(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        batch = get_object_or_404(Batch, pk=pk)
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        lines = batch.rejections.values_list("line", "value", "reason").iterator(chunk_size=2000)
        return rejections_csv(lines, f"rejected_{batch.pk}.csv")

    # The list's and the page's buttons: links, each to a page that asks first.

    @action(description="Import numbers", url_path="open-import", permissions=["import"])
    def open_import(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:numbers_import")

    @action(description="Original file", url_path="open-original", permissions=["download"])
    def open_download(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_original", object_id)

    @action(description="Rejected lines (CSV)", url_path="open-rejections", permissions=["view"])
    def open_rejections(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_rejections", object_id)

    @action(description="Disable", url_path="open-disable", permissions=["disable"])
    def open_disable(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_act", object_id, "disable")

    @action(description="Enable", url_path="open-enable", permissions=["enable"])
    def open_enable(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_act", object_id, "enable")

    @action(description="Undo the import", url_path="open-undo", permissions=["undo"])
    def open_undo(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_act", object_id, "undo")

    @action(description="Delete", url_path="open-remove", permissions=["undo"])
    def open_remove(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_act", object_id, "remove")

    def has_import_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("numbers.import_numbers"))

    def has_download_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("numbers.download_batch"))

    def has_disable_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return _is_offered(request, "disable", object_id)

    def has_enable_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return _is_offered(request, "enable", object_id)

    def has_undo_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return _is_offered(request, "undo", object_id)


def _is_offered(request: HttpRequest, name: str, batch_id: Any) -> bool:
    act = ACTS[name]
    if not request.user.has_perm(act.permission):
        return False
    return batch_id is None or Batch.objects.filter(pk=batch_id, state__in=act.states).exists()


class _Echo:
    """csv writes into it and gets the line back."""

    def write(self, line: str) -> str:
        return line


def rejections_csv(lines: Any, name: str) -> StreamingHttpResponse:
    """Streams line, value, reason; a spreadsheet runs no cell of it."""
    writer = csv.writer(_Echo())

    def rows() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(["line", "value", "reason", "meaning"])
        for line, value, reason in lines:
            yield writer.writerow(
                [line, escape_cell(value), reason, LINE_WORDS.get(reason, reason)]
            )

    return StreamingHttpResponse(
        rows(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
