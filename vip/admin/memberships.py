"""Who is VIP until when. Nothing is edited here: VIP is given and revoked, with a reason."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import action, display

from accounts.admin.act_page import ActPage, serve
from accounts.services import web_actor
from project.admin import PeriodFilter, ReadOnlyAdmin
from vip.admin.forms import KeyedForm, new_key
from vip.admin.grant_page import give_to_chosen, revoke_from_chosen
from vip.dashboard import SOON
from vip.models import Membership
from vip.services import revoke_vip
from vip.words import say_refusal

WEEK = timedelta(days=7)


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("active", "VIP now"),
            ("soon", "Ends within 7 days"),
            ("expired", "Has ended"),
            ("never", "Never VIP"),
            ("premium", "Premium now"),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Membership]
    ) -> QuerySet[Membership]:
        now = timezone.now()
        conditions = {
            "active": Q(vip_until__gt=now),
            "soon": Q(vip_until__gt=now, vip_until__lte=now + WEEK),
            "expired": Q(vip_until__lte=now),
            "never": Q(vip_until=None),
            # Index membership_premium_expiry.
            "premium": Q(premium_until__gt=now),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["shown_member", "shown_state", "shown_until", "shown_premium"]
    list_filter = [StateFilter, ("vip_until", PeriodFilter)]
    list_select_related = ["member"]
    search_fields = ["=member__telegram_id", "member__username__istartswith"]
    search_help_text = "Telegram id, or the beginning of the username"
    fields = ["member", "shown_state", "written_until", "premium_until"]
    readonly_fields = ["shown_state", "written_until"]
    actions = ["give_to_chosen", "revoke_from_chosen"]
    actions_detail = ["open_revoke"]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """What ends next, or ended last, stands on top where that is asked. Index
        membership_expiry."""
        orders = {
            "soon": ["vip_until", "pk"],
            "expired": ["-vip_until", "-pk"],
            "premium": ["premium_until", "pk"],
        }
        return orders.get(request.GET.get("state", ""), ["-pk"])

    @display(description="member", ordering="member")
    def shown_member(self, membership: Membership) -> str:
        return membership.member.display_name

    @display(
        description="state",
        label={"VIP": "success", "Ends soon": "warning", "Has ended": "info"},
    )
    def shown_state(self, membership: Membership) -> str:
        if membership.vip_until is None:
            return "Never VIP"
        now = timezone.now()
        if not membership.is_vip(now):
            return "Has ended"
        return "VIP" if membership.is_vip(now + SOON) else "Ends soon"

    @display(description="VIP until", ordering="vip_until")
    def shown_until(self, membership: Membership) -> datetime | None:
        return membership.vip_until

    @display(description="VIP until")
    def written_until(self, membership: Membership) -> str:
        """On the page of one row Django writes times of fields alone as everywhere."""
        return str(display_for_value(membership.vip_until, "-"))

    @display(description="premium until", ordering="premium_until")
    def shown_premium(self, membership: Membership) -> datetime | None:
        return membership.premium_until

    def get_urls(self) -> list[URLPattern]:
        revoke_page = path(
            "<int:member_id>/revoke/",
            self.admin_site.admin_view(partial(revoke, model_admin=self)),
            name="vip_revoke",
        )
        return [revoke_page, *super().get_urls()]

    def has_give_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("vip.add_grant"))

    @admin.action(description="Give VIP to the chosen…", permissions=["give"])
    def give_to_chosen(
        self, request: HttpRequest, queryset: QuerySet[Membership]
    ) -> HttpResponse | None:
        return give_to_chosen(self, request, queryset)

    @admin.action(description="Revoke VIP from the chosen…", permissions=["give"])
    def revoke_from_chosen(
        self, request: HttpRequest, queryset: QuerySet[Membership]
    ) -> HttpResponse | None:
        return revoke_from_chosen(self, request, queryset)

    @action(description="Revoke VIP", url_path="open-revoke", permissions=["give"])
    def open_revoke(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:vip_revoke", object_id)


def revoke(request: HttpRequest, member_id: int, model_admin: Any) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.select_related("member"), pk=member_id)

    def run(values: dict[str, Any]) -> str:
        revoke_vip(
            member_id=member_id,
            reason=values["reason"],
            actor=web_actor(request.user),
            key=f"web:{request.user.pk}:{values['key']}",
            now=timezone.now(),
        )
        return "VIP was revoked; the member is told why."

    page = ActPage(
        title="Revoke VIP",
        heading=f"Revoke VIP: {membership.member.display_name}",
        label="Revoke",
        hint=_hint(membership),
        permissions=("vip.add_grant",),
        say=say_refusal,
        form=KeyedForm,
        initial={"key": new_key()},
        run=run,
        back=reverse("admin:vip_membership_change", args=[member_id]),
        style="bad",
    )
    return serve(model_admin, request, page)


def _hint(membership: Membership) -> str:
    if not membership.is_vip(timezone.now()):
        return "This member is not VIP."
    return (
        f"VIP until {membership.vip_until:%-d %b %Y, %H:%M} UTC ends now. Points are not given "
        "back. The member is told, with the reason."
    )
