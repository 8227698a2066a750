"""The page on which staff confirm an act on points."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from points.admin.forms import say_refusal
from project.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """`run` takes the form's values and returns the line that says what was done."""

    title: str
    label: str
    hint: str
    permission: str
    form: type[forms.Form]
    run: Callable[[dict[str, Any]], str]
    back: str
    style: str = "main"
    initial: Mapping[str, Any] = field(default_factory=dict)


def serve(model_admin: Any, request: HttpRequest, page: ActPage) -> HttpResponse:
    if not request.user.has_perm(page.permission):
        raise PermissionDenied
    form = page.form(request.POST or None, initial=dict(page.initial))
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, page.run(form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, say_refusal(refusal))
        else:
            return redirect(page.back)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": page.title,
        "page": page,
        "form": form,
    }
    return TemplateResponse(request, "admin/points/act.html", context)
