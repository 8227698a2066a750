"""The chat page and what its script asks for: staff only, and only where there is a sandbox."""

import functools
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import orjson
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from numbers.selectors import list_leased_numbers, sandbox_list_provider, sandbox_provider
from vip.selectors import SANDBOX_SLUG, sign_sandbox_postback

from . import sms as provider
from . import sms_list
from .client import SandboxDown, as_form, ask
from .postback import send_postback

READS = {"snapshot", "events", "commands"}
ACTIONS = {
    "text",
    "file",
    "press",
    "pay",
    "deliver_again",
    "refund_elsewhere",
    "edit",
    "react",
    "block",
    "deactivate",
    "bot_in_group",
    "add_member",
    "edit_member",
    "reset",
}
INLINE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")
View = Callable[..., Coroutine[Any, Any, HttpResponse]]


def staff_only(view: View) -> View:
    @functools.wraps(view)
    async def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not settings.SANDBOX:
            raise Http404
        user = await request.auser()
        if user.is_active and user.is_staff:
            response = await view(request, **kwargs)
            response.setdefault("Cache-Control", "no-store")
            return response
        if view.__name__ != "page":
            return _error("You are signed out. Reload the page.", 403)
        if user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    return guarded


def _error(words: str, status: int) -> JsonResponse:
    return JsonResponse({"error": words}, status=status)


def _sandbox_down() -> JsonResponse:
    return _error("The sandbox is not running. Start it with ./run.", 503)


@require_GET
@ensure_csrf_cookie
@staff_only
async def page(request: HttpRequest) -> HttpResponse:
    return await sync_to_async(render)(request, "sandbox/chat.html")


@staff_only
async def api(request: HttpRequest, action: str) -> HttpResponse:
    """Hands a request on to the sandbox; `action` is one of the names above."""
    if action not in (READS if request.method == "GET" else ACTIONS):
        return _error("There is no such action.", 404)
    data: Any = None
    if action == "file":
        data = as_form(request.POST.dict(), request.FILES.get("file"))
    elif request.method == "POST":
        data = request.body
    try:
        status, kind, body = await ask(
            request.method or "GET", action, query=request.META["QUERY_STRING"], data=data
        )
    except SandboxDown:
        return _sandbox_down()
    return HttpResponse(body, status=status, content_type=kind)


@require_GET
@staff_only
async def download(request: HttpRequest, file_id: str) -> HttpResponse:
    try:
        status, kind, body = await ask("GET", f"download/{file_id}")
    except SandboxDown:
        return _sandbox_down()
    if status != 200:
        raise Http404
    # Only what cannot run anything is shown in place; the rest is saved.
    place = "inline" if kind.startswith(INLINE_TYPES) else "attachment"
    headers = {"Content-Disposition": place, "Cache-Control": "private, max-age=86400"}
    return HttpResponse(body, content_type=kind, headers=headers)


@require_GET
@staff_only
async def leased_numbers(request: HttpRequest) -> HttpResponse:
    numbers = await sync_to_async(list_leased_numbers)()
    return JsonResponse({"result": numbers})


@require_POST
@staff_only
async def sms(request: HttpRequest) -> HttpResponse:
    try:
        asked = orjson.loads(request.body)
        words = {"to": str(asked["to"]), "sender": str(asked["from"]), "text": str(asked["text"])}
        is_listed = asked.get("by") == "list"
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return _error("A number, a sender and a text are needed.", 400)
    if is_listed:
        return await _list_sms(words)
    body = provider.sms_body(**words)
    slug, secret = await sync_to_async(sandbox_provider)()
    url = _own_address(request, f"/sms/generic/{slug}/")
    try:
        status = await provider.post_sms(url, request.get_host(), body, secret)
    except (TimeoutError, aiohttp.ClientError):
        return _error("The webhook did not answer.", 502)
    if status >= 300:
        return _error(f"The webhook refused the SMS (HTTP {status}).", 502)
    return JsonResponse({"result": {"status": status}})


async def _list_sms(words: dict[str, str]) -> HttpResponse:
    """Puts it into the sandbox's list, which the bot then asks for like any provider's."""
    await sync_to_async(sandbox_list_provider)(sms_list.KEY)
    try:
        status, _kind, _body = await ask("POST", "list_sms", data=orjson.dumps(words))
    except SandboxDown:
        return _sandbox_down()
    if status != 200:
        return _error("The sandbox did not take the SMS.", 502)
    return JsonResponse({"result": {"status": status}})


@require_POST
@staff_only
async def ad_watched(request: HttpRequest) -> HttpResponse:
    """Reports an ad that was seen to its end, as its network would."""
    try:
        alias = str(orjson.loads(request.body)["pass"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return _error("A pass is needed.", 400)
    signature = await sync_to_async(sign_sandbox_postback)(alias)
    if signature is None:
        return _error("The sandbox's ad network is not set up.", 404)
    url = _own_address(request, f"/hooks/ads/{SANDBOX_SLUG}/")
    try:
        status = await send_postback(url, request.get_host(), alias, signature)
    except (TimeoutError, aiohttp.ClientError):
        return _error("The bot's address did not answer.", 502)
    if status >= 300:
        return _error(f"The report was refused (HTTP {status}).", 502)
    return JsonResponse({"result": {"status": status}})


def _own_address(request: HttpRequest, path: str) -> str:
    server = f"{request.META['SERVER_NAME']}:{request.META['SERVER_PORT']}"
    return f"{request.scheme}://{server}{path}"
