"""The login in two steps, and each staff user's page about his second one."""

from typing import Any

import segno
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import second_step, totp
from accounts.models import SecondFactor
from accounts.services import (
    Answer,
    check_code,
    enrol,
    is_forced,
    remove_second_factor,
    renew_recovery_codes,
    web_actor,
)

DRAFT = "second_factor_secret"
WORDS = {
    Answer.WRONG: "That code is not right, or was used before. Wait for the next one.",
    Answer.RESTS: "Too many wrong codes: no code is taken for an hour.",
}


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=30,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "off"}
        ),
    )


class StaffLogin(LoginView):
    template_name = "admin/login.html"
    authentication_form = AuthenticationForm

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not SecondFactor.objects.filter(user=user).exists():
            return super().form_valid(form)
        second_step.begin(self.request, user, self.get_success_url())
        return redirect("second_factor")


@never_cache
def login(request: HttpRequest) -> HttpResponseBase:
    """The admin's own, but that a user with a second factor is not logged in by it."""
    site = admin.site
    if request.method == "GET" and site.has_permission(request):
        return redirect("admin:index")
    context = {
        **site.each_context(request),
        "title": "Log in",
        "subtitle": None,
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
    }
    if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
        context[REDIRECT_FIELD_NAME] = reverse("admin:index")
    return StaffLogin.as_view(extra_context=context)(request)


@never_cache
@csrf_protect
def second_factor(request: HttpRequest) -> HttpResponseBase:
    user = second_step.find_pending(request)
    if user is None:
        return redirect("admin:index" if admin.site.has_permission(request) else "admin:login")
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return get_lockout_response(request, credentials=credentials)  # type: ignore[no-any-return]
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        answer = check_code(user_id=user.pk, code=code, now=timezone.now())
        if answer is Answer.RIGHT:
            return redirect(second_step.finish(request, user))
        # Counted as a wrong password is: five of either shut the door.
        user_login_failed.send(__name__, credentials=credentials, request=request)
        form.add_error("code", WORDS[answer])
    context = {**admin.site.each_context(request), "title": "Second step", "form": form}
    return TemplateResponse(request, "admin/second_factor.html", context)


def my_second_factor(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    factor = SecondFactor.objects.filter(user=user).first()
    return _manage(request, user, factor) if factor else _enrol(request, user)


def _enrol(request: HttpRequest, user: User) -> HttpResponse:
    secret = request.session.setdefault(DRAFT, totp.new_secret())
    form = CodeForm(request.POST or None)
    if form.is_valid():
        enrolled = enrol(
            user=user,
            secret=secret,
            code=form.cleaned_data["code"],
            actor=web_actor(user),
            now=timezone.now(),
        )
        if enrolled:
            factor, codes = enrolled
            del request.session[DRAFT]
            # Whoever had this session's key before has nothing of it now.
            request.session.cycle_key()
            second_step.mark_passed(request, factor)
            return _show(request, factor=factor, codes=codes)
        form.add_error("code", "That code is not right. See whether the phone's clock is.")
    # A drawing of our own making, of letters and digits of ours and an encoded name.
    drawing = segno.make(totp.address(secret, user.get_username()), error="m")
    picture = mark_safe(drawing.svg_inline(scale=5, light="#fff"))  # noqa: S308
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return _show(request, form=form, picture=picture, secret=spaced, is_forced=is_forced(user))


def _manage(request: HttpRequest, user: User, factor: SecondFactor) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if form.is_valid():
        answer = check_code(user_id=user.pk, code=form.cleaned_data["code"], now=timezone.now())
        if answer is Answer.RIGHT and "turn_off" in request.POST:
            remove_second_factor(user=user, actor=web_actor(user))
            messages.success(request, "The second step is off.")
            return redirect("my_second_factor")
        if answer is Answer.RIGHT:
            codes = renew_recovery_codes(user=user, actor=web_actor(user))
            return _show(request, factor=factor, codes=codes)
        form.add_error("code", WORDS[answer])
    left = factor.recovery_codes.filter(used_at=None).count()
    return _show(request, factor=factor, form=form, left=left)


def _show(request: HttpRequest, **context: Any) -> HttpResponse:
    context |= {**admin.site.each_context(request), "title": "My second step"}
    return TemplateResponse(request, "admin/my_second_factor.html", context)


urlpatterns = [
    path("login/", login),
    path("second-factor/", second_factor, name="second_factor"),
    path(
        "second-factor/mine/",
        admin.site.admin_view(never_cache(my_second_factor)),
        name="my_second_factor",
    ),
]
