from django.urls import path

from . import views

app_name = "sandbox"
urlpatterns = [
    path("", views.page, name="page"),
    path("api/sms/", views.sms, name="sms"),
    path("api/ad/", views.ad_watched, name="ad"),
    path("api/numbers/", views.leased_numbers, name="numbers"),
    path("api/<slug:action>/", views.api, name="api"),
    path("files/<slug:file_id>/", views.download, name="file"),
]
