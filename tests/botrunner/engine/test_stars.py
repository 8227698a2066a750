"""Stars from the invoice to the refund, over a real bot process and the sandbox's Telegram."""

import asyncio

import pytest
from django.utils import timezone

from accounts.services import COMMAND
from botrunner.sandbox import members, stars
from botrunner.sandbox.context import Fault
from points.models import Entry
from tests.botrunner.engine.bots import bot_process, fake_telegram, list_texts, wait_until
from tests.concurrency import call_aside
from vip.models import StarPayment, StarRefund
from vip.services.stars import refund_payment

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_paid_killed_before_the_receipt_delivered_again_and_refunded():
    asyncio.run(play())

    payment = StarPayment.objects.get()
    assert Entry.objects.filter(kind="stars").count() == 1
    refund = StarRefund.objects.get()
    assert (refund.payment, refund.state) == (payment, "done")
    assert refund.attempts >= 1


async def play():
    async with fake_telegram(1) as (server, (person,)):
        state, faults = server.state, server.context.faults
        with bot_process(server):
            members.send_text(state, chat_id=person, user_id=person, text="/stars")
            pack = await find(state, person, "reply_markup")
            data = pack["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
            members.press_button(
                state, chat_id=person, user_id=person, message_id=pack["message_id"], data=data
            )
            invoice = await find(state, person, "invoice")
            faults.append(Fault("sendmessage", times=1_000))
            where = {"chat_id": person, "user_id": person}
            stars.check_out(state, **where, message_id=invoice["message_id"])
            paid = await find(state, person, "successful_payment")
            await wait_until_so(StarPayment.objects.exists, "the payment")
        # Killed: committed, not answered.
        faults.clear()
        assert receipts(state, person) == 0
        with bot_process(server):
            await wait_until(lambda: receipts(state, person) == 1, "the receipt")
            for _ in range(3):
                stars.deliver_again(state, chat_id=person, message_id=paid["message_id"])
            await wait_until(lambda: receipts(state, person) == 4, "the same receipt")
            assert stars.balance_of(state, person) == 4_950
            # Away at first; then it does what it is asked, and its answer is lost.
            faults.append(Fault("refundstarpayment", times=1, retry_after=1))
            faults.append(Fault("refundstarpayment", times=1, retry_after=1, done=True))
            await call_aside(order_refund)
            await wait_until_so(StarRefund.objects.filter(state="done").exists, "the refund")
        assert stars.balance_of(state, person) == 5_000


def order_refund():
    refund_payment(
        payment_id=StarPayment.objects.get().pk,
        reason="asked",
        take_what_is_left=False,
        actor=COMMAND,
        key="web:1",
        now=timezone.now(),
    )


def receipts(state, person) -> int:
    return sum("are yours" in text for text in list_texts(state, person))


async def find(state, person, key):
    chat = state.chats[person]
    await wait_until(lambda: any(key in m for m in chat.messages.values()), key)
    return next(m for m in reversed(chat.messages.values()) if key in m)


async def wait_until_so(ask, what):
    for _ in range(400):
        if await call_aside(ask):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")
