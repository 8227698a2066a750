import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories import make_member
from vip.models import Grant, GrantOrder, Membership
from vip.selectors import vip_until

pytestmark = pytest.mark.django_db

GRANT = "/admin/vip/grant/give/"


def client_of(group="Senior") -> Client:
    user = get_user_model().objects.create(username=group.lower(), is_staff=True)
    if group == "Creator":
        user.is_superuser = True
        user.save()
    elif group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def make_vip(days=3, **fields):
    member = make_member(**fields)
    until = timezone.now() + timedelta(days=days)
    Membership.objects.create(member=member, vip_until=until)
    return member


def hidden(response) -> dict[str, str]:
    """The hidden fields of a page, as the browser sends them."""
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", response.content.decode())
    pairs = [(re.search(r'name="([^"]*)"', t), re.search(r'value="([^"]*)"', t)) for t in tags]
    return {name[1]: value[1] for name, value in pairs if name and value}


def fill(client, *members, **changes):
    """The form, opened and filled in."""
    names = " ".join(str(member.telegram_id) for member in members)
    values = {"who": "named", "members": names, "days": "7", "reason": "Thanks"}
    return {**hidden(client.get(GRANT)), **values, **changes}


def test_vip_is_given_after_a_look_and_a_confirmation():
    client, ann, bob = client_of(), make_vip(username="ann", first_name="Ann"), make_member()

    look = client.post(GRANT, {**fill(client, ann, bob), "step": "look"})
    assert "Give 7 days of VIP to 2 members" in look.content.decode()
    assert "Ann" in look.content.decode()
    assert not Grant.objects.exists()

    done = client.post(GRANT, {**hidden(look), "step": "confirm"}, follow=True)
    assert "7 days of VIP given to 2 members." in done.content.decode()
    assert set(Grant.objects.values_list("membership", flat=True)) == {ann.pk, bob.pk}
    audit = AuditEntry.objects.get(action="vip.grant")
    assert (audit.origin, audit.actor_label, audit.reason) == ("web", "senior", "Thanks")


def test_members_are_named_by_username_or_id():
    client, ann, bob = client_of(), make_member(username="ann"), make_member()

    values = fill(client, members=f"@Ann, {bob.telegram_id}\n@ann")
    client.post(GRANT, {**values, "step": "confirm"})

    assert set(Grant.objects.values_list("membership", flat=True)) == {ann.pk, bob.pk}


def test_the_same_form_sent_twice_gives_once():
    client, ann = client_of(), make_member()
    values = {**fill(client, ann), "step": "confirm"}

    client.post(GRANT, values)
    until = vip_until(ann.pk)
    client.post(GRANT, values)

    assert vip_until(ann.pk) == until
    assert Grant.objects.count() == 1


def test_the_same_form_sent_for_something_else_is_refused():
    client, ann = client_of(), make_member()
    values = {**fill(client, ann), "step": "confirm"}
    client.post(GRANT, values)

    page = client.post(GRANT, {**values, "days": "8"})

    assert "used for something else already" in page.content.decode()
    assert Grant.objects.count() == 1


def test_a_chief_gives_to_all_of_a_kind():
    client, ann = client_of("Chief"), make_vip()
    make_member()

    client.post(GRANT, {**fill(client), "who": "vip", "step": "confirm"})

    assert list(Grant.objects.values_list("membership", flat=True)) == [ann.pk]


@pytest.mark.parametrize("who", ["all", "vip", "former", "never", "recent", "other"])
def test_a_senior_gives_to_named_members_only(who):
    client = client_of()
    make_vip()

    page = client.post(GRANT, {**fill(client), "who": who, "step": "confirm"})

    assert page.status_code == 200
    assert not GrantOrder.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"days": "0"},
        {"days": "36501"},
        {"days": "1.5"},
        {"days": ""},
        {"reason": " "},
        {"members": ""},
        {"members": "@nobody"},
        {"members": " ".join(["@ann"] * 501)},
        {"key": "short"},
    ],
)
@pytest.mark.parametrize("step", ["look", "confirm"])
def test_a_bad_form_is_shown_again_and_gives_nothing(step, changes):
    client, ann = client_of(), make_member(username="ann")

    page = client.post(GRANT, {**fill(client, ann, **changes), "step": step})

    assert page.context["form"].errors
    assert not GrantOrder.objects.exists()


def test_names_are_not_mixed_with_a_kind_of_members():
    client, ann = client_of("Chief"), make_member()

    page = client.post(GRANT, {**fill(client, ann), "who": "all", "step": "confirm"})

    assert "members" in page.context["form"].errors
    assert not GrantOrder.objects.exists()


def test_nobody_who_can_be_given_vip_is_said():
    client, ann = client_of(), make_member(banned_at=timezone.now())

    look = client.post(GRANT, {**fill(client, ann), "step": "look"})
    assert 'value="confirm"' not in look.content.decode()

    page = client.post(GRANT, {**hidden(look), "step": "confirm"})
    assert "Nobody of those" in page.content.decode()


def test_back_shows_the_form_as_it_was_filled_in():
    client, ann = client_of(), make_member()
    look = client.post(GRANT, {**fill(client, ann), "step": "look"})

    page = client.post(GRANT, {**hidden(look), "step": "edit"})

    assert page.context["form"]["reason"].value() == "Thanks"
    assert not GrantOrder.objects.exists()


def test_chosen_members_are_filled_in():
    ann, bob = make_member(username="ann"), make_member()

    page = client_of().get(f"{GRANT}?members={ann.pk},{bob.pk},x")

    assert page.context["form"]["members"].value() == f"@ann\n{bob.telegram_id}"


@pytest.mark.parametrize("view", ["accounts_member", "vip_membership"])
def test_the_action_of_a_list_leads_to_the_form(view):
    client, ann = client_of(), make_vip()
    action = "give_vip" if view == "accounts_member" else "give_to_chosen"

    answer = client.post(
        reverse(f"admin:{view}_changelist"), {"action": action, "_selected_action": [ann.pk]}
    )

    assert answer.headers["Location"] == f"{GRANT}?members={ann.pk}"


def test_a_hostile_name_is_escaped():
    client, ann = client_of(), make_member(first_name="<script>{{ x }}")

    look = client.post(GRANT, {**fill(client, ann, reason="<i>why"), "step": "look"})

    assert "&lt;script&gt;{{ x }}" in look.content.decode()
    assert "<script>{{" not in look.content.decode()
    assert "<i>why" not in look.content.decode()


def test_vip_is_revoked_with_a_reason():
    client, ann = client_of(), make_vip()
    url = reverse("admin:vip_revoke", args=[ann.pk])

    client.post(url, {**hidden(client.get(url)), "reason": "Cheating"})

    assert vip_until(ann.pk) <= timezone.now()
    assert AuditEntry.objects.get(action="vip.revoke").reason == "Cheating"


def test_vip_is_not_revoked_without_a_reason():
    client, ann = client_of(), make_vip()
    url = reverse("admin:vip_revoke", args=[ann.pk])

    page = client.post(url, {**hidden(client.get(url)), "reason": ""})

    assert page.context["form"].errors
    assert vip_until(ann.pk) > timezone.now()


def test_revoking_what_has_ended_says_so():
    client, ann = client_of(), make_vip(days=-1)
    url = reverse("admin:vip_revoke", args=[ann.pk])

    page = client.post(url, {**hidden(client.get(url)), "reason": "Cheating"})

    assert "not VIP any more" in page.content.decode()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("active", ["now", "soon", "later"]),
        ("soon", ["now", "soon"]),
        ("expired", ["ended", "over"]),
        ("never", ["never"]),
        ("", ["never", "over", "ended", "now", "soon", "later"]),
    ],
)
def test_memberships_are_listed_by_state_what_ends_next_first(state, expected):
    days = {"later": 8, "soon": 6, "now": 1, "ended": -1, "over": -50}
    members = {name: make_vip(days=days) for name, days in days.items()}
    members["never"] = Membership.objects.create(member=make_member()).member
    names = {member.pk: name for name, member in members.items()}

    page = client_of().get(reverse("admin:vip_membership_changelist"), {"state": state})

    rows = page.context["cl"].result_list
    assert [names[row.pk] for row in rows] == expected
    assert ("Ends soon" in page.content.decode()) == ("now" in expected)


PAGES = [
    "vip_plan_changelist",
    "vip_membership_changelist",
    "vip_grant_changelist",
    "vip_grantorder_changelist",
]
ALLOWED = {
    None: set(),
    "Junior": {*PAGES},
    "Senior": {*PAGES, "vip_grant", "vip_revoke", "vip_revoke_several"},
    "Chief": {*PAGES, "vip_grant", "vip_revoke", "vip_revoke_several", "vip_plan_add"},
    "Creator": {*PAGES, "vip_grant", "vip_revoke", "vip_revoke_several", "vip_plan_add"},
}


@pytest.mark.parametrize("group", ALLOWED)
def test_each_group_opens_what_it_may(group):
    client, ann = client_of(group or ""), make_vip()
    pages = [*PAGES, "vip_grant", "vip_revoke", "vip_revoke_several", "vip_plan_add"]

    opened = {
        page
        for page in pages
        if client.get(
            reverse(f"admin:{page}", args=[ann.pk] if page == "vip_revoke" else [])
        ).status_code
        == 200
    }

    assert opened == ALLOWED[group]


@pytest.mark.parametrize("model", ["membership", "grant"])
def test_what_is_history_cannot_be_edited(model):
    client, ann = client_of("Creator"), make_vip()
    row = ann.membership
    if model == "grant":
        client.post(GRANT, {**fill(client, ann), "step": "confirm"})
        row = Grant.objects.get()

    assert client.get(reverse(f"admin:vip_{model}_add")).status_code == 403
    assert client.get(reverse(f"admin:vip_{model}_delete", args=[row.pk])).status_code == 403
    assert client.post(reverse(f"admin:vip_{model}_change", args=[row.pk])).status_code == 403
    assert client.get(reverse(f"admin:vip_{model}_change", args=[row.pk])).status_code == 200


def test_a_members_page_offers_to_give_and_to_revoke():
    client, ann = client_of(), make_vip()

    page = client.get(reverse("admin:accounts_member_change", args=[ann.pk])).content.decode()

    assert f"{GRANT}?members={ann.pk}" in page
    assert reverse("admin:vip_revoke", args=[ann.pk]) in page
