"""The pages on which staff mark providers, unmark them and write their headlines."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin.act_page import ActPage, serve
from accounts.services import web_actor
from points.admin.names import NAMES_HELP, NAMES_MAX, find_named_members, read_chosen
from points.admin.words import say_refusal
from points.models import HEADLINE_LENGTH_MAX, VouchProvider
from points.services import mark_providers, set_headline, unmark_provider

PERMISSION = "points.manage_vouchprovider"


class HeadlineForm(forms.Form):
    headline = forms.CharField(
        max_length=HEADLINE_LENGTH_MAX,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="What the provider offers, in a line. Members see it.",
    )


class MarkForm(HeadlineForm):
    members = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), help_text=NAMES_HELP
    )
    field_order = ("members", "headline")

    def clean_members(self) -> list[int]:
        return find_named_members(self.cleaned_data["members"])


def mark(model_admin: Any, request: HttpRequest) -> HttpResponse:
    def run(values: dict[str, Any]) -> str:
        new = mark_providers(
            member_ids=values["members"],
            headline=values["headline"],
            actor=web_actor(request.user),
            now=timezone.now(),
        )
        return f"Marked as providers: {new:,} of {len(values['members']):,}."

    page = ActPage(
        title="Mark as provider",
        label="Mark",
        hint="From now on, photos in groups whose caption mentions them count as vouches for "
        "them. They are told. Who was a provider before finds the old vouches again.",
        permissions=(PERMISSION,),
        say=say_refusal,
        form=MarkForm,
        run=run,
        back=reverse("admin:points_vouchprovider_changelist"),
        initial={"members": read_chosen(request)},
    )
    return serve(model_admin, request, page)


def edit_headline(model_admin: Any, request: HttpRequest, member_id: int) -> HttpResponse:
    provider = _get(member_id)

    def run(values: dict[str, Any]) -> str:
        set_headline(
            member_id=provider.pk, headline=values["headline"], actor=web_actor(request.user)
        )
        return "The headline was changed."

    page = ActPage(
        title=f"Headline of {provider.member.display_name}",
        label="Save",
        hint="It stands below the name, in /providers and /vouches.",
        permissions=(PERMISSION,),
        say=say_refusal,
        form=HeadlineForm,
        run=run,
        back=reverse("admin:points_vouchprovider_change", args=[provider.pk]),
        initial={"headline": provider.headline},
    )
    return serve(model_admin, request, page)


def unmark(model_admin: Any, request: HttpRequest, member_id: int) -> HttpResponse:
    provider = _get(member_id)

    def run(values: dict[str, Any]) -> str:
        unmark_provider(
            member_id=provider.pk, reason=values["reason"], actor=web_actor(request.user)
        )
        return "Nobody can vouch for this member any more; the vouches stay."

    page = ActPage(
        title=f"Unmark {provider.member.display_name}",
        label="Unmark",
        hint="Photos no longer count as vouches for this member. What was counted stays.",
        permissions=(PERMISSION,),
        say=say_refusal,
        run=run,
        back=reverse("admin:points_vouchprovider_change", args=[provider.pk]),
        style="bad",
    )
    return serve(model_admin, request, page)


def mark_chosen(
    model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """An action of the list of members: leads to the form, filled in."""
    chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[: NAMES_MAX + 1])
    if len(chosen) > NAMES_MAX:
        messages.error(request, f"At most {NAMES_MAX} at once: choose fewer.")
        return None
    url = reverse("admin:points_vouchprovider_mark")
    return redirect(f"{url}?members={','.join(map(str, chosen))}")


def _get(member_id: int) -> VouchProvider:
    return get_object_or_404(VouchProvider.objects.select_related("member"), pk=member_id)
