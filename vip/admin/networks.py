"""Where members' links come from. The key is written here and never shown again."""

from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminPasswordWidget

from accounts.services import web_actor
from project.admin import TallyAdmin
from vip.models import AdNetwork
from vip.services import renew_postback_secret, save_network, try_network
from vip.shortener import NoLink

# Of a shorter key the end would tell too much.
KEY_SHOWN_FROM, KEY_SHOWN = 12, 4


class NetworkForm(forms.ModelForm):  # type: ignore[type-arg]
    new_key = forms.CharField(
        required=False,
        max_length=200,
        label="Key",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = AdNetwork
        exclude = ["key", "secret"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "new_key" in self.fields:
            self.fields["new_key"].help_text = _say_key(self.instance.key)

    def _get_validation_exclusions(self) -> set[str]:
        """The other network in use makes room when this one is saved: no constraint is broken."""
        return {*super()._get_validation_exclusions(), "is_active"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_bare = cleaned.get("on_failure") == AdNetwork.OnFailure.BARE
        if cleaned.get("needs_proof") and is_bare:
            self.add_error(
                "on_failure", "A link without an ad brings no proof: ask the member to try later."
            )
        if key := cleaned.get("new_key"):
            self.instance.key = key
        return cleaned


@admin.register(AdNetwork)
class AdNetworkAdmin(TallyAdmin):
    form = NetworkForm
    list_display = ["slug", "shown_state", "shown_health", "succeeded_at"]
    readonly_fields = ["shown_postback", "secret", "shown_health", "succeeded_at"]
    actions_detail = ["open_trial", "open_renewal"]

    @display(description="state", label={"In use": "success", "Not in use": "info"})
    def shown_state(self, network: AdNetwork) -> str:
        return "In use" if network.is_active else "Not in use"

    @display(description="last failure")
    def shown_health(self, network: AdNetwork) -> str:
        if network.failed_at is None:
            return "None"
        return f"{network.failed_at:%-d %b %Y, %H:%M} UTC: {network.failure}"

    @display(description="address for postbacks")
    def shown_postback(self, network: AdNetwork) -> str:
        return getattr(network, "postback_url", "")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> AdNetwork | None:
        network: AdNetwork | None = super().get_object(request, object_id, from_field)
        if network:
            url = request.build_absolute_uri(reverse("ad_postback", args=[network.slug]))
            network.postback_url = url  # type: ignore[attr-defined]
        return network

    def get_fieldsets(self, request: HttpRequest, obj: AdNetwork | None = None) -> Any:
        may_change = obj is None or self.has_change_permission(request, obj)
        key = ["new_key"] if may_change else []
        question = ["address", "url_parameter", "alias_parameter", "key_parameter", *key]
        parts = [
            ("Network", {"fields": ["slug", "is_active"]}),
            ("How it is asked", {"fields": [*question, "answer_field", "on_failure"]}),
            ("Proof that an ad was watched", {"fields": ["needs_proof"]}),
        ]
        if obj:
            parts[2][1]["fields"] += ["shown_postback", *(["secret"] if may_change else [])]
            parts.append(("How it does", {"fields": ["shown_health", "succeeded_at"]}))
        return parts

    def get_readonly_fields(self, request: HttpRequest, obj: AdNetwork | None = None) -> Any:
        # The name is part of the address that the network was given.
        return [*self.readonly_fields, "slug"] if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: AdNetwork | None = None) -> bool:
        """Only what never made a link: the others are put out of use."""
        is_unused = obj is None or not obj.passes.exists()
        return is_unused and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: AdNetwork, form: Any, change: bool) -> None:
        save_network(obj, actor=web_actor(request.user))

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(
                "<int:object_id>/try/",
                self.admin_site.admin_view(self.trial),
                name="vip_adnetwork_try",
            ),
            path(
                "<int:object_id>/new-secret/",
                self.admin_site.admin_view(self.renewal),
                name="vip_adnetwork_secret",
            ),
        ]
        return [*pages, *super().get_urls()]

    @action(description="Test the connection", url_path="open-try", permissions=["change"])
    def open_trial(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:vip_adnetwork_try", object_id)

    @action(description="New postback secret", url_path="open-renewal", permissions=["change"])
    def open_renewal(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:vip_adnetwork_secret", object_id)

    def trial(self, request: HttpRequest, object_id: int) -> HttpResponse:
        network = self._find(request, object_id)
        if request.method == "POST":
            try:
                link = async_to_sync(try_network)(network)
            except NoLink as failure:
                messages.error(request, f"There is no link: {failure}.")
            else:
                messages.success(request, f"It works. The network made the link {link}")
            return self._back(object_id)
        return self._ask(
            request,
            network,
            title="Test the connection",
            hint="The network is asked for one link, with the key kept here. "
            "It takes ten seconds at the most.",
            label="Ask for a link",
            style="main",
        )

    def renewal(self, request: HttpRequest, object_id: int) -> HttpResponse:
        network = self._find(request, object_id)
        if request.method == "POST":
            renew_postback_secret(network_id=object_id, actor=web_actor(request.user))
            messages.success(request, "There is a new secret. Give it to the network now.")
            return self._back(object_id)
        return self._ask(
            request,
            network,
            title="New postback secret",
            hint="The old secret stops working at once: what is signed with it is refused until "
            "the network uses the new one.",
            label="Make a new secret",
            style="bad",
        )

    def _find(self, request: HttpRequest, object_id: int) -> AdNetwork:
        network = get_object_or_404(AdNetwork, pk=object_id)
        if not self.has_change_permission(request, network):
            raise PermissionDenied
        return network

    def _back(self, object_id: int) -> HttpResponse:
        return redirect("admin:vip_adnetwork_change", object_id)

    def _ask(self, request: HttpRequest, network: AdNetwork, **words: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **words,
            "opts": self.opts,
            "heading": f"{words['title']}: {network}",
            "back": reverse("admin:vip_adnetwork_change", args=[network.pk]),
        }
        return TemplateResponse(request, "admin/confirm.html", context)


def _say_key(key: str) -> str:
    if not key:
        return "There is none yet."
    end = f", it ends in …{key[-KEY_SHOWN:]}" if len(key) >= KEY_SHOWN_FROM else ""
    return f"One is kept{end}. Leave this empty to keep it."
