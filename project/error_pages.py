"""The page for what broke on our side: its id leads to the lines of the log."""

from django.http import HttpRequest, HttpResponseServerError
from django.template.loader import render_to_string

from project.requests import request_id


def server_error(request: HttpRequest) -> HttpResponseServerError:
    """Without the request's context: whatever broke must not break this page."""
    return HttpResponseServerError(render_to_string("500.html", {"request_id": request_id.get()}))
