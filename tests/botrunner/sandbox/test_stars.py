import pytest
from telegram import LabeledPrice
from telegram.error import BadRequest

from botrunner.sandbox import cast, stars
from botrunner.sandbox.errors import ControlError

ANN = {"chat_id": cast.ANN, "user_id": cast.ANN}
TERMS = {"title": "500 points", "description": "At once.", "payload": "p", "currency": "XTR"}


async def sell(bot, amount=50, **more):
    prices = more.pop("prices", [LabeledPrice("x", amount)])
    return await bot.send_invoice(cast.ANN, prices=prices, provider_token="", **{**TERMS, **more})


async def pay(server, bot, amount=50):
    """The message that says so."""
    invoice = await sell(bot, amount)
    stars.check_out(server.state, **ANN, message_id=invoice.message_id)
    query = (await bot.get_updates())[-1].pre_checkout_query
    assert (query.currency, query.total_amount, query.invoice_payload) == ("XTR", amount, "p")
    await bot.answer_pre_checkout_query(query.id, ok=True)
    return (await bot.get_updates())[-1].message


def test_a_payment_that_the_bot_lets_go_on_is_charged_once(play):
    async def story(server, bot):
        message = await pay(server, bot)
        assert stars.balance_of(server.state, cast.ANN) == 4_950
        assert message.from_user.id == cast.ANN
        paid = message.successful_payment
        assert (paid.total_amount, paid.invoice_payload) == (50, "p")

        stars.deliver_again(server.state, chat_id=cast.ANN, message_id=message.message_id)
        again = (await bot.get_updates())[-1].message
        assert again.successful_payment == paid
        assert stars.balance_of(server.state, cast.ANN) == 4_950

    play(story)


def test_a_payment_that_the_bot_refuses_costs_nothing(play):
    async def story(server, bot):
        invoice = await sell(bot)
        query_id = stars.check_out(server.state, **ANN, message_id=invoice.message_id)["query_id"]
        await bot.answer_pre_checkout_query(query_id, ok=False, error_message="Gone.")

        assert stars.balance_of(server.state, cast.ANN) == 5_000
        assert server.state.charges == {}
        assert server.state.events[-1][2]["error"] == "Gone."

    play(story)


@pytest.mark.parametrize("answer", ["late", "twice", "unknown"])
def test_an_answer_counts_once_and_for_ten_seconds(play, answer):
    async def story(server, bot):
        invoice = await sell(bot)
        query_id = stars.check_out(server.state, **ANN, message_id=invoice.message_id)["query_id"]
        if answer == "late":
            server.state.checkouts[query_id].asked_at -= stars.CHECKOUT_SECONDS + 0.1
        elif answer == "twice":
            await bot.answer_pre_checkout_query(query_id, ok=True)
        charged = len(server.state.charges)

        with pytest.raises(BadRequest, match="too old"):
            await bot.answer_pre_checkout_query("1" if answer == "unknown" else query_id, ok=True)
        assert len(server.state.charges) == charged

    play(story)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"title": "x" * 33}, "title"),
        ({"description": "x" * 256}, "description"),
        ({"payload": "é" * 65}, "payload"),
        ({"currency": "EUR"}, "provider"),
        ({"prices": []}, "invoice"),
        ({"prices": [LabeledPrice("x", 1)] * 2}, "invoice"),
        ({"amount": 0}, "amount"),
        ({"amount": 10_001}, "amount"),
    ],
)
def test_an_invoice_keeps_telegrams_bounds(play, terms, words):
    async def story(server, bot):
        with pytest.raises(BadRequest, match=f"(?i){words}"):
            await sell(bot, **terms)

    play(story)


def test_who_has_too_few_stars_cannot_begin(play):
    async def story(server, bot):
        invoice = await sell(bot, 5_001)
        with pytest.raises(ControlError, match="5,001"):
            stars.check_out(server.state, **ANN, message_id=invoice.message_id)

    play(story)


def test_stars_come_back_once_to_who_paid(play):
    async def story(server, bot):
        paid = (await pay(server, bot)).successful_payment
        charge_id = paid.telegram_payment_charge_id
        with pytest.raises(BadRequest, match="(?i)charge_id_invalid"):
            await bot.refund_star_payment(cast.BORIS, charge_id)

        assert await bot.refund_star_payment(cast.ANN, charge_id)
        with pytest.raises(BadRequest, match="(?i)charge_already_refunded"):
            await bot.refund_star_payment(cast.ANN, charge_id)

        assert stars.balance_of(server.state, cast.ANN) == 5_000
        refunded = (await bot.get_updates())[-1].message.refunded_payment
        assert refunded.telegram_payment_charge_id == charge_id

    play(story)


def test_telegram_may_refund_by_itself_once(play):
    async def story(server, bot):
        message = await pay(server, bot)
        where = {"chat_id": cast.ANN, "message_id": message.message_id}
        stars.refund_elsewhere(server.state, **where)
        with pytest.raises(ControlError, match="already"):
            stars.refund_elsewhere(server.state, **where)
        assert (await bot.get_updates())[-1].message.refunded_payment.total_amount == 50

    play(story)


def test_nobody_sees_how_many_stars_a_member_has(play):
    async def story(server, bot):
        message = await pay(server, bot)
        assert "stars" not in message.from_user.to_dict()
        assert "stars" not in message.from_user.api_kwargs

    play(story)
