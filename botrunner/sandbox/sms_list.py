"""The list of an invented SMS provider that calls nobody: it has to be asked.

The newest first, in both forms that providers have: rows of columns, or with ?form=objects
rows of fields.
"""

import hmac
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from .errors import ApiError

PATH = "/sms/list"
# What a real provider would give out with an account.
KEY = "sandbox-sms-key"
KEPT_MAX = 50

Sms = dict[str, Any]


def make_sms(number: int, *, to: str, sender: str, text: str) -> Sms:
    return {
        "id": f"list-{number}",
        "received": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "number": to.removeprefix("+"),
        "sender": sender,
        "text": text,
    }


def answer(request: web.BaseRequest, kept: list[Sms]) -> web.Response:
    if not hmac.compare_digest(request.headers.get("X-API-Key", "").encode(), KEY.encode()):
        raise ApiError(401, "Unauthorized: the key goes into the header X-API-Key")
    newest = kept[::-1]
    if request.query.get("form") == "objects":
        return web.json_response({"data": {"messages": newest}})
    columns = ("received", "number", "sender", "text")
    rows = [[one[name] for name in columns] for one in newest]
    return web.json_response({"iTotalRecords": len(rows), "aaData": rows})
