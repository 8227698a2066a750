"""Every address of the web process, in one table."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from project.health import healthz, readyz
from project.metrics import metrics

handler500 = "project.error_pages.server_error"

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/"), name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", include("accounts.admin.second_factor")),
    path("admin/", include("accounts.admin.sessions")),
    path("admin/backups/", include("accounts.admin.backups")),
    path("admin/queues/", include(("project.queues", "django_rq"))),
    path("", include("numbers.urls")),
    path("", include("vip.urls")),
    # Last: it answers whatever begins with admin/.
    path("admin/", admin.site.urls),
]

if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("botrunner.sandbox.urls")))
