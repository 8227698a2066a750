"""Addresses of the vip app."""

from django.urls import path

from vip.views import postback

urlpatterns = [path("hooks/ads/<slug:slug>/", postback, name="ad_postback")]
