from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEntry, Chat
from accounts.services import delete_member
from points.errors import (
    AuthorFrozen,
    NotAProvider,
    NotReversible,
    PhotoUsed,
    ProviderFrozen,
    SelfVouch,
    VouchSpent,
    VouchTooEarly,
    VouchVoided,
)
from points.exports import export_member
from points.models import DayScore, Entry, PointsSettings, Vouch, VouchProvider
from points.selectors import balance_of
from points.services import give_vouch, reverse_entry, transfer, verify_ledger, void_vouch
from tests.factories import make_member
from tests.factories.vouches import make_photo, make_provider
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider():
    return make_provider(first_name="Pia", username="pia")


@pytest.fixture
def ann():
    return make_member(points=10)


def vouch(provider, author, *, now=NOW, **photo):
    return give_vouch(
        provider_id=provider.pk, author_id=author.pk, photo=make_photo(**photo), now=now
    )


@pytest.fixture
def void(actor):
    return partial(void_vouch, reason="staged", actor=actor, now=NOW)


def test_a_vouch_counts_and_pays_the_provider(provider, ann):
    vouched = vouch(provider, ann)

    entry = Entry.objects.get(wallet_id=provider.pk)
    assert (entry.kind, entry.amount, entry.counterparty_id) == ("vouch", 1, ann.pk)
    assert entry.key == f"vouch:{vouched.vouch.pk}:provider"
    assert (vouched.count, balance_of(ann.pk)) == (1, 10)
    assert VouchProvider.objects.get().vouch_count == 1
    score = DayScore.objects.get(board="vouches")
    assert (score.member_id, score.day, score.score) == (provider.pk, NOW.date(), 1)


def test_the_settings_say_what_a_vouch_brings(provider, ann):
    PointsSettings.objects.create(vouch_points=0, vouch_author_points=7)

    vouched = vouch(provider, ann)

    assert (balance_of(provider.pk), balance_of(ann.pk)) == (0, 17)
    assert (vouched.vouch.provider_points, vouched.vouch.author_points) == (0, 7)


def test_a_message_counts_once_and_says_the_same_again(provider, ann):
    photo = make_photo()
    give = partial(give_vouch, provider_id=provider.pk, author_id=ann.pk, photo=photo)

    first, again = give(now=NOW), give(now=NOW + timedelta(days=1))

    assert first and again and (first.vouch, again.count) == (again.vouch, 1)
    assert balance_of(provider.pk) == 1


def test_an_album_counts_once(provider, ann):
    vouch(provider, ann, album_id="a")

    assert vouch(provider, ann, album_id="a", now=NOW + timedelta(hours=1)) is None

    assert Vouch.objects.count() == 1


def test_a_group_that_is_switched_off_counts_nothing(provider, ann, state):
    Chat.objects.update(is_enabled=False)
    before = state()

    assert vouch(provider, ann) is None

    assert state() == before


def refused(state, call, refusal):
    before = state()
    with pytest.raises(refusal) as caught:
        call()
    assert state() == before
    return caught.value.params


def test_nobody_vouches_for_himself(provider, state):
    refused(state, partial(vouch, provider, provider.member), SelfVouch)


def test_a_photo_counts_once_whoever_shows_it(provider, ann, state):
    vouch(provider, ann, unique_id="same")
    other = make_provider()

    for whom in (provider, other):
        refused(state, partial(vouch, whom, make_member(), unique_id="same"), PhotoUsed)


def test_a_photo_that_was_voided_stays_used(provider, ann, state, void):
    void(vouch_id=vouch(provider, ann, unique_id="same").vouch.pk)

    refused(state, partial(vouch, provider, make_member(), unique_id="same"), PhotoUsed)


def test_a_pair_waits_between_two_vouches(provider, ann, state):
    vouch(provider, ann)
    soon, later = NOW + timedelta(seconds=59), NOW + timedelta(seconds=60)

    params = refused(state, partial(vouch, provider, ann, now=soon), VouchTooEarly)

    assert params == {"name": "Pia", "wait": timedelta(seconds=1)}
    assert vouch(provider, make_member(), now=soon).count == 2
    assert vouch(provider, ann, now=later).count == 3


def test_a_clock_that_was_set_back_makes_the_wait_longer(provider, ann, state):
    vouch(provider, ann)

    refused(state, partial(vouch, provider, ann, now=NOW - timedelta(days=1)), VouchTooEarly)


def test_a_pair_need_not_wait_where_the_settings_say_so(provider, ann):
    PointsSettings.objects.create(vouch_pair_seconds=0)

    assert [vouch(provider, ann).count for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_who_is_frozen_or_banned_neither_gives_nor_receives(field, ann, state):
    held = make_member(**{field: NOW})

    refused(state, partial(vouch, make_provider(), held), AuthorFrozen)
    refused(state, partial(vouch, make_provider(held), ann), ProviderFrozen)


def test_who_was_unmarked_receives_no_more(ann, state):
    refused(state, partial(vouch, make_provider(is_active=False), ann), NotAProvider)


def test_voiding_takes_back_from_both_by_entries_that_name_theirs(provider, ann, actor, void):
    PointsSettings.objects.create(vouch_points=5, vouch_author_points=2)
    given = vouch(provider, ann).vouch

    voided = void(vouch_id=given.pk)

    assert (balance_of(provider.pk), balance_of(ann.pk)) == (0, 10)
    for entry in Entry.objects.filter(kind="vouch"):
        assert (entry.reversal.amount, entry.reversal.note) == (-entry.amount, "staged")
    assert (voided.voided_at, voided.voided_by_user_id, voided.void_reason) == (NOW, 7, "staged")
    assert VouchProvider.objects.get().vouch_count == 0
    assert DayScore.objects.get(board="vouches").score == 0
    audit = AuditEntry.objects.get(action="points.void_vouch")
    assert (audit.member_id, audit.target) == (provider.pk, f"vouch {given.pk}")
    assert verify_ledger(actor=actor, now=NOW).faults == []


def test_a_vouch_is_voided_once(provider, ann, state, void):
    given = vouch(provider, ann).vouch
    void(vouch_id=given.pk)

    refused(state, partial(void, vouch_id=given.pk), VouchVoided)


def test_a_vouch_whose_points_are_spent_says_how_many_are_missing(provider, ann, state, void):
    PointsSettings.objects.create(vouch_points=5, vouch_author_points=2)
    given = vouch(provider, ann).vouch
    transfer(sender_id=provider.pk, receiver_id=ann.pk, amount=3, key="spent", now=NOW)

    params = refused(state, partial(void, vouch_id=given.pk), VouchSpent)

    assert params == {"name": "Pia", "points": 5, "missing": 3}
    transfer(sender_id=ann.pk, receiver_id=provider.pk, amount=3, key="back", now=NOW)
    assert void(vouch_id=given.pk).voided_at == NOW


def test_a_frozen_provider_is_voided_too(provider, ann, void):
    given = vouch(provider, ann).vouch
    type(ann).objects.filter(pk=provider.pk).update(frozen_at=NOW)

    void(vouch_id=given.pk)

    assert balance_of(provider.pk) == 0


def test_a_vouch_is_not_taken_back_by_half_in_the_ledger(provider, ann, actor, state):
    vouch(provider, ann)
    entry_id = Entry.objects.get(kind="vouch").pk

    call = partial(reverse_entry, entry_id=entry_id, reason="x", actor=actor, now=NOW)
    refused(state, call, NotReversible)


@pytest.mark.parametrize(
    "change",
    [
        "photo_unique_id = 'other'",
        "provider_points = 9",
        "author_points = 9",
        "created_at = '2020-01-01'",
        "message_id = message_id + 1",
        "chat_telegram_id = -5",
        "album_id = 'b'",
        "author_id = (SELECT MAX(id) FROM accounts_member)",
        "void_reason = 'without a time'",
    ],
)
def test_the_database_lets_nothing_else_change(provider, ann, state, change):
    vouch(provider, ann, album_id="a")
    make_member()
    before = state()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE points_vouch SET {change}")  # noqa: S608

    assert state() == before


@pytest.mark.parametrize("change", ["voided_at = NULL", "void_reason = 'other'"])
def test_a_voided_vouch_stays_voided(provider, ann, void, state, change):
    if change == "voided_at = NULL":
        change += ", voided_by_label = '', void_reason = '', voided_by_user_id = NULL"
    void(vouch_id=vouch(provider, ann).vouch.pk)
    before = state()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE points_vouch SET {change}")  # noqa: S608

    assert state() == before


def test_a_vouch_cannot_be_deleted(provider, ann):
    vouch(provider, ann)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM points_vouch")


@pytest.mark.parametrize("field", ["photo", "message", "album", "himself"])
def test_the_database_keeps_the_rules_without_the_service(provider, ann, field):
    given = vouch(provider, ann, album_id="a").vouch
    row = Vouch.objects.get()
    row.pk, row.photo_unique_id, row.message_id, row.album_id = None, "new", 10**9, "new"
    changes = {
        "photo": {"photo_unique_id": given.photo_unique_id},
        "message": {"message_id": given.message_id},
        "album": {"album_id": "a"},
        "himself": {"author_id": provider.pk},
    }
    for name, value in changes[field].items():
        setattr(row, name, value)

    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


def test_a_vouch_needs_few_queries(provider, ann):
    with at_most(12):
        vouch(provider, ann)


def test_his_own_copy_holds_vouches_given_and_received(provider, ann, void):
    given = vouch(provider, ann).vouch
    void(vouch_id=given.pk)

    received, own = export_member(provider.pk), export_member(ann.pk)

    assert received["vouch_provider"]["vouch_count"] == 0
    assert received["vouches_received"][0]["void_reason"] == "staged"
    assert "author_id" not in received["vouches_received"][0]
    assert own["vouches_given"][0]["message_id"] == given.message_id
    assert own["vouch_provider"] is None


def test_deleting_ones_data_forgets_the_message_and_keeps_the_count(provider, ann, actor, state):
    photo = make_photo(unique_id="same", album_id="a")
    give_vouch(provider_id=provider.pk, author_id=ann.pk, photo=photo, now=NOW)

    delete_member(member_id=ann.pk, actor=actor, now=NOW)

    row = Vouch.objects.get()
    assert (row.chat_telegram_id, row.message_id, row.album_id) == (None, None, "")
    assert VouchProvider.objects.get().vouch_count == 1
    again = replace(photo, message_id=photo.message_id + 10**6, album_id="")
    with pytest.raises(PhotoUsed):
        give_vouch(provider_id=provider.pk, author_id=make_member().pk, photo=again, now=NOW)


def test_a_provider_who_deletes_his_data_is_one_no_longer(ann, actor, void):
    provider = make_provider(headline="Bikes")
    given = vouch(provider, ann).vouch

    delete_member(member_id=provider.pk, actor=actor, now=NOW)

    provider.refresh_from_db()
    assert (provider.is_active, provider.headline) == (False, "")
    assert void(vouch_id=given.pk).voided_at == NOW


def test_the_ledger_check_finds_vouches_that_do_not_add_up(provider, ann, actor):
    vouch(provider, ann)
    Vouch.objects.create(
        provider=provider,
        author=ann,
        photo_unique_id="written by hand",
        provider_points=3,
        author_points=2,
        created_at=NOW,
    )

    faults = verify_ledger(actor=actor, now=NOW).faults

    unpaid = Vouch.objects.latest("pk").pk
    assert faults == [
        {"fault": "vouch_paid_its_provider_wrong", "vouch": unpaid, "found": 0, "expected": 3},
        {"fault": "vouch_paid_its_author_wrong", "vouch": unpaid, "found": 0, "expected": 2},
        {
            "fault": "vouches_of_provider_miscounted",
            "provider": provider.pk,
            "found": 1,
            "expected": 2,
        },
    ]
