"""An id that no database can hold is the address of nothing: 404, not a fault."""

from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

# SQLite's driver refuses it by itself; PostgreSQL answers with this state.
NUMERIC_VALUE_OUT_OF_RANGE = "22003"


class OddIdsMiddleware(MiddlewareMixin):
    """Lists, pages and filters of the admin hand on any number that an address holds."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        sqlstate = getattr(error.__cause__, "sqlstate", None)
        if isinstance(error, OverflowError) or sqlstate == NUMERIC_VALUE_OUT_OF_RANGE:
            return response_for_exception(request, Http404())
        return None
