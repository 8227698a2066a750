"""Who delivers SMS. The secret is shown to those who may change it, and to nobody else."""

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import action, display

from accounts.services import web_actor
from numbers.addresses import webhook_url
from numbers.models import MAPPING_FIELDS, Provider, RawEvent
from numbers.services import (
    Trial,
    ask_for_trial,
    forget_failure,
    note_trial,
    read_trial,
    renew_secret,
    save_upkeep,
)
from project.admin import TallyAdmin

from .provider_form import ProviderForm
from .sms import may_read


@admin.register(Provider)
class ProviderAdmin(TallyAdmin):
    form = ProviderForm
    list_display = ["slug", "kind", "shown_state", "last_success_at", "shown_failure"]
    readonly_fields = [
        "shown_url",
        "secret",
        "last_success_at",
        "shown_failure",
        "polled_at",
        "shown_note",
    ]
    actions_detail = ["open_renewal"]
    change_form_after_template = "admin/numbers/trial_panel.html"

    @display(
        description="state",
        label={
            "Accepted": "success",
            "Fails": "danger",
            "Switched off": "info",
            "Not set up": "warning",
        },
    )
    def shown_state(self, provider: Provider) -> str:
        if not provider.is_active:
            return "Switched off"
        if provider.kind == Provider.Kind.POLLING and not provider.url:
            return "Not set up"
        return "Fails" if provider.is_failing else "Accepted"

    @display(description="last answer", empty_value="None yet")
    def shown_note(self, provider: Provider) -> str | None:
        return provider.poll_note or None

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

    def get_fieldsets(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        names = ["kind", "slug", "is_active"]
        if obj is None:
            return [(None, {"fields": [*names, "token"]})]
        may_change = self.has_change_permission(request, obj)
        state = ["last_success_at", "shown_failure"]
        if obj.kind == Provider.Kind.POLLING:
            key = ["token"] if may_change else []
            return [
                (None, {"fields": names}),
                ("How it does", {"fields": ["polled_at", "shown_note", *state]}),
                ("How it is asked", {"fields": ["url", "auth_header", *key, "poll_seconds"]}),
                ("Where things stand in its answer", {"fields": list(MAPPING_FIELDS)}),
            ]
        secret = ["token" if obj.kind == Provider.Kind.TWILIO else "secret"]
        shown = ["shown_url", *(secret if may_change else []), *state]
        return [(None, {"fields": [*names, *shown]})]

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

    def response_add(
        self, request: HttpRequest, obj: Provider, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Its page has what comes next: the address to give away, or the list to ask for."""
        messages.success(request, f"The provider {obj} is there. Go on with it here.")
        return redirect("admin:numbers_provider_change", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(
                "<int:object_id>/new-secret/",
                self.admin_site.admin_view(self.renew),
                name="numbers_provider_secret",
            ),
            path(
                "<int:object_id>/try/",
                self.admin_site.admin_view(self.trial),
                name="numbers_provider_try",
            ),
        ]
        return [*pages, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        is_polling = obj and obj.kind == Provider.Kind.POLLING
        if obj and is_polling and self.has_change_permission(request, obj):
            context["trial_url"] = reverse("admin:numbers_provider_try", args=[obj.pk])
        page: HttpResponse = super().render_change_form(request, context, **kwargs)
        return page

    def trial(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A piece of the page: what the list holds, read by what is written there now."""
        provider = get_object_or_404(Provider, pk=object_id, kind=Provider.Kind.POLLING)
        if not self.has_change_permission(request, provider):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:numbers_provider_change", object_id)
        form = self.get_form(request, provider, change=True)(request.POST, instance=provider)
        context: dict[str, Any] = {"form": form}
        if form.is_valid():
            context["trial"] = self._try(request, form.instance)
        return TemplateResponse(request, "admin/numbers/trial.html", context)

    def _try(self, request: HttpRequest, provider: Provider) -> Trial:
        now = timezone.now()
        found = async_to_sync(ask_for_trial)(provider, now=now)
        trial = read_trial(provider, found, may_read=may_read(request), now=now)
        if trial.rows and not trial.is_masked:
            note_trial(provider, actor=web_actor(request.user))
        return trial

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
