"""Addresses of the vip app beside those of its models."""

from django.contrib import admin
from django.urls import path

from vip.admin.report import report_page
from vip.views import postback

urlpatterns = [
    path("admin/vip/report/", admin.site.admin_view(report_page), name="vip_report"),
    path("hooks/ads/<slug:slug>/", postback, name="ad_postback"),
]
