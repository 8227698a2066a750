"""The history of everything that moved an expiry, and the way to give more."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import action, display

from project.admin import PeriodFilter, ReadOnlyAdmin
from vip.admin.grant_page import give, revoke_several
from vip.models import Grant


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at",
        "shown_member",
        "shown_kind",
        "days",
        "shown_until",
        "shown_price",
        "shown_actor",
        "reason",
    ]
    list_filter = ["kind", ("created_at", PeriodFilter)]
    list_select_related = ["membership__member", "entry__wallet__member"]
    search_fields = [
        "=membership__member__telegram_id",
        "membership__member__username__istartswith",
    ]
    search_help_text = "Telegram id, or the beginning of the username"
    fields = [
        "created_at",
        "linked_member",
        "kind",
        "days",
        "until_before",
        "until_after",
        "plan",
        "price",
        "shown_actor",
        "reason",
        "key",
    ]
    readonly_fields = ["linked_member", "shown_actor"]
    ordering = ["-id"]
    actions_list = ["open_give", "open_revoke"]

    @display(description="member")
    def shown_member(self, grant: Grant) -> str:
        return grant.membership.member.display_name

    @display(description="member")
    def linked_member(self, grant: Grant) -> str:
        """To his VIP: a grant alone does not say what he has now."""
        page = reverse("admin:vip_membership_change", args=[grant.membership_id])
        return format_html('<a href="{}">{}</a>', page, self.shown_member(grant))

    @display(
        description="kind",
        ordering="kind",
        label={
            "Bought": "success",
            "Given by a member": "success",
            "Given by staff": "info",
            "Revoked by staff": "danger",
        },
    )
    def shown_kind(self, grant: Grant) -> str:
        return grant.get_kind_display()

    @display(description="VIP until", ordering="until_after")
    def shown_until(self, grant: Grant) -> datetime:
        return grant.until_after

    @display(description="by")
    def shown_actor(self, grant: Grant) -> str:
        if grant.kind == Grant.Kind.GIFT and grant.entry:
            return str(grant.entry.wallet.member.display_name)
        return grant.actor_label or "–"

    @display(description="price", ordering="price")
    def shown_price(self, grant: Grant) -> str:
        return f"{grant.price:,}" if grant.price else "–"

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "give/",
            self.admin_site.admin_view(partial(give, site=self.admin_site, opts=self.opts)),
            name="vip_grant",
        )
        revoke_page = path(
            "revoke/",
            self.admin_site.admin_view(
                partial(revoke_several, site=self.admin_site, opts=self.opts)
            ),
            name="vip_revoke_several",
        )
        return [page, revoke_page, *super().get_urls()]

    def has_give_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("vip.add_grant"))

    @action(description="Give VIP", url_path="open-give", permissions=["give"])
    def open_give(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:vip_grant")

    @action(description="Revoke VIP", url_path="open-revoke", permissions=["give"])
    def open_revoke(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:vip_revoke_several")
