"""The pages on which staff confirm an act: about one member, or about those chosen in the list."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache

from accounts.admin.act_page import ActPage, serve
from accounts.admin.member_acts import MEMBER_ACTS, MemberAct, say_refusal
from accounts.models import Member
from accounts.services import new_link_code, web_actor
from project.errors import Refusal

# Each is one transaction of its own; more would keep the page waiting.
BULK_MAX = 200


class ActPages:
    """Adds the acts to the member's admin."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(
                f"<int:object_id>/{act.name}/",
                self.admin_site.admin_view(partial(self.act_on_one, act=act)),
                name=f"accounts_member_{act.name}",
            )
            for act in MEMBER_ACTS
        ]
        link = path(
            "link-telegram/",
            self.admin_site.admin_view(never_cache(self.link_telegram)),
            name="accounts_staff_link",
        )
        return [link, *pages, *super().get_urls()]  # type: ignore[misc]

    def get_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., Any], str, str]]:
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        for act in MEMBER_ACTS:
            if act.in_bulk and request.user.has_perm(act.permission):
                label = f"{act.label} the chosen members"
                actions[f"bulk_{act.name}"] = (_bulk(act), f"bulk_{act.name}", label)
        for other in (act for name in settings.MEMBER_LIST_ACTS for act in import_string(name)):
            if request.user.has_perm(other.permission):
                actions[other.name] = (other.run, other.name, other.label)
        return actions

    def act_on_one(self, request: HttpRequest, object_id: int, act: MemberAct) -> HttpResponse:
        member = get_object_or_404(Member, pk=object_id)

        def run(values: dict[str, Any]) -> str:
            act.run(member.pk, web_actor(request.user), values, timezone.now())
            return f"{act.label}: done."

        back = reverse("admin:accounts_member_change", args=[member.pk])
        page = _make_page(act, f"{act.label}: {member.display_name}", back=back, run=run)
        return serve(self, request, replace(page, context={"original": member}))

    def act_on_many(
        self, request: HttpRequest, queryset: QuerySet[Member], act: MemberAct
    ) -> HttpResponse | None:
        if not request.user.has_perms(_permissions(act)):
            raise PermissionDenied
        chosen = list(queryset.order_by("pk")[: BULK_MAX + 1])
        if len(chosen) > BULK_MAX:
            messages.error(request, f"At most {BULK_MAX} members at once: choose fewer.")
            return None
        is_confirmed = "confirm" in request.POST
        form = act.form(request.POST if is_confirmed else None)
        if is_confirmed and form.is_valid():
            self.run_on_many(request, chosen, act, form.cleaned_data)
            return HttpResponseRedirect(request.get_full_path())
        hidden = [("action", f"bulk_{act.name}"), ("confirm", "1")]
        hidden += [(ACTION_CHECKBOX_NAME, str(member.pk)) for member in chosen]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": act.label,
            "page": _make_page(act, act.label, back=request.get_full_path()),
            "form": form,
            "members": chosen,
            "hidden": hidden,
        }
        return TemplateResponse(request, "admin/member/act.html", context)

    def run_on_many(
        self, request: HttpRequest, chosen: list[Member], act: MemberAct, values: dict[str, Any]
    ) -> None:
        actor, now = web_actor(request.user), timezone.now()
        refused: Counter[str] = Counter()
        for member in chosen:
            try:
                act.run(member.pk, actor, values, now)
            except Refusal as refusal:
                refused[say_refusal(refusal)] += 1
        done = len(chosen) - refused.total()
        messages.success(request, f"{act.label}: done for {done} of {len(chosen)} members.")
        for words, count in refused.items():
            messages.warning(request, f"Not done for {count}: {words}")

    def link_telegram(self, request: HttpRequest) -> HttpResponse:
        """The code is on the answer to the press of the button, and never again."""
        code = ""
        user = request.user
        assert isinstance(user, User)
        if request.method == "POST":
            code = new_link_code(
                user=user,
                requested_by=user,
                actor=web_actor(user),
                now=timezone.now(),
            )
        context = {
            **self.admin_site.each_context(request),
            "title": "Link my Telegram",
            "code": code,
            "member": Member.objects.filter(staff_user=user).first(),
        }
        return TemplateResponse(request, "admin/member/link_telegram.html", context)


def _bulk(act: MemberAct) -> Callable[..., HttpResponse | None]:
    def run(
        model_admin: ActPages, request: HttpRequest, queryset: QuerySet[Member]
    ) -> HttpResponse | None:
        return model_admin.act_on_many(request, queryset, act)

    return run


def _make_page(
    act: MemberAct, heading: str, *, back: str, run: Callable[[dict[str, Any]], str] = str
) -> ActPage:
    return ActPage(
        title=act.label,
        heading=heading,
        label=act.label,
        hint=act.hint,
        permissions=_permissions(act),
        say=say_refusal,
        form=act.form,
        run=run,
        back=back,
        style=act.style or "main",
    )


def _permissions(act: MemberAct) -> tuple[str, ...]:
    return ("accounts.view_member", act.permission)
