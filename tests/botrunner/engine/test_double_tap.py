"""A confirm button pressed many times at once, in updates of their own."""

import asyncio

import pytest
from django.utils import timezone

from botrunner.dispatcher import Dispatcher
from botrunner.models import InboxUpdate
from points.models import Entry, Seat
from tests.botrunner.engine.bots import press_update, wait_until
from tests.botrunner.engine.test_webhook import RecordingSender
from tests.factories import make_member
from tests.phone import Phone
from tests.points.games.blackjack_tables import sit_down
from vip.models import Grant, Plan

pytestmark = pytest.mark.django_db(transaction=True)

PRESSES = 20


class ReadingSender(RecordingSender):
    async def send(self, calls, urgency):
        self.sent.append(calls[0]["params"].get("text"))
        return True


def press_often(phone, label, how) -> list[str]:
    """What was answered to each press."""
    data, owner = phone.data_of(label), phone.user["id"]
    updates = [press_update(data, telegram_id=owner) for _ in range(PRESSES)]
    batches = [updates] if how == "in one batch" else [[update] for update in updates]
    sender = ReadingSender()

    async def story():
        async with Dispatcher(sender) as dispatcher:
            await asyncio.gather(*(dispatcher.accept(batch) for batch in batches))
            await wait_until(lambda: len(sender.sent) == PRESSES, "all answers")

    asyncio.run(story())
    return sender.sent


@pytest.mark.parametrize("how", ["in one batch", "one by one"])
def test_a_confirm_button_pressed_20_times_at_once_is_one_purchase(how):
    phone = Phone(make_member(points=2_000))
    phone.say("/vip")
    phone.press("1 day")

    answers = press_often(phone, "Confirm", how)

    price = Plan.objects.get(days=1).price
    assert phone.member.wallet.balance == 2_000 - price
    assert Grant.objects.count() == 1
    assert Entry.objects.filter(amount=-price).count() == 1
    assert len(set(answers)) == 1
    assert InboxUpdate.objects.filter(state=InboxUpdate.State.ANSWERED).count() == PRESSES


@pytest.mark.parametrize("how", ["in one batch", "one by one"])
def test_a_double_pressed_20_times_at_once_is_one_double(how):
    phone = Phone(make_member(points=2_000))
    sit_down(phone.member, now=timezone.now())
    phone.say("/blackjack")

    answers = press_often(phone, "Double", how)

    assert Entry.objects.filter(kind=Entry.Kind.GAME_STAKE).count() == 2
    assert Seat.objects.get().stake == 20
    assert len(set(answers)) == 1
