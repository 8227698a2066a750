"""The home page and the members' pages: right figures, few queries, and nothing breaks them."""

import csv
import io
import json
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Member, OutboxMessage
from botrunner.models import Heartbeat, InboxUpdate
from project.dashboard import close_days, list_charts, list_figures
from project.models import DayTotal
from tests.factories import give_points, make_member

pytestmark = pytest.mark.django_db

HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "\u202eevil\u202c\u200f",
    "A" * 256,
    "=cmd|' /C calc'!A0",
]


@pytest.fixture
def root(client):
    user = User.objects.create_superuser("root")
    client.force_login(user)
    return client


def _cards(page):
    return {card["label"]: card for card in page.context["figures"]}


def _chart(name):
    return next(chart for chart in list_charts() if chart.name == name)


def test_the_cards_show_what_is_in_the_database(root):
    make_member(points=70, last_seen_at=timezone.now() - timedelta(days=3))
    member = make_member(points=30)
    OutboxMessage.objects.create(key="k", kind="vip.ending", member=member)
    Heartbeat.objects.create(process="bot@host:1", kind="bot", beat_at=timezone.now())

    cards = _cards(root.get("/admin/"))

    assert cards["Members"]["reading"].value == 2
    assert cards["Active today"]["reading"].value == 1
    assert cards["Points in circulation"]["reading"].value == 100
    assert cards["Messages to send"]["reading"].value == 1
    assert cards["Free numbers"]["reading"].state == "warn"
    assert cards["Bot"]["reading"].state == "good"


@pytest.mark.parametrize("card", ["Members", "Active today", "Points in circulation"])
def test_each_card_leads_to_its_list(root, card):
    link = _cards(root.get("/admin/"))[card]["url"]

    assert not link or root.get(link).status_code == 200


def test_a_silent_bot_and_late_work_are_warned_of(root):
    long_ago = timezone.now() - timedelta(hours=3)
    member = make_member()
    OutboxMessage.objects.create(key="k", kind="x", member=member, due_at=long_ago)
    InboxUpdate.objects.create(update_id=1, chat_id=1, payload={}, received_at=long_ago)
    Heartbeat.objects.create(process="bot@host:1", kind="bot", beat_at=long_ago)

    cards = _cards(root.get("/admin/"))

    for label in ("Bot", "Messages to send", "Updates waiting"):
        assert cards[label]["reading"].state == "warn", label
    assert "3 h 0 min ago" in cards["Bot"]["reading"].note


@pytest.mark.parametrize(
    ("label", "kind"), [("Bot", "bot"), ("Workers", "worker"), ("Schedule", "cron")]
)
def test_one_of_three_that_fell_silent_is_named_with_its_place(root, label, kind):
    now = timezone.now()
    for pid, seconds in ((1, 5), (2, 5), (4711, 300)):
        beat_at = now - timedelta(seconds=seconds)
        Heartbeat.objects.create(process=f"{kind}@far:{pid}", kind=kind, beat_at=beat_at)

    card = _cards(root.get("/admin/"))[label]

    assert card["reading"].value == "2 of 3 alive"
    since = f"{now - timedelta(seconds=300):%H:%M}"
    assert card["reading"].note == f"far:4711 silent since {since} UTC"
    assert card["reading"].state == "warn"
    rows = root.get(card["url"]).content.decode()
    assert rows.count("Alive") == 2
    assert f"{kind}@far:4711" in rows


def test_three_that_live_are_counted(root):
    for pid in range(3):
        Heartbeat.objects.create(process=f"bot@far:{pid}", kind="bot", beat_at=timezone.now())

    reading = _cards(root.get("/admin/"))["Bot"]["reading"]

    assert (reading.value, reading.state) == ("3 alive", "good")


def test_a_source_that_fails_shows_as_unavailable_and_the_page_opens(root, monkeypatch):
    def fail(*args):
        raise RuntimeError("broken")

    for source in (*list_figures(), *list_charts()):
        # Frozen on purpose elsewhere: a test may reach in.
        monkeypatch.setattr(type(source), "read", fail)

    page = root.get("/admin/")

    assert page.status_code == 200
    assert {card["reading"].value for card in page.context["figures"]} == {"unavailable"}
    assert not any(chart["is_available"] for chart in page.context["charts"])


def test_without_redis_the_page_opens_and_the_queues_say_it_kindly(root, settings):
    nowhere = "unix:///nonexistent/valkey.sock?db=0"
    settings.REDIS_URL = nowhere
    settings.RQ_QUEUES = {name: {"URL": nowhere} for name in settings.RQ_QUEUES}

    cards = _cards(root.get("/admin/"))
    queues = root.get(reverse("django_rq:home"))

    assert cards["Jobs waiting"]["reading"].value == "unavailable"
    assert queues.status_code == 503
    assert "Nothing is lost" in queues.content.decode()


@pytest.mark.valkey
@pytest.mark.parametrize(("minutes", "state"), [(1, "good"), (4, "warn")])
def test_jobs_that_nobody_does_are_warned_of(root, minutes, state):
    beat_at = timezone.now() - timedelta(minutes=minutes)
    Heartbeat.objects.create(process="jobs", kind="jobs", beat_at=beat_at)

    assert _cards(root.get("/admin/"))["Jobs waiting"]["reading"].state == state


@pytest.mark.valkey
def test_with_redis_the_queues_show(root):
    assert root.get(reverse("django_rq:home")).status_code == 200
    assert root.get(reverse("django_rq:jobs", args=[0])).status_code == 200


def test_the_home_page_asks_the_database_little(root, django_assert_max_num_queries, stopped_clock):
    for _ in range(5):
        make_member(points=3)
    root.get("/admin/")
    cache.clear()
    # Whatever is added to the page may ask twice; four note the session.
    shown = len(list_figures()) + len(list_charts())

    with django_assert_max_num_queries(2 * shown + 4):
        root.get("/admin/")
    # Kept for half a minute: the next look costs the session, the user and nothing else.
    with django_assert_max_num_queries(4):
        root.get("/admin/")


def test_staff_see_only_the_cards_they_may_open(client):
    client.force_login(User.objects.create_user("staff", is_staff=True))

    page = client.get("/admin/")

    assert page.context["figures"] == []
    assert page.context["charts"] == []
    assert "Your account may open nothing yet" in page.content.decode()


def test_minted_and_burnt_leave_transfers_out(stopped_clock):
    first, second = make_member(points=100), make_member()
    from points.services import transfer

    transfer(sender_id=first.pk, receiver_id=second.pk, amount=40, key="t", now=stopped_clock)
    today = stopped_clock.astimezone(UTC).date()

    days = _chart("points.supply").read(today, today + timedelta(days=1))

    assert days == {today: {"minted": 100, "burnt": 0}}


def test_a_day_that_is_over_is_read_once_and_kept():
    chart = _chart("accounts.new_members")
    today = timezone.now().astimezone(UTC).date()
    yesterday = datetime.combine(today - timedelta(days=1), time(12), UTC)
    make_member(joined_at=yesterday)

    days = close_days(chart, today)
    make_member(joined_at=yesterday)
    again = close_days(chart, today)

    assert days[yesterday.date()] == {"members": 1}
    assert again == days
    assert DayTotal.objects.filter(chart=chart.name).count() == 29


def test_the_charts_have_their_figures_as_a_table_too(root, stopped_clock):
    make_member(joined_at=stopped_clock)

    page = root.get("/admin/")

    chart = next(chart for chart in page.context["charts"] if chart["title"] == "New members")
    assert json.loads(chart["data"])["datasets"][0]["data"][-1] == 1
    assert len(chart["rows"]) == 30
    assert '<th scope="row">' in page.content.decode()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stands_on_every_page_as_text(root, name):
    member = make_member(points=5, first_name=name, last_name=name, ban_reason=name)
    AuditEntry.objects.create(
        action="member.ban", origin="web", actor_label=name[:150], member_id=member.pk, reason=name
    )

    pages = [
        reverse("admin:accounts_member_change", args=[member.pk]),
        reverse("admin:accounts_member_ban", args=[member.pk]),
        reverse("admin:accounts_member_changelist"),
        reverse("admin:accounts_auditentry_changelist"),
    ]
    for url in pages:
        page = root.get(url)
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        if name.startswith("{{"):
            assert "7|add:7" in page.content.decode()


def test_the_members_page_shows_everything_about_him(root, django_assert_max_num_queries):
    inviter = make_member(first_name="Inviter")
    member = make_member(first_name="Ann", username="ann", referred_by=inviter)
    give_points(member, 40)
    url = reverse("admin:accounts_member_change", args=[member.pk])

    with django_assert_max_num_queries(32):
        page = root.get(url)

    text = page.content.decode()
    for words in ("Ann", "@ann", "Inviter", "Adjustment by staff", "Never VIP"):
        assert words in text
    titles = {panel["title"] for panel in page.context["panels"]}
    assert titles >= {"Points", "VIP", "Numbers", "Messages", "Audit"}
    assert not any("Unavailable" in panel["body"] for panel in page.context["panels"])


def test_a_panel_that_fails_leaves_the_others(root, monkeypatch):
    member = make_member()
    monkeypatch.setattr("points.panels.Entry.objects", None)

    page = root.get(reverse("admin:accounts_member_change", args=[member.pk]))

    bodies = {panel["title"]: panel["body"] for panel in page.context["panels"]}
    assert "Unavailable" in bodies["Points"]
    assert "Never VIP" in bodies["VIP"]


def test_members_are_neither_added_nor_deleted_nor_edited_by_hand(root):
    member = make_member(first_name="Ann")

    assert root.get(reverse("admin:accounts_member_add")).status_code == 403
    assert root.post(reverse("admin:accounts_member_delete", args=[member.pk])).status_code == 403
    root.post(reverse("admin:accounts_member_change", args=[member.pk]), {"first_name": "Eve"})

    member.refresh_from_db()
    assert member.first_name == "Ann"


def test_a_ban_needs_a_reason_and_stands_in_the_audit(root):
    member = make_member()
    url = reverse("admin:accounts_member_ban", args=[member.pk])

    refused = root.post(url, {"reason": " "})
    member.refresh_from_db()
    assert not member.is_banned
    assert refused.status_code == 200

    root.post(url, {"reason": "Spam"})
    again = root.post(url, {"reason": "Spam"})

    member.refresh_from_db()
    assert member.is_banned
    assert AuditEntry.objects.get(action="member.ban").reason == "Spam"
    assert "This member is banned already." in again.content.decode()


def test_many_are_banned_after_one_confirmation(root):
    members = [make_member() for _ in range(3)]
    url = reverse("admin:accounts_member_changelist")
    chosen = {"action": "bulk_ban", "_selected_action": [member.pk for member in members]}

    asked = root.post(url, chosen)
    assert "3 members" in asked.content.decode()
    assert not Member.objects.filter(banned_at__isnull=False).exists()

    root.post(url, {**chosen, "confirm": "1", "reason": "Raid"})

    assert Member.objects.filter(banned_at__isnull=False).count() == 3
    assert AuditEntry.objects.filter(action="member.ban", reason="Raid").count() == 3


@pytest.mark.parametrize(
    ("term", "found"),
    [("ann", 1), ("@ANN", 1), ("Bor", 1), ("orl", 1), ("700", 0), ("55501", 1), ("nn", 0)],
)
def test_search_finds_by_id_and_by_beginnings(root, term, found):
    make_member(telegram_id=55501, first_name="Boris", last_name="Orlov")
    make_member(username="ann", first_name="Zoe", last_name="Yard")

    page = root.get(reverse("admin:accounts_member_changelist"), {"q": term})

    assert page.context["cl"].result_count == found


@pytest.mark.postgres
def test_search_by_a_beginning_goes_by_index():
    found = Member.objects.filter(first_name__istartswith="bor")

    with connection.cursor() as cursor:
        # An empty table is read whole whatever indexes it has.
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "member_first_name_start" in found.explain()


def test_the_member_list_costs_the_same_for_one_and_for_many(root, django_assert_max_num_queries):
    for _ in range(60):
        make_member()

    with django_assert_max_num_queries(8):
        root.get(reverse("admin:accounts_member_changelist"))


def test_the_export_hides_formulas_and_secrets(root):
    member = make_member(first_name="=1+1", last_name="@SUM(A1)", username="+plus")

    answer = root.post(reverse("admin:accounts_member_export"), {"format": "0", "resource": "0"})

    text = answer.content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["first_name"] == "'=1+1"
    assert row["last_name"] == "'@SUM(A1)"
    assert row["username"] == "'+plus"
    assert row["telegram_id"] == str(member.telegram_id)
    assert member.referral_code not in text


def test_nobody_but_a_superuser_exports(client):
    client.force_login(User.objects.create_user("staff", is_staff=True))

    assert client.get(reverse("admin:accounts_member_export")).status_code == 403


def test_a_link_code_is_shown_once(root):
    url = reverse("admin:accounts_staff_link")

    assert "/link" not in root.get(url).context["code"]
    code = root.post(url).context["code"]
    later = root.get(url)

    assert len(code) >= 8
    assert code not in later.content.decode()
    assert "no-store" in later["Cache-Control"]


def test_failed_messages_can_be_sent_again_and_waiting_ones_dropped(root):
    member = make_member()
    failed = OutboxMessage.objects.create(key="a", kind="x", member=member, state="failed")
    waiting = OutboxMessage.objects.create(key="b", kind="x", member=member)
    url = reverse("admin:accounts_outboxmessage_changelist")

    root.post(url, {"action": "retry", "_selected_action": [failed.pk, waiting.pk]})
    root.post(url, {"action": "drop", "_selected_action": [waiting.pk]})

    failed.refresh_from_db()
    waiting.refresh_from_db()
    assert (failed.state, waiting.state) == ("waiting", "dropped")
    assert AuditEntry.objects.filter(action__startswith="message.").count() == 2


def test_the_inbox_shows_no_payload(root):
    InboxUpdate.objects.create(
        update_id=7, chat_id=1, payload={"update_id": 7, "message": {"text": "my secret"}}
    )

    for url in (
        reverse("admin:botrunner_inboxupdate_changelist"),
        reverse("admin:botrunner_inboxupdate_change", args=[7]),
    ):
        text = root.get(url).content.decode()
        assert "message" in text
        assert "my secret" not in text


def test_five_wrong_passwords_shut_the_door(client):
    User.objects.create_superuser("root", password="right")
    login = reverse("admin:login")

    for _ in range(5):
        last = client.post(login, {"username": "root", "password": "wrong"})
    with_right = client.post(login, {"username": "root", "password": "right"})

    assert last.status_code == 429
    assert "try again in an hour" in last.content.decode()
    assert with_right.status_code == 429


def test_pages_send_the_headers_that_protect_them(root):
    page = root.get("/admin/")

    policy = page["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"
    assert "private" in page["Cache-Control"]
    assert "no-store" in page["Cache-Control"]
