"""Points for sale for Telegram Stars. Changes go through the service, which keeps the audit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from accounts.services import web_actor
from project.admin import TallyAdmin
from vip.models import StarPack
from vip.services import save_star_pack


@admin.register(StarPack)
class StarPackAdmin(TallyAdmin):
    list_display = ["shown_points", "shown_price", "shown_rate", "position", "shown_state"]
    list_filter = ["is_active"]
    fields = ["points", "stars", "position", "is_active"]

    @display(description="points", ordering="points")
    def shown_points(self, pack: StarPack) -> str:
        return f"{pack.points:,}"

    @display(description="price", ordering="stars")
    def shown_price(self, pack: StarPack) -> str:
        return f"⭐ {pack.stars:,}"

    @display(description="points a Star")
    def shown_rate(self, pack: StarPack) -> str:
        return f"{pack.points / pack.stars:,.1f}"

    @display(description="state", label={"On sale": "success", "Off sale": "info"})
    def shown_state(self, pack: StarPack) -> str:
        return "On sale" if pack.is_active else "Off sale"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What was sold stays named: a pack is taken off sale.
        return False

    def save_model(self, request: HttpRequest, obj: StarPack, form: Any, change: bool) -> None:
        save_star_pack(obj, actor=web_actor(request.user))
