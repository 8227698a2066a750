"""An order whose next chunk fails again and again: it stops, says so, and goes on when asked."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEntry, OutboxMessage
from accounts.services import COMMAND, web_actor
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from tests.botrunner.test_every_screen import check_text
from tests.factories import make_member
from tests.vip.orders import NOW, begin, cure, days_given, poison
from tests.vip.test_order_pages import words_of
from vip.jobs import work_on_order
from vip.models import Grant, GrantOrder
from vip.services import (
    begin_attempt,
    cancel_order,
    claim_quiet_orders,
    continue_order,
    retry_order,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("chunks_of_three")]

TRIES = GrantOrder.ATTEMPTS_MAX


@pytest.fixture
def order(members) -> GrantOrder:
    """Of ten members the fifth cannot be reached: the second chunk is poisoned."""
    poison(members[4])
    return begin()


@pytest.fixture
def stopped(order) -> GrantOrder:
    for _ in range(TRIES):
        work_on_order(order.pk)
    return GrantOrder.objects.get()


def make_staff(group: str, **fields):
    user = User.objects.create_user(group.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return make_member(staff_user=user, **fields)


def test_what_fails_is_tried_so_often_and_then_the_order_stops(order, members):
    states = []
    for _ in range(TRIES + 2):
        work_on_order(order.pk)
        states.append(GrantOrder.objects.get().is_running)

    order.refresh_from_db()
    assert states == [True] * (TRIES - 1) + [False] * 3
    assert (order.reached, order.attempts) == (3, TRIES)
    assert order.fault in ("IntegrityError", "InternalError")
    assert order.stopped_at is not None
    assert days_given(members) == [7] * 3


def test_a_stopped_order_is_woken_by_nobody(stopped):
    assert claim_quiet_orders(NOW + timedelta(days=3)) == []
    assert not continue_order(order_id=stopped.pk, now=NOW).reached > 3


def test_the_audit_tells_that_it_stopped_and_of_what(stopped):
    audit = AuditEntry.objects.get()

    assert (audit.action, audit.origin) == ("vip.order.stop", "system")
    assert audit.details == {"fault": stopped.fault, "reached": 3, "meant": 10}


def test_the_staff_who_could_act_on_it_hears_of_it_once(order):
    chief, _senior, gone = make_staff("Chief"), make_staff("Senior"), make_staff("Creator")
    type(gone).objects.filter(pk=gone.pk).update(reachability="blocked")

    for _ in range(TRIES + 2):
        work_on_order(order.pk)

    alerts = OutboxMessage.objects.filter(kind="vip.order_stopped")
    assert [alert.member_id for alert in alerts] == [chief.pk]


@pytest.mark.parametrize("language", ["en", "ru", "fr", "ar"])
def test_the_alert_says_how_far_it_came_and_is_moot_once_it_goes_on(order, language):
    chief = make_staff("Chief", language=language)
    for _ in range(TRIES):
        work_on_order(order.pk)
    alert = OutboxMessage.objects.get(kind="vip.order_stopped")

    with speaking_to(chief):
        text = NOTICES[alert.kind](alert).text
        check_text(text)
        assert "Birthday" in text
        retry_order(order_id=order.pk, actor=COMMAND, now=NOW)
        assert NOTICES[alert.kind](alert) is None


def test_a_chunk_that_is_done_sets_the_count_to_nothing(order, members):
    for _ in range(TRIES - 1):
        work_on_order(order.pk)
    assert GrantOrder.objects.get().attempts == TRIES - 1
    cure()

    work_on_order(order.pk)

    order.refresh_from_db()
    assert (order.is_running, order.attempts, order.fault) == (False, 0, "")
    assert days_given(members) == [7] * 10


def test_a_process_that_dies_at_the_same_chunk_again_and_again_stops_the_order_too(members):
    order = begin()
    for _ in range(TRIES):
        # What is left of a try whose process was killed: it was counted, and nothing else.
        assert begin_attempt(order_id=order.pk, now=NOW)

    work_on_order(order.pk)

    order.refresh_from_db()
    assert (order.is_running, order.fault) == (False, "the process was ended")
    assert not Grant.objects.exists()


def test_tried_again_it_goes_on_from_where_it_stopped_and_gives_nobody_twice(stopped, members):
    cure()
    user = User.objects.create_user("chief")

    retry_order(order_id=stopped.pk, actor=web_actor(user), now=NOW)
    work_on_order(stopped.pk)

    assert not GrantOrder.objects.get().is_unfinished
    assert days_given(members) == [7] * 10
    actions = AuditEntry.objects.order_by("pk").values_list("action", "actor_label")
    assert list(actions) == [
        ("vip.order.stop", "system"),
        ("vip.order.retry", "chief"),
        ("vip.grant", "command line"),
    ]


def test_tried_again_in_vain_it_stops_and_tells_again(stopped):
    chief = make_staff("Chief")
    retry_order(order_id=stopped.pk, actor=COMMAND, now=NOW)

    for _ in range(TRIES):
        work_on_order(stopped.pk)

    assert not GrantOrder.objects.get().is_running
    assert OutboxMessage.objects.get(kind="vip.order_stopped").member_id == chief.pk


@pytest.mark.valkey
def test_trying_again_wakes_a_worker(stopped, django_capture_on_commit_callbacks):
    from django_rq import get_queue

    with django_capture_on_commit_callbacks(execute=True):
        retry_order(order_id=stopped.pk, actor=COMMAND, now=NOW)
        retry_order(order_id=stopped.pk, actor=COMMAND, now=NOW)

    assert [job.args for job in get_queue("low").jobs] == [(stopped.pk,)]
    assert AuditEntry.objects.filter(action="vip.order.retry").count() == 1


def test_the_rest_of_a_stopped_order_can_be_cancelled(stopped):
    order = cancel_order(order_id=stopped.pk, reason="Wrong", actor=COMMAND, now=NOW)

    assert (order.is_cancelled, order.is_unfinished, order.stopped_at) == (True, False, None)
    assert Grant.objects.count() == 3


def test_the_database_knows_no_order_that_is_over_and_stopped(stopped):
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantOrder.objects.update(done_at=NOW)


def test_its_page_says_so_and_has_a_button_to_try_again(stopped, staff):
    client = staff("Chief")
    url = reverse("admin:vip_grantorder_change", args=[stopped.pk])

    page = client.get(url)
    words = words_of(page)

    assert "Stopped" in words
    assert f"{TRIES} times in a row ({stopped.fault})" in words
    assert "Cancel the rest" in words
    assert 'http-equiv="refresh"' not in page.content.decode()
    assert "Stopped" in words_of(client.get(reverse("admin:vip_grantorder_changelist")))

    cure()
    retry = reverse("admin:vip_grantorder_retry", args=[stopped.pk])
    assert retry in page.content.decode()
    assert "It is tried again" in words_of(client.post(retry, follow=True))
    work_on_order(stopped.pk)
    assert "Done" in words_of(client.get(url))
    assert "nothing left to try" in words_of(client.post(retry, follow=True))


def test_a_look_at_the_address_of_the_button_tries_nothing(stopped, staff):
    staff("Chief").get(reverse("admin:vip_grantorder_retry", args=[stopped.pk]))

    assert not GrantOrder.objects.get().is_running


@pytest.mark.parametrize("group", ["Junior", "Senior"])
def test_who_may_not_give_to_all_does_not_try_again_either(stopped, staff, group):
    client = staff(group)
    url = reverse("admin:vip_grantorder_retry", args=[stopped.pk])

    assert client.post(url).status_code == 403
    assert "Try again" not in words_of(
        client.get(reverse("admin:vip_grantorder_change", args=[stopped.pk]))
    )
    assert not GrantOrder.objects.get().is_running
