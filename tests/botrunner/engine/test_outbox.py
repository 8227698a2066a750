import asyncio
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.models import Chat, Member, OutboxMessage
from accounts.services import claim_messages, queue_message, release_messages, retry_message
from botrunner import notices, outbox
from botrunner.outbox import ATTEMPTS_MAX, LEASE, OutboxSender, make_call
from botrunner.replies import Reply
from botrunner.sender import NotSent
from tests.botrunner.engine.bots import wait_until
from tests.concurrency import call_aside, run_together
from tests.factories import make_member

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setitem(notices.NOTICES, "test.hello", lambda message: Reply(text="hello"))
    monkeypatch.setitem(notices.NOTICES, "test.over", lambda message: None)


def put(kind="test.hello", member=None, **more) -> OutboxMessage:
    key = f"k{OutboxMessage.objects.count()}"
    more.setdefault("due_at", timezone.now())
    queue_message(kind=kind, key=key, member_id=(member or make_member()).pk, **more)
    return OutboxMessage.objects.get(key=key)


def claim(limit=10, now=None):
    return claim_messages(now=now or timezone.now(), limit=limit, lease=LEASE)


def state_of(message):
    message.refresh_from_db()
    return message.state


def test_the_most_urgent_and_the_oldest_go_first():
    now = timezone.now()
    broadcast = put(priority=OutboxMessage.Priority.BROADCAST, due_at=now - timedelta(hours=2))
    late = put(due_at=now - timedelta(minutes=1))
    early = put(due_at=now - timedelta(minutes=2))
    code = put(priority=OutboxMessage.Priority.CODE)

    assert [m.pk for m in claim()] == [code.pk, early.pk, late.pk, broadcast.pk]


def test_what_is_not_due_waits():
    put(due_at=timezone.now() + timedelta(seconds=30))

    assert claim() == []


def test_a_claimed_message_is_claimed_once():
    put()

    assert (len(claim()), len(claim())) == (1, 0)


def test_a_claim_takes_no_more_than_it_may():
    for _ in range(3):
        put()

    assert len(claim(limit=2)) == 2


def test_an_idle_look_is_cheap(django_assert_num_queries):
    with django_assert_num_queries(3):
        claim()


def test_a_dead_senders_messages_are_given_back_after_the_lease():
    put()
    now = timezone.now()
    claim(now=now)

    assert release_messages(now=now + LEASE - timedelta(seconds=1)) == 0
    assert release_messages(now=now + LEASE + timedelta(seconds=1)) == 1
    assert len(claim()) == 1


def test_a_dead_senders_messages_are_given_back_at_once_and_a_living_ones_are_not():
    now = timezone.now()
    for sender in ("bot@here:1", "bot@here:2", ""):
        put(due_at=now)
        claim_messages(now=now, limit=1, lease=LEASE, by=sender)

    assert release_messages(now=now, alive=["bot@here:1", "bot@here:2"]) == 0
    assert release_messages(now=now, alive=["bot@here:1"]) == 1
    [message] = claim()
    assert message.claimed_by == ""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_senders_at_once_take_each_message_once():
    for _ in range(40):
        put()

    taken = run_together(*[lambda: [m.pk for m in claim(limit=10)]] * 8)

    claimed = [pk for batch in taken for pk in batch]
    assert sorted(claimed) == sorted(OutboxMessage.objects.values_list("pk", flat=True))


def test_the_words_are_in_the_members_language(monkeypatch):
    from django.utils.translation import get_language

    monkeypatch.setitem(notices.NOTICES, "test.hello", lambda m: Reply(text=get_language()))
    put(member=make_member(language="ru"))
    [message] = claim()

    call = make_call(message)

    assert call["params"]["text"] == "ru"
    assert call["params"]["chat_id"] == message.member.telegram_id


@pytest.mark.parametrize(
    "fields",
    [
        {"reachability": Member.Reachability.BLOCKED},
        {"reachability": Member.Reachability.DEACTIVATED},
        {"banned_at": timezone.now()},
    ],
)
def test_nothing_is_sent_to_who_cannot_or_must_not_be_reached(fields):
    put(member=make_member(**fields))
    [message] = claim()

    assert make_call(message) is None
    assert state_of(message) == State.DROPPED


def test_what_is_over_is_dropped():
    put("test.over")
    [message] = claim()

    assert make_call(message) is None
    assert state_of(message) == State.DROPPED


def test_an_unknown_kind_fails_loudly(caplog):
    put("test.nobody_wrote_this")
    [message] = claim()

    assert make_call(message) is None
    assert state_of(message) == State.FAILED
    assert "test.nobody_wrote_this" in caplog.text


def test_a_maker_that_fails_is_tried_again_and_its_error_quotes_nothing(monkeypatch, caplog):
    def fail(message):
        raise ValueError("code 482913")

    monkeypatch.setitem(notices.NOTICES, "test.hello", fail)
    put()
    [message] = claim()

    assert make_call(message) is None
    assert (state_of(message), message.attempts) == (State.WAITING, 1)
    assert message.due_at > timezone.now()
    assert "482913" not in caplog.text + message.last_error


def test_tries_are_bounded():
    message = put()
    OutboxMessage.objects.update(attempts=ATTEMPTS_MAX - 1)
    [message] = claim()

    outbox.try_later(message, "NotSent")

    assert state_of(message) == State.FAILED


def test_a_late_sender_does_not_take_back_what_another_has_sent():
    message = put()
    OutboxMessage.objects.update(state=State.SENT)

    retry_message(message, due_at=timezone.now(), error="NotSent")

    assert state_of(message) == State.SENT


class FakeSender:
    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.sent = []

    async def send(self, calls, urgency):
        self.sent.append((calls[0]["params"]["text"], int(urgency)))
        outcome = self.outcomes.pop(0) if self.outcomes else True
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def run_sender(sender, story):
    async def run():
        stop = asyncio.Event()
        outbox_sender = OutboxSender(sender)
        task = asyncio.create_task(outbox_sender.run(stop))
        await story()
        stop.set()
        await task
        await outbox_sender.finish(5)

    asyncio.run(run())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("outcome", "state"),
    [(True, State.SENT), (False, State.DROPPED), (NotSent(), State.WAITING)],
)
def test_what_became_of_a_message_is_marked(outcome, state):
    message = put()
    sender = FakeSender(outcome)

    run_sender(sender, lambda: wait_until(lambda: sender.sent, "a message"))

    assert state_of(message) == state


@pytest.mark.django_db(transaction=True)
def test_a_message_that_fails_in_our_own_code_is_counted_and_quotes_nothing(caplog):
    message = put()
    sender = FakeSender(ValueError("code 482913"))

    run_sender(sender, lambda: wait_until(lambda: sender.sent, "a message"))

    assert (state_of(message), message.attempts) == (State.WAITING, 1)
    assert "ValueError" in caplog.text
    assert "482913" not in caplog.text + message.last_error


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_while_the_database_went_away_is_marked_and_not_sent_again(monkeypatch):
    message, sender, failures = put(), FakeSender(), iter([OperationalError, InterfaceError])
    real = outbox.mark_message_sent

    def mark(*args, **kwargs):
        if error := next(failures, None):
            raise error
        real(*args, **kwargs)

    monkeypatch.setattr(outbox, "DATABASE_AWAY_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "mark_message_sent", mark)

    run_sender(sender, lambda: wait_until(lambda: next(failures, None) is None, "two tries"))

    assert state_of(message) == State.SENT
    assert len(sender.sent) == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_is_on_its_way_soon_after_its_commit():
    member = make_member()
    sender = FakeSender()

    def write():
        with transaction.atomic():
            put(member=member)

    async def story():
        await asyncio.sleep(0.3)
        await call_aside(write)
        began = asyncio.get_running_loop().time()
        await wait_until(lambda: sender.sent, "a message")
        waited.append(asyncio.get_running_loop().time() - began)

    waited = []
    run_sender(sender, story)

    # A fourth of a second, and what a busy machine adds.
    assert waited[0] < 2


@pytest.mark.django_db(transaction=True)
def test_a_code_is_as_urgent_as_an_answer():
    put(priority=OutboxMessage.Priority.CODE)
    sender = FakeSender()

    run_sender(sender, lambda: wait_until(lambda: sender.sent, "a message"))

    assert sender.sent == [("hello", 0)]


def put_in_group(**fields):
    group = Chat.objects.create(telegram_id=-1001, kind="supergroup", **fields)
    put(member=make_member(reachability=Member.Reachability.BLOCKED), chat_id=group.telegram_id)
    [message] = claim()
    return message


def test_a_message_to_a_group_does_not_ask_whether_its_member_can_be_reached():
    call = make_call(put_in_group())

    assert (call["method"], call["params"]["chat_id"]) == ("sendMessage", -1001)


def test_a_group_that_the_bot_is_not_in_is_told_nothing():
    message = put_in_group(bot_is_member=False)

    assert make_call(message) is None
    assert state_of(message) == State.DROPPED


def test_a_message_may_be_edited_in_place_of_a_new_one(monkeypatch):
    reply = Reply(text="hello", message_id=77, game_id=3)
    monkeypatch.setitem(notices.NOTICES, "test.hello", lambda message: reply)

    call = make_call(put_in_group())

    assert (call["method"], call["params"]["message_id"]) == ("editMessageText", 77)
    assert call["game_id"] == 3
