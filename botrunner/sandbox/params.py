"""The parameters of one call, however they came: JSON, form, multipart or query string."""

from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web
from aiohttp.web_request import FileField

from .errors import bad_request
from .files import Upload


class Params:
    """Values are strings (forms) or real JSON (a JSON body); the readers accept both."""

    __slots__ = ("uploads", "values")

    def __init__(
        self, values: dict[str, Any] | None = None, uploads: dict[str, Upload] | None = None
    ) -> None:
        self.values = values or {}
        self.uploads = uploads or {}

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return None if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'Parameter "{name}" must be an integer') from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes", "t", "y")

    def json(self, name: str) -> Any:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def mapping(self, name: str) -> dict[str, Any] | None:
        value = self.json(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"can't parse {name} JSON object")
        return value

    def objects(self, name: str) -> list[dict[str, Any]] | None:
        return self._array(name, dict)

    def strings(self, name: str) -> list[str] | None:
        return self._array(name, str)

    def integers(self, name: str) -> list[int] | None:
        return self._array(name, int)

    def _array(self, name: str, kind: type) -> list[Any] | None:
        value = self.json(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):
            raise bad_request(f"can't parse {name} JSON array")
        return value


async def read_params(request: web.BaseRequest) -> Params:
    values: dict[str, Any] = dict(parse_qsl(request.query_string, keep_blank_values=True))
    if request.method == "GET" or not request.can_read_body:
        return Params(values)
    kind = request.content_type
    if kind == "application/json":
        return Params(values | _json_body(await request.read()))
    if kind == "application/x-www-form-urlencoded":
        body = (await request.read()).decode("utf-8", "replace")
        return Params(values | dict(parse_qsl(body, keep_blank_values=True)))
    if kind == "multipart/form-data":
        return await _read_multipart(request, values)
    return Params(values)


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        values = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        values = None
    if not isinstance(values, dict):
        raise bad_request("can't parse request body as a JSON object")
    return values


async def _read_multipart(request: web.BaseRequest, values: dict[str, Any]) -> Params:
    uploads = {}
    for name, part in (await request.post()).items():
        if isinstance(part, FileField):
            uploads[name] = Upload(part.filename, part.content_type, part.file.read())
        else:
            values[name] = part
    return Params(values, uploads)
