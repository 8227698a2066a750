"""Each request of the web process has an id, on its error page and in every line it logs."""

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from threading import Lock

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
# What a proxy in front may have chosen already: plain, so that it can stand in a log.
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="")


class Counts:
    """Of this process since its start: answers by hundreds, and the seconds they took."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: Counter[str] = Counter()
        self._seconds = 0.0

    def add(self, status: int, seconds: float) -> None:
        with self._lock:
            self._answers[f"{status // 100}xx"] += 1
            self._seconds += seconds

    def read(self) -> tuple[dict[str, int], float]:
        with self._lock:
            return dict(self._answers), self._seconds


counts = Counts()


class RequestIdMiddleware:
    """The outermost: what fails in the others has an id too."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.monotonic()
        given = request.headers.get(HEADER, "")
        name = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(name)
        try:
            response = self._get_response(request)
        finally:
            request_id.reset(token)
        response[HEADER] = name
        counts.add(response.status_code, time.monotonic() - started)
        return response
