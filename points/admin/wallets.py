"""Who holds how much, richest first; giving and taking points."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import display

from accounts.admin.act_page import ActPage, serve
from accounts.services import web_actor
from points.admin.forms import AdjustForm
from points.admin.member_search import MemberSearch
from points.admin.words import say_refusal
from points.models import Wallet
from points.services import adjust
from project.admin import ReadOnlyAdmin


@admin.register(Wallet)
class WalletAdmin(MemberSearch, ReadOnlyAdmin):
    list_display = ["shown_member", "shown_balance"]
    list_select_related = ["member"]
    # Index wallet_richest.
    ordering = ["-balance", "member"]
    fields = ["member", "shown_balance"]

    @display(description="member")
    def shown_member(self, wallet: Wallet) -> str:
        return wallet.member.display_name

    @display(description="balance", ordering="balance")
    def shown_balance(self, wallet: Wallet) -> str:
        return f"{wallet.balance:,}"

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:object_id>/adjust/",
            self.admin_site.admin_view(self.adjust),
            name="points_wallet_adjust",
        )
        return [page, *super().get_urls()]

    def adjust(self, request: HttpRequest, object_id: int) -> HttpResponse:
        wallet = get_object_or_404(Wallet.objects.select_related("member"), pk=object_id)

        def run(values: dict[str, Any]) -> str:
            done = adjust(
                member_id=wallet.pk,
                change=values["change"],
                reason=values["reason"],
                key=f"web:{values['key']}",
                actor=web_actor(request.user),
                now=timezone.now(),
            )
            return f"Balance changed from {done.before:,} to {done.after:,}."

        page = ActPage(
            title=f"Give or take points: {wallet.member.display_name}",
            label="Change the balance",
            hint=f"The balance is {wallet.balance:,}. The member is told, with the reason.",
            permissions=("points.adjust_points",),
            say=say_refusal,
            form=AdjustForm,
            run=run,
            back=reverse("admin:accounts_member_change", args=[wallet.pk]),
        )
        return serve(self, request, page)
