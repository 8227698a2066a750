"""The vouches: to look at, to export, and to void with a reason."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from import_export.resources import ModelResource
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from accounts.admin.act_page import ActPage, serve
from accounts.services import web_actor
from points.admin.forms import SeenReasonForm
from points.admin.member_search import MemberSearch
from points.admin.words import say_refusal
from points.models import Vouch
from points.services import void_vouch
from project.admin import PeriodFilter, ReadOnlyAdmin
from project.exports import CsvExport


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("counts", "Counts"), ("voided", "Voided")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Vouch]) -> QuerySet[Vouch]:
        if self.value() not in ("counts", "voided"):
            return queryset
        return queryset.filter(voided_at__isnull=self.value() == "counts")


class VouchResource(ModelResource):  # type: ignore[misc]
    class Meta:
        model = Vouch
        fields = (
            "id",
            "created_at",
            "provider",
            "author",
            "provider_points",
            "author_points",
            "voided_at",
            "voided_by_label",
            "void_reason",
        )
        export_order = fields


@admin.register(Vouch)
class VouchAdmin(CsvExport, MemberSearch, ReadOnlyAdmin):
    list_display = [
        "shown_time",
        "shown_provider",
        "shown_author",
        "shown_points",
        "shown_state",
        "void_reason",
    ]
    list_display_links = ["shown_time"]
    list_select_related = ["provider__member", "author"]
    list_filter = [
        ("provider", AutocompleteSelectFilter),
        StateFilter,
        ("created_at", PeriodFilter),
    ]
    # By the primary key: the newest first without sorting the table.
    ordering = ["-id"]
    sortable_by: list[str] = []
    # Indexes vouch_of_provider and that of the authors.
    member_lookups = ("provider", "author")
    search_help_text = "Provider's or author's number, Telegram id, or beginning of the @username"
    fields = [
        "id",
        "created_at",
        "shown_provider",
        "shown_author",
        "provider_points",
        "author_points",
        "shown_state",
        "voided_at",
        "voided_by_label",
        "void_reason",
        "chat_telegram_id",
        "message_id",
        "photo_unique_id",
    ]
    readonly_fields = fields
    actions_detail = ["void"]
    resource_classes = [VouchResource]
    export_permission = "points.export_vouch"

    @display(description="when")
    def shown_time(self, vouch: Vouch) -> datetime:
        return vouch.created_at

    @display(description="provider")
    def shown_provider(self, vouch: Vouch) -> str:
        return vouch.provider.member.display_name

    @display(description="author")
    def shown_author(self, vouch: Vouch) -> str:
        return vouch.author.display_name

    @display(description="points, provider and author")
    def shown_points(self, vouch: Vouch) -> str:
        return f"{vouch.provider_points:+,} / {vouch.author_points:+,}"

    @display(description="state", label={"Counts": "success", "Voided": "danger"})
    def shown_state(self, vouch: Vouch) -> str:
        return "Voided" if vouch.voided_at else "Counts"

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # The filter's own: Django takes the provider's key, which is a member, for a relation.
        return lookup == "provider__member__exact" or super().lookup_allowed(lookup, value, request)

    def has_void_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("points.void_vouch")

    @action(description="Void…", url_path="void", permissions=["void"], icon="undo")
    def void(self, request: HttpRequest, object_id: int) -> HttpResponse:
        vouches = Vouch.objects.select_related("provider__member", "author")
        vouch = get_object_or_404(vouches, pk=object_id)

        def run(values: dict[str, Any]) -> str:
            void_vouch(
                vouch_id=vouch.pk,
                reason=values["reason"],
                actor=web_actor(request.user),
                now=timezone.now(),
            )
            return "The vouch no longer counts; its points were taken back."

        page = ActPage(
            title=f"Void the vouch of {vouch.author.display_name} for "
            f"{vouch.provider.member.display_name}",
            label="Void",
            hint="New entries take back what it brought, on both sides. It can be done once, and "
            "the photo stays used.",
            permissions=("points.void_vouch",),
            say=say_refusal,
            form=SeenReasonForm,
            run=run,
            back=reverse("admin:points_vouch_change", args=[vouch.pk]),
            style="bad",
        )
        return serve(self, request, page)
