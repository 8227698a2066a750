"""What a page of ours may ask a browser for: nothing of the machine it runs on."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

REFUSED = ("camera", "geolocation", "microphone", "payment", "usb")
POLICY = ", ".join(f"{name}=()" for name in REFUSED)


class PermissionsPolicyMiddleware:
    """Django sends the other headers; this one it does not know."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response
