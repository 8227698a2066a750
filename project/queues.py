"""django-rq's pages, for superusers only: they show every job and can empty the queues.

The library guards them for staff of any rank, so each view is wrapped here.
"""

from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django_rq.stats_views import stats_json
from django_rq.urls import get_admin_urlpatterns
from redis.exceptions import RedisError

from project.access import View, superusers_only


def _survives_redis(view: View) -> View:
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (RedisError, OSError):
            context = {**admin.site.each_context(request), "title": "Queues"}
            return TemplateResponse(request, "admin/queues_down.html", context, status=503)

    return page


def _wrap(view: View) -> View:
    return superusers_only(_survives_redis(view))


urlpatterns = [
    *get_admin_urlpatterns(view_wrapper=_wrap),
    path("stats.json", _wrap(stats_json), name="home_json"),
]
