"""Where staff are logged in: seen by themselves and by superusers, and ended by them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.devices import name_device
from accounts.models import AuditEntry, StaffSession
from accounts.services import note_session

pytestmark = pytest.mark.django_db

PASSWORD, NEW = "Zebra-trail-91", "Quiet-harbour-52"
PAGE = "/admin/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Safari/604.1"


def browser(user, agent=FIREFOX, address="198.51.100.7"):
    """Logged in through the form, as a person is."""
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    return client


@pytest.fixture
def vera():
    return User.objects.create_user("vera", password=PASSWORD, is_staff=True)


@pytest.fixture
def root():
    return User.objects.create_superuser("root", password=PASSWORD)


def is_inside(client):
    return client.get("/admin/").status_code == 200


def row_of(client):
    return StaffSession.objects.get(session_id=client.session.session_key)


def acts():
    return [(entry.action, entry.actor_label, entry.target) for entry in AuditEntry.objects.all()]


def test_a_login_is_listed_at_once_with_device_and_address(vera):
    desk = browser(vera)
    browser(vera, IPHONE, "2001:db8::5")

    page = desk.get(PAGE).content.decode()

    assert "Firefox on Linux" in page and "198.51.100.7" in page and "This one" in page
    assert "Safari on iPhone" in page and "2001:db8::5" in page
    assert page.index("This one") < page.index("iPhone")


def test_one_is_ended_and_the_others_stay(vera):
    desk, phone, tablet = browser(vera), browser(vera, IPHONE), browser(vera)

    desk.post(PAGE, {"session": row_of(phone).pk})

    assert is_inside(desk) and is_inside(tablet) and not is_inside(phone)
    assert ("session.end", "vera", "vera") in acts()
    assert AuditEntry.objects.latest("pk").details["device"] == "Safari on iPhone"


def test_all_others_are_ended_at_once(vera, root):
    desk, phone, tablet, boss = browser(vera), browser(vera), browser(vera), browser(root)

    desk.post(PAGE, {"others": ""})

    assert is_inside(desk) and is_inside(boss)
    assert not is_inside(phone) and not is_inside(tablet)
    assert AuditEntry.objects.get(action="session.end_others").details["count"] == 2


def test_nobody_sees_or_ends_those_of_others(vera, root):
    desk, boss = browser(vera), browser(root, address="203.0.113.9")
    group = Group.objects.get(name="Chief")
    vera.groups.add(group)

    page = desk.get(PAGE).content.decode()
    desk.post(PAGE, {"session": row_of(boss).pk})

    assert "203.0.113.9" not in page and "Other staff" not in page
    assert is_inside(boss)
    assert acts() == []


def test_a_superuser_sees_and_ends_those_of_others(vera, root):
    desk, boss = browser(vera), browser(root)
    page = boss.get(PAGE).content.decode()
    assert "Other staff" in page and "vera" in page

    boss.post(PAGE, {"session": row_of(desk).pk})

    assert not is_inside(desk) and is_inside(boss)
    assert ("session.end", "root", "vera") in acts()


@pytest.mark.parametrize("given", ["", "0", "-1", "9" * 30, "٣", "x", "1 OR 1=1"])
def test_odd_numbers_end_nothing(vera, given):
    desk = browser(vera)

    assert desk.post(PAGE, {"session": given}).status_code == 302

    assert is_inside(desk)


def test_it_takes_the_form_and_its_token(vera):
    desk, phone = browser(vera), browser(vera)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.cookies

    strict.get(f"{PAGE}?session={row_of(phone).pk}&others=1")

    assert strict.post(PAGE, {"others": ""}).status_code == 403
    assert is_inside(phone)


def test_keys_of_sessions_are_on_no_page(vera, root):
    desk, boss = browser(vera), browser(root)

    page = boss.get(PAGE).content.decode()

    for client in (desk, boss):
        assert client.session.session_key not in page


def test_a_new_password_ends_the_others_and_is_in_the_audit(vera):
    desk, phone = browser(vera), browser(vera)

    desk.post(
        reverse("admin:password_change"),
        {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    )

    assert is_inside(desk) and not is_inside(phone)
    assert {entry[0] for entry in acts()} == {"session.end_others", "staff.password"}
    assert StaffSession.objects.count() == 1


def test_a_refused_new_password_ends_nothing(vera):
    desk, phone = browser(vera), browser(vera)

    desk.post(
        reverse("admin:password_change"),
        {"old_password": PASSWORD, "new_password1": "12345", "new_password2": "12345"},
    )

    assert is_inside(phone)
    assert acts() == []


def test_a_password_set_by_a_superuser_puts_everybody_out(vera, root):
    desk, boss = browser(vera), browser(root)
    url = reverse("admin:auth_user_password_change", args=[vera.pk])

    boss.post(url, {"password1": NEW, "password2": NEW, "usable_password": "true"})

    assert not is_inside(desk) and is_inside(boss)
    assert ("session.end_others", "root", "vera") in acts()
    assert "vera" not in boss.get(PAGE).content.decode()


@pytest.mark.parametrize("how", ["password", "switched off"])
def test_what_ended_unsaid_is_not_listed(vera, root, how):
    """As by manage.py changepassword: the rows are there until somebody comes with one."""
    browser(vera)
    if how == "password":
        vera.set_password(NEW)
        vera.save()
    else:
        User.objects.filter(pk=vera.pk).update(is_active=False)

    assert "vera" not in browser(root).get(PAGE).content.decode()


def test_logging_out_and_the_nightly_cleaning_leave_no_row(vera):
    desk, phone = browser(vera), browser(vera)
    desk.post("/admin/logout/")
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))

    call_command("clearsessions")

    assert not StaffSession.objects.exists()
    assert not is_inside(phone)


def test_last_seen_is_written_once_a_minute_and_not_at_every_page(vera, django_assert_num_queries):
    desk = browser(vera)
    long_ago = timezone.now() - timedelta(hours=1)
    StaffSession.objects.update(seen_at=long_ago)

    desk.get(PAGE)
    assert StaffSession.objects.get().seen_at == long_ago
    cache.clear()
    desk.get(PAGE)

    assert StaffSession.objects.get().seen_at > long_ago


def test_a_session_that_has_just_ended_is_not_noted(vera, transactional_db):
    note_session(user=vera, session_key="gone", address="x", user_agent="", now=timezone.now())

    assert not StaffSession.objects.exists()


def test_visitors_and_members_of_no_staff_leave_no_row(client):
    client.force_login(User.objects.create_user("visitor"))
    client.get("/admin/")
    Client().get("/admin/login/")

    assert not StaffSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
    ],
)
def test_devices_have_names_people_know(agent, name):
    assert name_device(agent) == name
