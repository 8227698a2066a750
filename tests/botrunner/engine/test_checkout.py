"""Telegram waits ten seconds for the answer to a payment that begins, however busy the bot is."""

import asyncio
import time

import pytest

from botrunner import checkout, dispatcher, inbox, microbatch
from botrunner.dispatcher import Dispatcher
from botrunner.models import InboxUpdate
from tests.botrunner.engine.bots import make_update, wait_until
from tests.botrunner.engine.test_sender import send
from tests.factories import make_member
from tests.phone import Phone
from tests.vip.stars import ask_invoice

pytestmark = pytest.mark.django_db(transaction=True)

CHECKOUT = "answerPreCheckoutQuery"


class SlowTelegram:
    """Takes answers to payments at once, and nothing else until it is let go."""

    def __init__(self):
        self.made = []
        self.go = asyncio.Event()

    async def send(self, calls, urgency):
        if calls[0]["method"] != CHECKOUT:
            await self.go.wait()
        self.made += [call["method"] for call in calls]
        return True


def checkout_update(phone, invoice):
    update = make_update(telegram_id=phone.user["id"])
    del update["message"]
    return update | {
        "pre_checkout_query": {
            "id": str(update["update_id"]),
            "from": phone.user,
            "currency": invoice["currency"],
            "total_amount": invoice["prices"][0]["amount"],
            "invoice_payload": invoice["payload"],
        }
    }


@pytest.fixture
def phone():
    return Phone(make_member(telegram_id=900_000))


@pytest.fixture
def invoice(phone):
    return ask_invoice(phone)


@pytest.fixture
def update(phone, invoice):
    return checkout_update(phone, invoice)


def play(*batches):
    """What was sent while Telegram was slow with everything else."""
    telegram, early = SlowTelegram(), []

    async def story():
        async with Dispatcher(telegram) as running:
            for batch in batches:
                await running.accept(batch)
            await wait_until(lambda: CHECKOUT in telegram.made, "the answer to the payment")
            early.extend(telegram.made)
            telegram.go.set()
            amount = sum(map(len, batches))
            await wait_until(lambda: len(telegram.made) == amount, "all answers")

    asyncio.run(story())
    return early


def test_the_answer_overtakes_what_waits_in_the_same_chat(phone, invoice):
    message = make_update(telegram_id=phone.user["id"])

    assert play([message], [checkout_update(phone, invoice)]) == [CHECKOUT]


def test_the_answer_goes_before_a_crowd_that_came_first(phone, invoice):
    # Even ids: all of one handler.
    crowd = [make_update(telegram_id=910_000 + 2 * n) for n in range(microbatch.BATCH_SIZE + 20)]
    update = checkout_update(phone, invoice)

    play([*crowd, update])

    handled = InboxUpdate.objects.order_by("handled_at", "update_id")
    assert handled.values_list("update_id", flat=True).first() == update["update_id"]


def test_the_answer_needs_no_room_among_those_on_their_way(phone, invoice, monkeypatch):
    monkeypatch.setattr(dispatcher, "ANSWERS_MAX", 1)
    crowd = [make_update(telegram_id=910_000 + 2 * n) for n in range(3)]

    assert play(crowd, [checkout_update(phone, invoice)]) == [CHECKOUT]


def test_an_answer_that_nobody_waits_for_is_not_sent():
    call = {"method": CHECKOUT, "params": {"pre_checkout_query_id": "1", "ok": True}}

    assert send(call | {"answer_by": time.time() - 0.001}).calls == []
    assert len(send(call | {"answer_by": time.time() + 60}).calls) == 1


def test_the_same_question_is_handled_once_and_answered_the_same(update):
    ((first,), _) = [inbox.store([update]), microbatch.handle_waiting([900_000])][1]

    assert inbox.store([update]) == set()
    assert microbatch.handle_waiting([900_000]) == ([], False)
    inbox.mark_answered([update["update_id"]])
    assert [answer.calls for answer in inbox.list_answers([update["update_id"]])] == [first.calls]


def test_when_we_fail_the_payer_is_told_that_nothing_was_paid(update, monkeypatch):
    def fail(**values):
        raise RuntimeError

    monkeypatch.setattr(checkout, "check_invoice", fail)
    inbox.store([update])

    ((answer,), _) = microbatch.handle_waiting([900_000])

    (call,) = answer.calls
    assert call["params"]["ok"] is False
    assert "Nothing was paid" in call["params"]["error_message"]
