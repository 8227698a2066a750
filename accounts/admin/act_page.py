"""The page on which staff confirm an act, with a reason: every app's such page is this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.services import REASON_LENGTH_MAX
from project.errors import Refusal


class ReasonField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        facts = {"widget": UnfoldAdminTextInputWidget, "help_text": "Kept in the audit."}
        super().__init__(max_length=REASON_LENGTH_MAX, **{**facts, **kwargs})


class ReasonForm(forms.Form):
    reason = ReasonField()


class EmptyForm(forms.Form):
    """Nothing to fill in: the button is the confirmation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """`run` takes the form's values and returns the line that says what was done, or nothing
    where it has said so itself; `say` makes words of a refusal.

    A template of its own extends admin/act.html and finds `context` besides.
    """

    title: str
    label: str
    permissions: tuple[str, ...]
    run: Callable[[dict[str, Any]], str]
    say: Callable[[Refusal], str]
    back: str
    hint: str = ""
    heading: str = ""
    form: type[forms.Form] = ReasonForm
    style: str = "main"
    initial: Mapping[str, Any] = field(default_factory=dict)
    template: str = "admin/act.html"
    context: Mapping[str, Any] = field(default_factory=dict)


def serve(model_admin: Any, request: HttpRequest, page: ActPage) -> HttpResponse:
    if not request.user.has_perms(page.permissions):
        raise PermissionDenied
    form = page.form(request.POST or None, initial=dict(page.initial))
    if request.method == "POST" and form.is_valid():
        try:
            done = page.run(form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, page.say(refusal))
        else:
            if done:
                messages.success(request, done)
            return redirect(page.back)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": page.title,
        "page": page,
        "form": form,
        **page.context,
    }
    return TemplateResponse(request, page.template, context)
