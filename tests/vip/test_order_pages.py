"""Orders in the dashboard: the page that shows how far one has come, and revoking from several."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories import make_member
from tests.vip.test_admin import GRANT, client_of, fill, hidden, make_vip
from vip.jobs import work_on_order
from vip.models import Grant, GrantOrder
from vip.selectors import vip_until
from vip.services import continue_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("chunks_of_three")]

REVOKE = "/admin/vip/grant/revoke/"
LIST = "/admin/vip/grantorder/"
REFRESH = 'http-equiv="refresh"'


def page_of(order) -> str:
    return reverse("admin:vip_grantorder_change", args=[order.pk])


def cancel_page_of(order) -> str:
    return reverse("admin:vip_grantorder_cancel", args=[order.pk])


def begin(client) -> GrantOrder:
    for _ in range(8):
        make_member()
    client.post(GRANT, {**fill(client), "who": "all", "step": "confirm"})
    return GrantOrder.objects.get()


def words_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_large_grant_leads_to_its_page():
    client = client_of("Chief")
    for _ in range(8):
        make_member()

    look = client.post(GRANT, {**fill(client), "who": "all", "step": "look"})
    assert "done in the background" in look.content.decode()

    done = client.post(GRANT, {**hidden(look), "step": "confirm"})
    assert done.headers["Location"] == page_of(GrantOrder.objects.get())


def test_the_page_shows_how_far_it_has_come_and_loads_itself_anew():
    client = client_of("Chief")
    order = begin(client)
    continue_order(order_id=order.pk, now=timezone.now())

    page = client.get(page_of(order))

    assert "3 of 8 members, 37%" in words_of(page)
    assert "Running" in words_of(page)
    assert REFRESH in page.content.decode()


def test_a_page_before_the_first_step_says_that_it_begins():
    client = client_of("Chief")

    assert "begins in a moment" in words_of(client.get(page_of(begin(client))))


def test_a_page_of_a_stopped_order_says_that_it_goes_on_by_itself():
    client = client_of("Chief")
    order = begin(client)
    GrantOrder.objects.update(beat_at=timezone.now() - timedelta(minutes=5))

    assert "goes on by itself" in words_of(client.get(page_of(order)))


def test_the_page_of_a_finished_order_stays_as_it_is():
    client = client_of("Chief")
    order = begin(client)
    work_on_order(order.pk)

    page = client.get(page_of(order))

    assert "8 of 8 members, 100%" in words_of(page)
    assert REFRESH not in page.content.decode()
    assert "Cancel the rest" not in words_of(page)


def test_the_rest_is_cancelled_with_a_reason():
    client = client_of("Chief")
    order = begin(client)
    continue_order(order_id=order.pk, now=timezone.now())
    values = hidden(client.get(cancel_page_of(order)))

    page = client.post(cancel_page_of(order), {**values, "reason": "Wrong"}, follow=True)
    work_on_order(order.pk)

    assert "Cancelled" in words_of(page)
    assert Grant.objects.count() == 3
    assert AuditEntry.objects.get(action="vip.order.cancel").reason == "Wrong"


def test_cancelling_without_a_reason_is_refused():
    client = client_of("Chief")
    order = begin(client)
    values = hidden(client.get(cancel_page_of(order)))

    page = client.post(cancel_page_of(order), {**values, "reason": " "})

    assert page.context["form"].errors
    assert GrantOrder.objects.get().is_running


def test_cancelling_too_late_is_said():
    client = client_of("Chief")
    order = begin(client)
    values = hidden(client.get(cancel_page_of(order)))
    work_on_order(order.pk)

    page = client.post(cancel_page_of(order), {**values, "reason": "Wrong"}, follow=True)

    assert "nothing to cancel" in words_of(page)
    assert Grant.objects.count() == 8


@pytest.mark.parametrize(
    ("group", "sees", "cancels"),
    [("Junior", 200, 403), ("Senior", 200, 403), ("Chief", 200, 200), ("Creator", 200, 200)],
)
def test_who_may_see_an_order_to_all_and_cancel_it(group, sees, cancels):
    order = begin(client_of("Chief"))
    get_user_model().objects.all().delete()
    client = client_of(group)

    assert client.get(LIST).status_code == sees
    assert client.get(page_of(order)).status_code == sees
    assert client.get(cancel_page_of(order)).status_code == cancels
    assert ("Cancel the rest" in words_of(client.get(page_of(order)))) == (cancels == 200)


def test_staff_without_a_group_sees_no_order():
    order = begin(client_of("Chief"))
    get_user_model().objects.all().delete()
    client = client_of("")

    for url in (LIST, page_of(order), cancel_page_of(order), REVOKE):
        assert client.get(url).status_code in (302, 403), url


def test_an_unknown_order_leads_to_the_list():
    client = client_of("Chief")

    assert client.get("/admin/vip/grantorder/999/change/").headers["Location"] == LIST
    assert client.get("/admin/vip/grantorder/999/cancel/").status_code == 404


def test_the_list_shows_orders_and_no_drafts():
    client = client_of("Chief")
    order = begin(client)
    work_on_order(order.pk)
    GrantOrder.objects.create(
        key="draft",
        audience={"kind": "all"},
        days=99,
        reason="never",
        actor_label="x",
        drafted_at=timezone.now(),
    )

    words = words_of(client.get(LIST))

    assert "Give 7 days" in words
    assert "99" not in words


def test_a_reason_is_escaped_on_the_page():
    client = client_of("Chief")
    for _ in range(8):
        make_member()
    client.post(GRANT, {**fill(client, reason="<i>why"), "who": "all", "step": "confirm"})
    order = GrantOrder.objects.get()

    for url in (LIST, page_of(order)):
        assert "<i>why" not in client.get(url).content.decode()


def fill_revoke(client, *members, **changes):
    names = " ".join(str(member.telegram_id) for member in members)
    values = {"who": "named", "members": names, "reason": "Cheating"}
    return {**hidden(client.get(REVOKE)), **values, **changes}


def test_vip_is_taken_from_several_after_a_look():
    client, ann, bob, never = client_of(), make_vip(), make_vip(), make_member()

    look = client.post(REVOKE, {**fill_revoke(client, ann, bob, never), "step": "look"})
    assert "Revoke VIP from 2 members" in words_of(look)
    assert "Left out: not VIP 1" in words_of(look)

    done = client.post(REVOKE, {**hidden(look), "step": "confirm"}, follow=True)
    assert "VIP taken from 2 members, 1 left out." in words_of(done)
    assert vip_until(ann.pk) <= timezone.now()
    assert vip_until(bob.pk) <= timezone.now()


def test_vip_is_taken_from_all_who_have_it_by_a_chief_only():
    senior, chief = client_of("Senior"), client_of("Chief")
    make_vip()

    page = senior.post(REVOKE, {**fill_revoke(senior, who="vip"), "step": "confirm"})
    assert page.context["form"].errors
    assert not Grant.objects.exists()

    chief.post(REVOKE, {**fill_revoke(chief, who="vip"), "step": "confirm"})
    assert Grant.objects.get().kind == "revoked"


def test_nobody_is_revoked_by_a_kind_that_has_no_vip():
    client = client_of("Chief")

    page = client.post(REVOKE, {**fill_revoke(client, who="never"), "step": "confirm"})

    assert "who" in page.context["form"].errors


def test_nobody_who_is_vip_is_said():
    client, ann = client_of(), make_member()

    page = client.post(REVOKE, {**fill_revoke(client, ann), "step": "confirm"})

    assert "not VIP any more" in words_of(page)


def test_a_junior_may_revoke_from_nobody():
    assert client_of("Junior").get(REVOKE).status_code == 403


@pytest.mark.parametrize("view", ["accounts_member", "vip_membership"])
def test_the_action_of_a_list_leads_to_the_form_that_revokes(view):
    client, ann = client_of(), make_vip()
    action = "revoke_vip" if view == "accounts_member" else "revoke_from_chosen"

    answer = client.post(
        reverse(f"admin:{view}_changelist"), {"action": action, "_selected_action": [ann.pk]}
    )

    assert answer.headers["Location"] == f"{REVOKE}?members={ann.pk}"
