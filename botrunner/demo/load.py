"""Loads the demo once, whole or not at all."""

from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import F

from accounts.models import Member, OutboxMessage
from accounts.services import SYSTEM
from botrunner.demo.ads import set_up_network, watch_ads
from botrunner.demo.auto_search import switch_on
from botrunner.demo.films import publish_films, watch
from botrunner.demo.history import DAYS, STAFF, Story, make_provider, play
from botrunner.demo.people import FIRST_ID, list_contacts
from botrunner.demo.stock import stock_pools
from botrunner.demo.vouches import open_group
from points.services import refresh_scores, verify_ledger
from project.models import DayTotal

# The same dice each time: the same people, the same history.
SEED = 20_240_501


def is_loaded() -> bool:
    return Member.objects.filter(telegram_id=FIRST_ID).exists()


@transaction.atomic
def load(now: datetime) -> int:
    """The number of members made; 0 when the demo is there already."""
    if is_loaded():
        return 0
    first = now - timedelta(days=DAYS)
    story = Story(Random(SEED), list(stock_pools(STAFF, first)), make_provider())  # noqa: S311
    contacts = list_contacts()
    open_group(STAFF)
    play(story, contacts, now)
    switch_on(story, STAFF, now)
    watch_ads(set_up_network(), story.members, story.dice, now)
    publish_films(STAFF, first)
    watch(story.members, story.dice, first, now)
    _call_messages_sent(story)
    # Sums of days that were empty a moment ago.
    DayTotal.objects.all().delete()
    refresh_scores(now=now)
    verify_ledger(actor=SYSTEM, now=now)
    return len(story.members)


def _call_messages_sent(story: Story) -> None:
    """Nobody is behind these members: what the history queued for them is history too."""
    queued = OutboxMessage.objects.filter(
        member__in=story.members, state=OutboxMessage.State.WAITING
    )
    queued.update(state=OutboxMessage.State.SENT, sent_at=F("due_at"), created_at=F("due_at"))
