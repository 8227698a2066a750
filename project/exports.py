"""Lists as CSV: bounded, and safe to open in a spreadsheet."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from import_export.admin import ExportMixin
from unfold.contrib.import_export.forms import ExportForm

from project.csv_cells import EscapedCsv
from project.navigation import SUPERUSER, may_open


class CsvExport(ExportMixin):  # type: ignore[misc]
    """Stands before the admin it belongs to; nobody but superusers may until it says who."""

    export_form_class = ExportForm
    formats = [EscapedCsv]
    export_permission = SUPERUSER
    # The file is made in memory: a longer one would take the web process with it.
    export_rows_max = 100_000

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """As the list does it, a filter that there is none such of leads to the list without."""
        try:
            answer: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            messages.error(request, "The list has no such filter: nothing was exported.")
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return answer

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_export_queryset(request)
        return rows[: self.export_rows_max]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may_open(request, self.export_permission)
