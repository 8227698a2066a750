"""The list of imports from older bots, and the addresses of their pages."""

from datetime import datetime
from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from unfold.decorators import action, display

from botrunner.legacy.imports import count_gained
from botrunner.legacy.kinds import KINDS
from botrunner.models import LegacyImport
from project.admin import ReadOnlyAdmin

from . import legacy_faults, legacy_report, legacy_upload
from .legacy_words import say_state


@admin.register(LegacyImport)
class LegacyImportAdmin(ReadOnlyAdmin):
    list_display = [
        "shown_start",
        "shown_kind",
        "shown_file",
        "shown_act",
        "shown_state",
        "shown_new",
        "shown_bad",
        "shown_actor",
    ]
    list_filter = ["is_dry"]
    list_select_related = ["act"]
    ordering = ["-pk"]
    actions_list = ["open_upload"]

    @display(description="begun", ordering="started_at")
    def shown_start(self, job: LegacyImport) -> datetime | None:
        return job.started_at

    @display(description="kind")
    def shown_kind(self, job: LegacyImport) -> str:
        kind = KINDS.get(job.kind)
        return kind.title.partition(":")[0] if kind else job.kind

    @display(description="file")
    def shown_file(self, job: LegacyImport) -> str:
        return job.original_name

    @display(description="bad")
    def shown_bad(self, job: LegacyImport) -> str:
        return f"{job.faults_count:,}"

    @display(description="what")
    def shown_act(self, job: LegacyImport) -> str:
        return "Dry run" if job.is_dry else "Import"

    @display(
        description="state",
        label={
            "Done": "success",
            "To confirm": "info",
            "Running": "warning",
            "Cancelled": "danger",
            "Stopped": "danger",
        },
    )
    def shown_state(self, job: LegacyImport) -> str:
        return say_state(job)

    @display(description="new")
    def shown_new(self, job: LegacyImport) -> str:
        return f"{count_gained(job):,}"

    @display(description="by")
    def shown_actor(self, job: LegacyImport) -> str:
        return job.actor_label

    @action(description="Import a file", url_path="open-upload", permissions=["import"])
    def open_upload(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:legacy_upload")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("botrunner.import_legacy"))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        pages = {"site": self.admin_site, "opts": self.opts}
        return [
            path("import/", wrap(partial(legacy_upload.upload, **pages)), name="legacy_upload"),
            path(
                "<int:pk>/change/",
                wrap(partial(legacy_report.show, **pages)),
                name="botrunner_legacyimport_change",
            ),
            path(
                "<int:pk>/confirm/",
                wrap(partial(legacy_report.confirm, **pages)),
                name="legacy_confirm",
            ),
            path(
                "<int:pk>/cancel/",
                wrap(partial(legacy_report.cancel, **pages)),
                name="legacy_cancel",
            ),
            path("<int:pk>/retry/", wrap(legacy_report.retry), name="legacy_retry"),
            path("<int:pk>/bad/", wrap(partial(legacy_faults.show, **pages)), name="legacy_faults"),
            path("<int:pk>/bad.csv", wrap(legacy_faults.download), name="legacy_faults_csv"),
            *super().get_urls(),
        ]
