"""A kind of members narrowed by language and by the days of joining and being seen."""

import json
from datetime import date, timedelta

import pytest

from accounts.services import COMMAND
from tests.factories import make_member
from tests.vip.orders import NOW
from tests.vip.test_admin import GRANT, client_of, fill, hidden
from vip.audience import Filter, Kind
from vip.models import Grant, GrantOrder
from vip.services import Audience, grant_vip

pytestmark = pytest.mark.django_db

LONG_AGO = NOW - timedelta(days=100)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"ann", "boris", "celine"}),
        ({"language": "fr"}, {"celine"}),
        ({"language": "ru"}, {"boris"}),
        ({"joined_from": LONG_AGO.date()}, {"boris", "celine"}),
        ({"joined_from": LONG_AGO.date(), "joined_to": LONG_AGO.date()}, {"boris"}),
        ({"joined_to": date.max}, {"ann", "boris", "celine"}),
        ({"seen_from": NOW.date()}, {"ann", "celine"}),
        ({"seen_from": NOW.date(), "language": "en"}, {"ann"}),
    ],
)
def test_a_filter_narrows_whom_a_kind_means(filters, expected):
    day = LONG_AGO.replace(hour=23, minute=59, second=59)
    made = {
        "ann": make_member(joined_at=LONG_AGO - timedelta(days=1), client_language="en-GB"),
        "boris": make_member(joined_at=day, language="ru", client_language="fr"),
        "celine": make_member(joined_at=NOW, client_language="fr"),
    }
    for member in made.values():
        member.last_seen_at = LONG_AGO if member == made["boris"] else NOW
        member.save()
    names = {member.pk: name for name, member in made.items()}

    audience = Audience(Kind.ALL, filter=Filter(**filters))
    order = grant_vip(audience=audience, days=1, reason="x", actor=COMMAND, key="act:1", now=NOW)

    given = Grant.objects.filter(order=order).values_list("membership", flat=True)
    assert {names[pk] for pk in given} == expected


def test_a_filter_is_kept_in_the_order_and_named():
    audience = Audience(Kind.NEVER, filter=Filter(language="fr", joined_from=date(2026, 1, 2)))

    assert Audience.load(json.loads(json.dumps(audience.dump()))) == audience
    assert audience.label == "Who never was VIP, language Français, joined from 2026-01-02"


def test_a_kind_is_narrowed_by_a_filter():
    client, celine = client_of("Chief"), make_member(language="fr")
    make_member(language="ru")
    values = {**fill(client), "who": "all", "language": "fr"}

    look = client.post(GRANT, {**values, "step": "look"})
    assert "All members, language Français" in look.content.decode()
    client.post(GRANT, {**hidden(look), "step": "confirm"})

    assert list(Grant.objects.values_list("membership", flat=True)) == [celine.pk]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"who": "named", "language": "fr"}, "language"),
        ({"who": "all", "joined_from": "2026-02-01", "joined_to": "2026-01-01"}, "joined_to"),
        ({"who": "all", "joined_from": "soon"}, "joined_from"),
        ({"who": "all", "language": "xx"}, "language"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(changes, field):
    client, ann = client_of("Chief"), make_member()
    values = fill(client, *([ann] if changes["who"] == "named" else []))

    page = client.post(GRANT, {**values, **changes, "step": "confirm"})

    assert list(page.context["form"].errors) == [field]
    assert not GrantOrder.objects.exists()


def test_a_senior_has_no_filter():
    assert "language" not in client_of().get(GRANT).context["form"].fields
