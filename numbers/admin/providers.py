"""Who delivers SMS. The secret is shown to those who may change it, and to nobody else."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminPasswordWidget

from accounts.services import web_actor
from numbers.addresses import webhook_url
from numbers.models import Provider, RawEvent
from numbers.services import forget_failure, renew_secret, save_upkeep
from project.admin import TallyAdmin


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    """A secret of ours is made and shown; Twilio's token is written here and never shown."""

    token = forms.CharField(
        required=False,
        max_length=100,
        label="Twilio's Auth Token",
        help_text="Only for Twilio. When one is kept, leave this empty to keep it.",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Provider
        fields = ["kind", "slug", "is_active"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_twilio = cleaned.get("kind", self.instance.kind) == Provider.Kind.TWILIO
        token = cleaned.get("token", "").strip()
        if token and is_twilio:
            self.instance.secret = token
        elif token:
            self.add_error("token", "This kind of provider has a secret of ours.")
        elif is_twilio and self.instance.pk is None:
            self.add_error("token", "Twilio signs with it: it stands in Twilio's console.")
        return cleaned


@admin.register(Provider)
class ProviderAdmin(TallyAdmin):
    form = ProviderForm
    list_display = ["slug", "kind", "shown_state", "last_success_at", "shown_failure"]
    readonly_fields = ["shown_url", "secret", "last_success_at", "shown_failure"]
    actions_detail = ["open_renewal"]

    @display(
        description="state",
        label={"Accepted": "success", "Refused of late": "danger", "Switched off": "info"},
    )
    def shown_state(self, provider: Provider) -> str:
        if not provider.is_active:
            return "Switched off"
        return "Refused of late" if provider.is_failing else "Accepted"

    @display(description="last failure")
    def shown_failure(self, provider: Provider) -> str:
        if provider.failed_at is None:
            return "None"
        return f"{provider.failed_at:%-d %b %Y, %H:%M} UTC: {provider.failure}"

    @display(description="address to give to the provider")
    def shown_url(self, provider: Provider) -> str:
        return getattr(provider, "webhook_url", "")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Provider | None:
        provider: Provider | None = super().get_object(request, object_id, from_field)
        if provider:
            url = webhook_url(request, provider)
            provider.webhook_url = url  # type: ignore[attr-defined]
        return provider

    def get_fields(self, request: HttpRequest, obj: Provider | None = None) -> list[str]:
        if obj is None:
            return ["kind", "slug", "is_active", "token"]
        secret = ["token" if obj.kind == Provider.Kind.TWILIO else "secret"]
        if not self.has_change_permission(request, obj):
            secret = []
        return [
            "kind",
            "slug",
            "is_active",
            "shown_url",
            *secret,
            "last_success_at",
            "shown_failure",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        # They are part of the address that the provider was given.
        return [*self.readonly_fields, "kind", "slug"] if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Provider | None = None) -> bool:
        """Only who never delivered anything: the others are switched off."""
        is_unused = obj is None or not (
            obj.inboundsms_set.exists() or RawEvent.objects.filter(provider=obj).exists()
        )
        return is_unused and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        save_upkeep(obj, actor=web_actor(request.user))

    def delete_model(self, request: HttpRequest, obj: Provider) -> None:
        forget_failure(obj, timezone.now())
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Provider]) -> None:
        for provider in queryset:
            forget_failure(provider, timezone.now())
        super().delete_queryset(request, queryset)

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:object_id>/new-secret/",
            self.admin_site.admin_view(self.renew),
            name="numbers_provider_secret",
        )
        return [page, *super().get_urls()]

    @action(description="New secret", url_path="open-renewal", permissions=["renew"])
    def open_renewal(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_provider_secret", object_id)

    def has_renew_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Twilio's token is renewed at Twilio."""
        is_ours = Provider.objects.filter(pk=object_id, kind=Provider.Kind.GENERIC).exists()
        return is_ours and self.has_change_permission(request)

    def renew(self, request: HttpRequest, object_id: int) -> HttpResponse:
        provider = get_object_or_404(Provider, pk=object_id)
        if not self.has_renew_permission(request, object_id):
            raise PermissionDenied
        back = reverse("admin:numbers_provider_change", args=[object_id])
        if request.method == "POST":
            renew_secret(provider_id=object_id, actor=web_actor(request.user))
            messages.success(request, "There is a new secret. Give it to the provider now.")
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "New secret",
            "heading": f"New secret for {provider}",
            "hint": "The old secret stops working at once: SMS signed with it are refused until "
            "the provider uses the new one.",
            "label": "Make a new secret",
            "style": "bad",
            "back": back,
        }
        return TemplateResponse(request, "admin/confirm.html", context)
