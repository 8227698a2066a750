"""Addresses of the numbers app."""

from django.urls import path

from numbers.views import generic_sms, twilio_sms

urlpatterns = [
    path("sms/generic/<slug:slug>/", generic_sms, name="sms_generic"),
    path("sms/twilio/<slug:slug>/", twilio_sms, name="sms_twilio"),
]
