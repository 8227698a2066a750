"""Passes as they were offered, opened and granted. Nothing is edited here."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.decorators import action, display

from project.admin import PeriodFilter, ReadOnlyAdmin
from vip.admin.conversion import conversion_page
from vip.models import Pass


class PassStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in Pass.State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Pass]) -> QuerySet[Pass]:
        now = timezone.now()
        live = Q(granted_at=None, expires_at__gt=now)
        conditions = {
            "offered": live & Q(opened_at=None),
            "opened": live & Q(opened_at__isnull=False),
            "granted": Q(granted_at__isnull=False),
            "expired": Q(granted_at=None, expires_at__lte=now),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


@admin.register(Pass)
class PassAdmin(ReadOnlyAdmin):
    """Link and token are shown to nobody: they are the member's."""

    list_display = [
        "offered_at",
        "shown_member",
        "shown_state",
        "opened_at",
        "shown_proof",
        "granted_at",
        "shown_until",
    ]
    list_filter = [PassStateFilter, ("offered_at", PeriodFilter)]
    list_select_related = ["member"]
    search_fields = ["=member__telegram_id", "member__username__istartswith", "=alias"]
    search_help_text = "Telegram id, the beginning of the username, or the network's code"
    fields = [
        "member",
        "network",
        "alias",
        "shown_state",
        "offered_at",
        "expires_at",
        "opened_at",
        "returned_at",
        "proved_at",
        "granted_at",
        "until_after",
    ]
    readonly_fields = ["shown_state"]
    ordering = ["-id"]
    actions_list = ["open_conversion"]

    @display(description="member")
    def shown_member(self, held: Pass) -> str:
        return held.member.display_name

    @display(
        description="state",
        label={"Offered": "info", "Opened": "warning", "Granted": "success", "Expired": "danger"},
    )
    def shown_state(self, held: Pass) -> str:
        return str(held.state(timezone.now()).label)

    @display(description="seen, says the network", ordering="proved_at")
    def shown_proof(self, held: Pass) -> datetime | None:
        return held.proved_at

    @display(description="premium until", ordering="until_after")
    def shown_until(self, held: Pass) -> datetime | None:
        return held.until_after

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "conversion/",
            self.admin_site.admin_view(
                partial(conversion_page, site=self.admin_site, opts=self.opts)
            ),
            name="vip_conversion",
        )
        return [page, *super().get_urls()]

    @action(description="Conversion", url_path="open-conversion", permissions=["view"])
    def open_conversion(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:vip_conversion")
