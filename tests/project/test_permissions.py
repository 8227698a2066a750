"""Who may open what in the dashboard: every address of the admin, found by asking the resolver."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from project import navigation
from project.permissions import CHIEF, CREATOR, JUNIOR, SENIOR
from tests.factories import make_member

pytestmark = pytest.mark.django_db

# Open to nobody in particular, or to all staff by intention.
OPEN_TO_ALL = {"login", "logout", "jsi18n"}
OPEN_TO_STAFF = {
    "index",
    "search",
    "password_change",
    "password_change_done",
    "accounts_staff_link",
    "my_second_factor",
    "my_sessions",
    "autocomplete",
}


def _walk(patterns, prefix="", namespace=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace)))
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern) and route.startswith("admin/"):
            yield namespace, pattern.name or "", pattern.pattern.converters


def _addresses():
    """Each address once, with a plausible value for each of its parts."""
    found = {}
    for namespace, name, converters in _walk(get_resolver().url_patterns):
        if not name:
            continue
        values = {
            part: 1 if "Int" in type(kind).__name__ else "1" for part, kind in converters.items()
        }
        view = f"{namespace}:{name}" if namespace else name
        try:
            found[view] = reverse(view, kwargs=values)
        except NoReverseMatch:
            # A parameter of a regular expression, which has no converter.
            continue
    return found


ADDRESSES = _addresses()


def _name(view):
    return view.rpartition(":")[2]


GUARDED = {
    view: url for view, url in ADDRESSES.items() if _name(view) not in OPEN_TO_ALL | OPEN_TO_STAFF
}


def _client(username, *, group=None, **fields):
    user = User.objects.create_user(username, is_staff=True, **fields)
    if group:
        user.groups.add(Group.objects.get(name=group))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_the_walk_finds_the_addresses_it_is_about():
    views = set(GUARDED)

    assert {"admin:accounts_member_changelist", "admin:accounts_member_ban"} <= views
    assert {"django_rq:home", "django_rq:clear", "backups"} <= views
    assert len(views) > 60


@pytest.mark.slow
def test_nobody_gets_in_without_logging_in():
    client = Client()

    for view, url in ADDRESSES.items():
        if _name(view) in OPEN_TO_ALL:
            continue
        answer = client.get(url)
        assert answer.status_code == 302, view
        assert "/login/" in answer["Location"], view


@pytest.mark.slow
def test_a_user_who_is_no_staff_gets_no_further_than_the_login():
    client = Client()
    client.force_login(User.objects.create_user("visitor"))

    for view, url in GUARDED.items():
        answer = client.get(url)
        assert answer.status_code in (302, 403), view


@pytest.mark.slow
def test_staff_without_permissions_open_the_home_page_and_nothing_else():
    make_member(telegram_id=5)
    client = _client("newcomer")

    assert client.get(reverse("admin:index")).status_code == 200
    for view, url in GUARDED.items():
        answer = client.get(url)
        # A page of one row that is not there leads home; a real one must be refused.
        is_refused = answer.status_code in (403, 404)
        is_sent_away = answer.status_code == 302 and answer["Location"] in (
            reverse("admin:index"),
            "/admin/",
        )
        assert is_refused or is_sent_away or _leads_to_refusal(client, answer), (
            view,
            answer.status_code,
            answer.get("Location"),
        )


def _leads_to_refusal(client, answer):
    """A redirect of the admin itself, as from an address to its list."""
    return answer.status_code == 302 and client.get(answer["Location"]).status_code == 403


@pytest.mark.parametrize(
    ("group", "opened", "refused"),
    [
        (JUNIOR, ["accounts_member_changelist"], ["accounts_auditentry_changelist"]),
        (SENIOR, ["accounts_outboxmessage_changelist"], ["accounts_auditentry_changelist"]),
        (CHIEF, ["accounts_auditentry_changelist"], ["auth_group_changelist"]),
    ],
)
def test_each_group_opens_what_it_needs(group, opened, refused):
    client = _client("someone", group=group)

    for view in opened:
        assert client.get(reverse(f"admin:{view}")).status_code == 200, view
    for view in refused:
        assert client.get(reverse(f"admin:{view}")).status_code == 403, view


@pytest.mark.parametrize("group", [JUNIOR, SENIOR, CHIEF, CREATOR])
def test_queues_backups_inbox_and_processes_are_for_superusers(group):
    client = _client("someone", group=group)

    for view in (
        "django_rq:home",
        "backups",
        "admin:botrunner_inboxupdate_changelist",
        "admin:botrunner_heartbeat_changelist",
        "admin:axes_accessattempt_changelist",
    ):
        assert client.get(reverse(view)).status_code == 403, view


@pytest.mark.parametrize("group", [None, JUNIOR, SENIOR, CHIEF])
def test_the_navigation_leads_nowhere_that_refuses(group, rf):
    client = _client("someone", group=group)
    request = rf.get("/admin/")
    request.user = User.objects.get(username="someone")

    for section in navigation.build_sidebar(request):
        for item in section["items"]:
            assert client.get(item["link"], follow=True).status_code == 200, item["title"]


@pytest.mark.parametrize(
    ("path", "active"),
    [
        ("/admin/", ["Home"]),
        ("/admin/numbers/batch/import/preview/", ["Import"]),
        ("/admin/numbers/batch/7/change/", ["Batches"]),
        ("/admin/password_change/", []),
    ],
)
def test_one_entry_of_the_navigation_is_where_one_is(rf, path, active):
    request = rf.get(path)
    request.user = User.objects.create_superuser("root")

    sections = navigation.build_sidebar(request)

    items = [item for section in sections for item in section["items"]]
    assert [item["title"] for item in items if item["active"]] == active


def test_every_entry_of_the_navigation_exists():
    for _, entries in navigation.GROUPS:
        for entry in entries:
            assert reverse(entry.view), entry.title


@pytest.mark.slow
def test_every_list_opens_for_a_superuser():
    client = Client()
    client.force_login(User.objects.create_superuser("root"))

    for model in admin.site._registry:
        meta = model._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        assert client.get(url, follow=True).status_code == 200, url


def test_only_a_superuser_makes_superusers():
    client = _client("chief", group=CHIEF)
    user = User.objects.get(username="chief")
    user.user_permissions.set(
        Group.objects.get(name=CHIEF).permissions.all()
        | user.user_permissions.model.objects.filter(content_type__app_label="auth")
    )
    root = User.objects.create_superuser("root")

    page = client.get(reverse("admin:auth_user_change", args=[user.pk]))
    client.post(
        reverse("admin:auth_user_change", args=[user.pk]),
        {"username": "chief", "is_active": "on", "is_staff": "on", "is_superuser": "on"},
    )

    user.refresh_from_db()
    assert 'name="is_superuser"' not in page.content.decode()
    assert not user.is_superuser
    assert client.get(reverse("admin:auth_user_password_change", args=[root.pk])).status_code == 403


def test_a_new_user_may_log_in_to_the_dashboard_at_once():
    client = Client()
    client.force_login(User.objects.create_superuser("root"))

    client.post(
        reverse("admin:auth_user_add"),
        {"username": "mod", "password1": "Zebra-trail-91", "password2": "Zebra-trail-91"},
    )

    user = User.objects.get(username="mod")
    assert user.is_staff and not user.is_superuser
    assert user.check_password("Zebra-trail-91")


@pytest.mark.parametrize("name", ["ban", "freeze", "message"])
def test_acts_on_members_need_the_form_and_its_token(name):
    member = make_member()
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("root"))
    url = reverse(f"admin:accounts_member_{name}", args=[member.pk])

    client.get(url, {"reason": "x", "text": "x"})
    answer = client.post(url, {"reason": "x", "text": "x"})

    member.refresh_from_db()
    assert answer.status_code == 403
    assert not member.is_frozen
    assert member.outbox.count() == 0
