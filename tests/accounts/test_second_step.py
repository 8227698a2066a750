"""The login in two steps as a browser goes through it."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import totp
from accounts.models import AuditEntry, SecondFactor
from accounts.services import COMMAND, enrol
from tests.project.test_permissions import ADDRESSES, OPEN_TO_ALL

pytestmark = pytest.mark.django_db

PASSWORD = "Zebra-trail-91"
LOGIN, SECOND, MINE = "/admin/login/", "/admin/second-factor/", "/admin/second-factor/mine/"


@pytest.fixture
def vera():
    return User.objects.create_superuser("vera", password=PASSWORD)


@pytest.fixture
def secret(vera):
    """Enrolled five minutes ago."""
    secret, then = totp.new_secret(), timezone.now() - timedelta(minutes=5)
    code = totp.code_at(secret, totp.step_at(then))
    enrol(user=vera, secret=secret, code=code, actor=COMMAND, now=then)
    return secret


def code_now(secret, ahead=0):
    return totp.code_at(secret, totp.step_at(timezone.now()) + ahead)


def wrong_code(secret):
    near = {code_now(secret, ahead) for ahead in range(-2, 4)}
    return next(code for code in map("{:06}".format, range(99)) if code not in near)


def first_step(client, address=LOGIN):
    return client.post(address, {"username": "vera", "password": PASSWORD})


def is_inside(client):
    return client.get("/admin/").status_code == 200


def test_without_a_second_factor_the_password_is_enough(client, vera):
    first_step(client)

    assert is_inside(client)


def test_the_code_lets_in_and_leads_where_one_was_going(client, secret):
    answer = first_step(client, f"{LOGIN}?next=/admin/accounts/member/")
    assert answer["Location"] == SECOND
    assert b"authenticator app" in client.get(SECOND).content

    answer = client.post(SECOND, {"code": code_now(secret)})

    assert answer["Location"] == "/admin/accounts/member/"
    assert is_inside(client)


def test_an_address_outside_is_not_followed(client, secret):
    first_step(client, f"{LOGIN}?next=https://evil.example/")

    answer = client.post(SECOND, {"code": code_now(secret)})

    assert answer["Location"] == "/admin/"


@pytest.mark.slow
def test_a_stolen_session_of_the_first_step_opens_no_page(client, secret):
    first_step(client)

    for view, url in ADDRESSES.items():
        if view.rpartition(":")[2] in OPEN_TO_ALL | {"second_factor"}:
            continue
        answer = client.get(url)
        assert answer.status_code == 302, view
        assert "/login/" in answer["Location"], view


def test_the_session_of_the_first_step_is_not_that_of_the_second(client, secret):
    first_step(client)
    stolen = client.cookies["sessionid"].value

    client.post(SECOND, {"code": code_now(secret)})

    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert is_inside(client) and not is_inside(thief)


def test_a_used_code_lets_nobody_else_in(client, secret):
    code = code_now(secret)
    first_step(client)
    client.post(SECOND, {"code": code})

    watcher = Client()
    first_step(watcher)
    watcher.post(SECOND, {"code": code})

    assert not is_inside(watcher)


def test_five_wrong_codes_shut_the_door_and_the_password_opens_it_not(client, secret):
    wrong = wrong_code(secret)
    for _ in range(4):
        first_step(client)  # a right password in between makes nothing forgotten
        client.post(SECOND, {"code": wrong})
    assert AccessAttempt.objects.get().failures_since_start == 4

    last = client.post(SECOND, {"code": wrong})
    with_right = client.post(SECOND, {"code": code_now(secret)})
    anew = first_step(Client())

    assert {last.status_code, with_right.status_code, anew.status_code} == {429}
    assert not is_inside(client)


def test_the_first_step_waits_ten_minutes_for_the_second(client, secret):
    first_step(client)
    session = client.session
    session["second_step"] = session["second_step"] | {"at": timezone.now().timestamp() - 601}
    session.save()

    answer = client.post(SECOND, {"code": code_now(secret)})

    assert answer["Location"] == LOGIN
    assert not is_inside(client)


def test_a_new_password_ends_the_first_step_of_the_old_one(client, vera, secret):
    first_step(client)
    vera.set_password("Another-trail-19")
    vera.save()

    client.post(SECOND, {"code": code_now(secret)})

    assert not is_inside(client)


def test_whoever_lost_his_rights_meanwhile_is_not_let_in(client, vera, secret):
    first_step(client)
    User.objects.filter(pk=vera.pk).update(is_active=False)

    client.post(SECOND, {"code": code_now(secret)})

    assert not is_inside(client)


def test_enrolling_shows_the_codes_once_and_ends_other_sessions(client, vera):
    other = Client()
    for each in (client, other):
        each.force_login(vera)
    page = client.get(MINE)
    assert b"<svg" in page.content
    secret = client.session["second_factor_secret"]

    answer = client.post(MINE, {"code": code_now(secret)})

    assert answer.content.count(b"<code>") == 10
    assert client.get(MINE).content.count(b"<code>") == 0
    assert is_inside(client) and not is_inside(other)
    assert "second_factor_secret" not in client.session


def test_the_secret_stays_the_same_after_a_wrong_code(client, vera):
    client.force_login(vera)
    client.get(MINE)
    secret = client.session["second_factor_secret"]

    answer = client.post(MINE, {"code": wrong_code(secret)})

    assert b"not right" in answer.content
    assert client.session["second_factor_secret"] == secret
    assert not SecondFactor.objects.exists()


def enter(client, secret):
    first_step(client)
    client.post(SECOND, {"code": code_now(secret)})


def test_turning_off_takes_a_code(client, secret):
    enter(client, secret)

    client.post(MINE, {"code": wrong_code(secret), "turn_off": ""})
    assert SecondFactor.objects.exists()
    client.post(MINE, {"code": code_now(secret, 1), "turn_off": ""})

    assert not SecondFactor.objects.exists()
    assert is_inside(client)


def test_new_recovery_codes_take_a_code_and_are_shown(client, secret):
    enter(client, secret)

    answer = client.post(MINE, {"code": code_now(secret, 1), "new_codes": ""})

    assert answer.content.count(b"<code>") == 10


@pytest.mark.parametrize(
    ("group", "is_led"), [("Junior", False), ("Senior", False), ("Chief", True), ("Creator", True)]
)
def test_who_can_change_a_lot_is_led_to_the_enrolment_where_it_is_forced(
    client, settings, group, is_led
):
    settings.SECOND_FACTOR_FORCED = True
    user = User.objects.create_user("mod", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)

    answer = client.get("/admin/")

    assert (answer.status_code == 302 and answer["Location"] == MINE) is is_led
    assert client.get(MINE).status_code == 200


def test_the_first_administrator_logs_in_and_enrols_where_it_is_forced(client, settings, vera):
    settings.SECOND_FACTOR_FORCED = True
    led = client.post(LOGIN, {"username": "vera", "password": PASSWORD}, follow=True)
    assert led.redirect_chain[-1][0] == MINE
    assert b"takes two steps" in led.content

    client.post(MINE, {"code": code_now(client.session["second_factor_secret"])})

    assert is_inside(client)


def test_nobody_is_led_anywhere_on_a_first_look(client, vera, settings):
    assert settings.SECOND_FACTOR_FORCED is False
    client.force_login(vera)

    assert is_inside(client)


def test_a_creator_resets_it_for_others_but_not_for_himself(client, vera, secret):
    boss = User.objects.create_superuser("boss")
    client.force_login(boss)
    url = reverse("admin:auth_user_changelist")
    chosen = {"action": "reset_second_factor", "_selected_action": [vera.pk, boss.pk]}

    answer = client.post(url, chosen, follow=True)

    assert b"Reset for 1 of 1 other users" in answer.content
    assert not SecondFactor.objects.exists()
    entry = AuditEntry.objects.get(action="staff.second_factor_off")
    assert (entry.actor_label, entry.target) == ("boss", "vera")


def test_a_chief_resets_nobody(client, staff, secret, vera):
    User.objects.filter(pk=vera.pk).update(username="root")
    chief = staff("Chief")
    chosen = {"action": "reset_second_factor", "_selected_action": [vera.pk]}

    chief.post(reverse("admin:auth_user_changelist"), chosen)

    assert SecondFactor.objects.exists()
