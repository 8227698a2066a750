"""An invented ad network: makes a link, and shows an invented ad on the way to the bot.

Nothing is kept: the link itself says where it leads.
"""

import hmac
from urllib.parse import urlencode

from aiohttp import web
from django.template.loader import render_to_string

from .errors import ApiError

# What a real network would give out with an account.
KEY = "sandbox-ad-key"
PATH = "/ads/"
# What the dashboard's test of the connection asks for.
TRIAL = "https://t.me/telegram"


def answer(request: web.BaseRequest, base_url: str, bot_username: str) -> web.Response:
    """/ads/api makes a link, /ads/ is the page that it opens."""
    if request.path == f"{PATH}api":
        return _make_link(request, base_url, bot_username)
    if request.path == PATH:
        return _show_ad(request, bot_username)
    raise ApiError(404, "Not Found")


def _make_link(request: web.BaseRequest, base_url: str, bot_username: str) -> web.Response:
    if not hmac.compare_digest(request.query.get("api", "").encode(), KEY.encode()):
        return web.json_response({"status": "error", "message": "wrong key"})
    target = request.query.get("url", "")
    if not _leads_to(target, bot_username):
        return web.json_response({"status": "error", "message": "not a link to the bot"})
    query = urlencode({"pass": request.query.get("alias", ""), "to": target})
    return web.json_response({"status": "success", "shortenedUrl": f"{base_url}{PATH}?{query}"})


def _show_ad(request: web.BaseRequest, bot_username: str) -> web.Response:
    target = request.query.get("to", "")
    if not _leads_to(target, bot_username):
        raise ApiError(404, "Not Found")
    page = render_to_string("sandbox/ad.html", {"target": target})
    return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


def _leads_to(target: str, bot_username: str) -> bool:
    """Nobody is sent anywhere else from here."""
    return target.startswith(f"https://t.me/{bot_username}?start=") or target == TRIAL
