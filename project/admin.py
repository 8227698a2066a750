"""What every page of the dashboard shares."""

from datetime import datetime, time
from typing import Any

from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.utils import parse_date_str, parse_datetime_str
from unfold.views import ChangeList

# Below this many rows an exact count is cheap; above, the planner's estimate will do.
EXACT_COUNT_MAX = 10_000
PAGES_MAX = 1_000


def asks_for_period(request: HttpRequest, field: str) -> bool:
    """Whether a list is asked for a span of time by a PeriodFilter on `field`."""
    return any(name.startswith(f"{field}_") and value for name, value in request.GET.items())


class PeriodFilter(RangeDateTimeFilter):  # type: ignore[misc]
    """From a moment to a moment. A day without a time is the whole day, not nothing at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.field_path == "created_at":
            self.title = "time"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        bounds = {"gte": self._read("from", time.min), "lte": self._read("to", time.max)}
        conditions = {
            f"{self.field_path}__{name}": moment for name, moment in bounds.items() if moment
        }
        return queryset.filter(**conditions)

    def _read(self, end: str, of_whole_day: time) -> datetime | None:
        day, clock = (self.used_parameters.get(f"{self.field_path}_{end}_{i}") for i in (0, 1))
        parsed = parse_datetime_str(f"{day} {clock}") if clock else None
        if parsed is None and (date := parse_date_str(day or "")):
            parsed = datetime.combine(date, of_whole_day)
        return timezone.make_aware(parsed) if parsed else None


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]
    """Counts large unfiltered tables by PostgreSQL's estimate, and filtered ones up to a bound.

    The pages end where a filter finds sooner what is looked for: every row before a page is
    read to show it.
    """

    @cached_property
    def num_pages(self) -> int:
        return min(int(super().num_pages), PAGES_MAX)

    @cached_property
    def count(self) -> int:
        queryset: QuerySet[Model] = self.object_list  # type: ignore[assignment]
        bounded = queryset.order_by()[: EXACT_COUNT_MAX + 1].count()
        if bounded <= EXACT_COUNT_MAX or queryset.query.where:
            return bounded
        if connection.vendor != "postgresql":
            return queryset.count()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
                [queryset.model._meta.db_table],
            )
            estimate = cursor.fetchone()[0]
        return max(int(estimate), bounded)


class TallyChangeList(ChangeList):  # type: ignore[misc]
    """Offers to "show all" only where something is left out."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not (self.query or self.has_active_filters):
            self.full_result_count = self.result_count


class TallyAdmin(ModelAdmin):  # type: ignore[misc]
    """Lists stay fast on large tables."""

    show_full_result_count = False
    paginator = EstimatingPaginator
    list_per_page = 50
    list_filter_submit = True
    # Numbers beside the filters would count the whole table, once for each.
    show_facets = ShowFacets.NEVER
    warn_unsaved_form = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TallyChangeList]:
        return TallyChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The browser's tab names what the list holds, not what may be done with a row."""
        name = capfirst(str(self.opts.verbose_name_plural))
        answer: HttpResponse = super().changelist_view(
            request, {"title": name, **(extra_context or {})}
        )
        return answer


class ReadOnlyAdmin(TallyAdmin):
    """For ledgers and histories: to be looked at, never changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PageAdmin(ReadOnlyAdmin):
    """A row has a page of its own instead of a form."""

    page_template = ""

    def build_page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the template shows of the row."""
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        if request.method != "GET":
            return redirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            **self.build_page(request, row),
            "title": str(row),
            "opts": self.opts,
            "original": row,
        }
        return TemplateResponse(request, self.page_template, context)


class OneRowAdmin(TallyAdmin):
    """For an app's editable numbers: one row, made at the first look; the list leads to it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        row, _ = self.model._default_manager.get_or_create(pk=1)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)
