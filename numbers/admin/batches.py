"""Batches: what each file brought, its rejected lines, and the buttons of what can be done."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action, display

from numbers.models import Batch, BatchJob, Number
from numbers.selectors import count_states
from project.admin import PeriodFilter, ReadOnlyAdmin

from . import batch_acts, batch_files, import_page, job_page, report_page, statistics
from .use_columns import COUNTS, WithUse, whole

UNDER_WAY = {BatchJob.Kind.LOAD: "Importing", BatchJob.Kind.REMOVE: "Being removed"}
STOPPED = "Stopped"


@admin.register(Batch)
class BatchAdmin(WithUse, ReadOnlyAdmin):
    counted = "batch"
    list_display = [
        "original_name",
        "pool",
        "shown_state",
        *COUNTS,
        "shown_rejected",
        "shown_imported",
    ]
    list_filter = ["state", "pool", ("created_at", PeriodFilter)]
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
        "open_progress",
        "open_statistics",
        "open_download",
        "open_disable",
        "open_enable",
        "open_undo",
        "open_remove",
    ]

    @display(
        description="state",
        label={
            "Active": "success",
            "Disabled": "warning",
            "Deleted": "danger",
            "Importing": "warning",
            "Being removed": "warning",
            STOPPED: "danger",
        },
    )
    def shown_state(self, batch: Batch) -> str:
        """What is being done with it, if anything is."""
        if getattr(batch, "job_stopped_at", None):
            return STOPPED
        kind = getattr(batch, "job_kind", None)
        return UNDER_WAY[kind] if kind else batch.get_state_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        # Index batch_job_of_batch.
        job = BatchJob.objects.filter(batch=OuterRef("pk"), done_at=None)
        batches: QuerySet[Batch] = super().get_queryset(request)
        return batches.annotate(
            job_kind=Subquery(job.values("kind")[:1]),
            job_stopped_at=Subquery(job.values("stopped_at")[:1]),
        )

    @display(description="imported by", ordering="uploader_label")
    def shown_uploader(self, batch: Batch) -> str:
        return batch.uploader_label

    @display(description="rejected", ordering="rejected_count")
    def shown_rejected(self, batch: Batch) -> str:
        return whole(f"{batch.rejected_count:,}")

    @display(description="imported", ordering="created_at")
    def shown_imported(self, batch: Batch) -> str:
        at = timezone.localtime(batch.created_at)
        return format_html(
            "{} by <bdi>{}</bdi>", f"{at.day} {at:%b %Y, %H:%M}", batch.uploader_label
        )

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
        counts = count_states(batch_id=batch.pk)
        words = [
            f"{counts[state]:,} {label.lower()}"
            for state, label in Number.State.choices
            if counts[state]
        ]
        return " · ".join(words) or "none left"

    @display(description="rejected lines")
    def shown_rejections(self, batch: Batch) -> str:
        return report_page.show_first(batch)

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
            path("<int:pk>/original/", wrap(batch_files.original), name="numbers_batch_original"),
            path(
                "<int:pk>/rejections.csv",
                wrap(batch_files.rejections),
                name="numbers_batch_rejections",
            ),
            path(
                "<int:pk>/rejections/",
                wrap(partial(report_page.report, **pages)),
                name="numbers_batch_report",
            ),
            path(
                "jobs/<int:pk>/",
                wrap(partial(job_page.progress, **pages)),
                name="numbers_batch_job",
            ),
            path(
                "jobs/<int:pk>/cancel/",
                wrap(partial(job_page.cancel, **pages)),
                name="numbers_batch_job_cancel",
            ),
            path("jobs/<int:pk>/retry/", wrap(job_page.retry), name="numbers_batch_job_retry"),
            path(
                "<int:pk>/act/<str:name>/",
                wrap(partial(batch_acts.confirm, **pages)),
                name="numbers_batch_act",
            ),
            path(
                "<int:pk>/statistics/",
                wrap(partial(statistics.batch_page, **pages)),
                name="numbers_batch_statistics",
            ),
            *super().get_urls(),
        ]

    # The list's and the page's buttons: links, each to a page that asks first.

    @action(description="Import numbers", url_path="open-import", permissions=["import"])
    def open_import(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:numbers_import")

    @action(description="Progress", url_path="open-progress", permissions=["progress"])
    def open_progress(self, request: HttpRequest, object_id: int) -> HttpResponse:
        job = BatchJob.objects.filter(batch=object_id).latest("pk")
        return redirect("admin:numbers_batch_job", job.pk)

    @action(description="Statistics", url_path="open-statistics", permissions=["statistics"])
    def open_statistics(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_statistics", object_id)

    def has_statistics_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("numbers.view_lease"))

    @action(description="Original file", url_path="open-original", permissions=["download"])
    def open_download(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_original", object_id)

    @action(description="Disable", url_path="open-disable", permissions=["disable"])
    def open_disable(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_act", object_id, "disable")

    @action(description="Enable", url_path="open-enable", permissions=["enable"])
    def open_enable(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_act", object_id, "enable")

    @action(description="Undo", url_path="open-undo", permissions=["undo"])
    def open_undo(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_act", object_id, "undo")

    @action(description="Delete", url_path="open-remove", permissions=["undo"])
    def open_remove(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_batch_act", object_id, "remove")

    def has_import_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("numbers.import_numbers"))

    def has_progress_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return job_page.is_offered(request, object_id)

    def has_download_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("numbers.download_batch"))

    def has_disable_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return batch_acts.is_offered(request, "disable", object_id)

    def has_enable_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return batch_acts.is_offered(request, "enable", object_id)

    def has_undo_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return batch_acts.is_offered(request, "undo", object_id)
