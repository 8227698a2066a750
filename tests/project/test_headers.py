"""What every answer tells the browser it may not do, and what passwords may not be."""

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/admin/login/", "/admin/", "/nowhere/", "/healthz"])
def test_every_answer_says_what_no_page_may_do(url):
    headers = Client().get(url).headers

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    for name in ("camera", "microphone", "geolocation"):
        assert f"{name}=()" in headers["Permissions-Policy"]
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == policy["default-src"] == "'self'"
    assert "unsafe-inline" not in policy["script-src"]


def test_over_tls_browsers_are_told_to_stay_there(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    plain = Client().get("/admin/login/")
    sealed = Client(headers={"X-Forwarded-Proto": "https"}).get("/admin/login/")

    assert (plain.status_code, plain["Location"][:8]) == (301, "https://")
    assert "max-age=31536000" in sealed["Strict-Transport-Security"]


@pytest.mark.parametrize("password", ["short-1", "1234567890", "password123", "veronika1"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="veronika"))


def test_there_is_no_way_to_a_new_password_without_the_old_one():
    for url in ("/admin/password_reset/", "/admin/reset/1/x/", "/accounts/password_reset/"):
        answer = Client().get(url)
        assert answer.status_code == 404 or "/login/" in answer["Location"], url


@pytest.mark.parametrize(
    "url", ["/admin/login/x", "/admin/login//", "/admin//login/", "/admin/Login/"]
)
def test_odd_addresses_of_the_login_go_round_no_second_step(url):
    """The admin's own login would let in by the password alone: only one address has a form."""
    user = User.objects.create_superuser("vera", password="Zebra-trail-91")
    client = Client()

    client.post(url, {"username": user.username, "password": "Zebra-trail-91"}, follow=True)

    assert client.get("/admin/").status_code == 302
