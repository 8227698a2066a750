"""Every number: to be looked up, never changed by hand."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from import_export.fields import Field
from import_export.resources import ModelResource
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from numbers.models import Number
from numbers.phones import format_international, read_e164
from numbers.selectors import count_kept
from project.admin import ReadOnlyAdmin
from project.exports import CsvExport

from .lease_log import lease_log


class NumberResource(ModelResource):  # type: ignore[misc]
    number = Field(attribute="e164", column_name="number")
    pool = Field(attribute="pool__name", column_name="pool")
    file = Field(attribute="batch__original_name", column_name="file")

    class Meta:
        model = Number
        fields = ("number", "pool", "file", "state", "rests_until")
        export_order = fields


class NumberSearch:
    """Search by one whole number, in any usual spelling: by the unique index, never by LIKE."""

    number_lookup = "e164"
    search_fields: tuple[str, ...] = ("pk",)
    search_help_text = "A whole number, such as +971 50 123 4567"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        e164 = read_e164(search_term)
        return (queryset.filter(**{self.number_lookup: e164}) if e164 else queryset.none()), False


# What the filters are called in an address, and in the counts that are kept of the stock.
KEPT = {"state__exact": "state", "pool__id__exact": "pool_id", "batch__id__exact": "batch_id"}


@admin.register(Number)
class NumberAdmin(NumberSearch, CsvExport, ReadOnlyAdmin):
    list_display = ["shown_number", "pool", "batch", "shown_state", "rests_until"]
    list_filter = ["state", "pool", ("batch", AutocompleteSelectFilter)]
    list_select_related = ["pool", "batch"]
    fields = ["shown_number", "pool", "batch", "state", "rests_until"]
    readonly_fields = ["shown_number"]
    ordering = ["-id"]
    # No click on a heading sorts ten million rows.
    sortable_by = ()
    resource_classes = [NumberResource]
    export_permission = "numbers.import_numbers"
    actions_detail = ["open_lease_log"]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """The newest first. Of a pool or a file by state before that: by the indexes
        number_of_pool and number_of_batch, for its rows may lie anywhere among the others.
        """
        asked = {KEPT.get(name) for name, value in request.GET.items() if value}
        return ["-state", "-id"] if asked & {"pool_id", "batch_id"} else ["-id"]

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Number], *args: Any, **options: Any
    ) -> "Paginator[Number]":
        """Knows the count without counting, unless something else is asked than a filter."""
        paginator: Paginator[Number] = super().get_paginator(request, queryset, *args, **options)
        asked = {name: value for name, value in request.GET.items() if value and name != PAGE_VAR}
        if asked.keys() <= KEPT.keys():
            kept: dict[str, Any] = {KEPT[name]: value for name, value in asked.items()}
            # As the cached property it is.
            paginator.__dict__["count"] = count_kept(**kept)
        return paginator

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:pk>/leases.csv",
            self.admin_site.admin_view(lease_log),
            name="numbers_number_lease_log",
        )
        return [page, *super().get_urls()]

    @action(description="Who held it (CSV)", url_path="open-lease-log", permissions=["log"])
    def open_lease_log(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_number_lease_log", object_id)

    def has_log_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("numbers.export_leases"))

    @display(description="number")
    def shown_number(self, number: Number) -> str:
        return format_international(number.e164)

    @display(
        description="state",
        label={
            "Free": "success",
            "Leased": "info",
            "In quarantine": "warning",
            "Disabled": "danger",
        },
    )
    def shown_state(self, number: Number) -> str:
        return number.get_state_display()
