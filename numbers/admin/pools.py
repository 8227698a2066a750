"""Pools, and the settings of the app."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import action, display

from accounts.admin.settings_page import SettingsAdmin
from accounts.services import web_actor
from numbers.models import Number, NumbersSettings, Pool
from numbers.phones import flag_of
from numbers.selectors import count_states
from numbers.services import save_upkeep
from project.admin import TallyAdmin

from . import statistics
from .use_columns import COUNTS, WithUse


class PoolForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_country(self) -> str:
        """As the form of an import reads it: ae is AE."""
        return str(self.cleaned_data["country"]).upper()


@admin.register(Pool)
class PoolAdmin(WithUse, TallyAdmin):
    form = PoolForm
    counted = "pool"
    list_display = [
        "shown_name",
        "country",
        *COUNTS,
        "shown_last",
        "shown_price",
        "shown_state",
    ]
    list_filter = ["is_active"]
    search_fields = ["name__istartswith", "=country"]
    readonly_fields = ["shown_counts", "created_at"]
    actions_detail = ["open_import", "open_statistics"]

    def get_fields(self, request: HttpRequest, obj: Pool | None = None) -> list[str]:
        """A pool that is not there yet has no numbers and no day it was made on."""
        fields = ["name", "country", "price", "is_active", "rules"]
        return [*fields, *(self.readonly_fields if obj else ())]

    @display(description="pool", ordering="name")
    def shown_name(self, pool: Pool) -> str:
        return f"{flag_of(pool.country)} {pool.name}"

    @display(description="price", ordering="price")
    def shown_price(self, pool: Pool) -> str:
        return f"{pool.price:,} points" if pool.price else "No charge"

    @display(description="state", label={"Offered": "success", "Not offered": "info"})
    def shown_state(self, pool: Pool) -> str:
        return "Offered" if pool.is_active else "Not offered"

    @display(description="numbers")
    def shown_counts(self, pool: Pool) -> str:
        counts = count_states(pool_id=pool.pk)
        words = [f"{counts[state]:,} {label.lower()}" for state, label in Number.State.choices]
        return format_html(
            '{} · <a class="th-link" href="{}?pool__id__exact={}">show</a>',
            " · ".join(words),
            reverse("admin:numbers_number_changelist"),
            pool.pk,
        )

    @action(description="Import numbers", url_path="open-import", permissions=["import"])
    def open_import(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(f"{reverse('admin:numbers_import')}?pool={int(object_id)}")

    @action(description="Statistics", url_path="open-statistics", permissions=["statistics"])
    def open_statistics(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_pool_statistics", object_id)

    def has_statistics_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("numbers.view_lease"))

    def get_urls(self) -> list[URLPattern]:
        page = partial(statistics.pool_page, site=self.admin_site, opts=self.opts)
        view = self.admin_site.admin_view(page)
        return [
            path("<int:pk>/statistics/", view, name="numbers_pool_statistics"),
            *super().get_urls(),
        ]

    def has_import_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("numbers.import_numbers"))

    def has_delete_permission(self, request: HttpRequest, obj: Pool | None = None) -> bool:
        """Only a pool that never held a number."""
        is_empty = obj is None or not obj.batches.exists()
        return is_empty and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Pool, form: Any, change: bool) -> None:
        save_upkeep(obj, actor=web_actor(request.user))


@admin.register(NumbersSettings)
class NumbersSettingsAdmin(SettingsAdmin):
    labels: ClassVar = {
        "lease_minutes": "Minutes of a lease",
        "leases_per_day": "Leases in 24 hours",
        "leases_at_once": "Leases at once",
        "leases_at_once_vip": "Leases at once with VIP",
        "quarantine_minutes": "Minutes of rest",
        "hold_minutes": "Minutes a number is held for who waited",
        "sms_kept_days": "Days that the text of an SMS is kept",
    }
    fieldsets = [
        (
            "Leases",
            {
                "fields": [
                    "lease_minutes",
                    "leases_per_day",
                    "leases_at_once",
                    "leases_at_once_vip",
                ]
            },
        ),
        ("Numbers", {"fields": ["quarantine_minutes", "hold_minutes"]}),
        ("SMS", {"fields": ["sms_kept_days"]}),
    ]
