import asyncio
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from botrunner import attachments, sender
from botrunner.limits import Urgency
from botrunner.sender import NotSent, Sender


class FakeApi:
    """Raises the errors given, one a call, then succeeds."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = []

    async def call(self, method, params, **more):
        self.calls.append((method, dict(params), more))
        if self.errors:
            error = self.errors.pop(0)
            if error:
                raise error


class FakeLimits:
    def __init__(self):
        self.pauses = []

    async def wait_for(self, method, chat_id, urgency):
        pass

    async def pause(self, chat_id, seconds):
        self.pauses.append((chat_id, seconds))


class FakeThread:
    def __init__(self):
        self.ran = []

    async def run(self, work, *args):
        self.ran.append((work.__name__, *args))
        return work(*args) if work is attachments.make else None


MESSAGE = {"method": "sendMessage", "params": {"chat_id": 5, "text": "<b>a</b> &amp; b"}}
EDIT = {"method": "editMessageText", "params": {"chat_id": 5, "message_id": 9, "text": "hi"}}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(sender, "RETRY_SECONDS", (0, 0))


def send(*calls, errors=()):
    api, limits, thread = FakeApi(*errors), FakeLimits(), FakeThread()

    async def run():
        try:
            return await Sender(api, limits, thread).send(list(calls), Urgency.ANSWER)
        except NotSent as error:
            return error

    result = asyncio.run(run())
    return SimpleNamespace(result=result, calls=api.calls, pauses=limits.pauses, ran=thread.ran)


def test_calls_are_made_in_order():
    done = send(EDIT, MESSAGE)

    assert [method for method, _, _ in done.calls] == ["editMessageText", "sendMessage"]
    assert done.result is True


def test_an_unchanged_message_counts_as_given():
    done = send(EDIT, errors=[BadRequest("Message is not modified")])

    assert (done.result, len(done.calls)) == (True, 1)


def test_what_cannot_be_edited_is_sent_anew():
    done = send(EDIT, errors=[BadRequest("Message to edit not found")])

    assert done.calls[1][0:2] == ("sendMessage", {"chat_id": 5, "text": "hi"})


def test_refused_markup_is_sent_as_plain_text():
    done = send(
        {"method": "sendMessage", "params": MESSAGE["params"] | {"parse_mode": "HTML"}},
        errors=[BadRequest("Can't parse entities")],
    )

    assert done.calls[1][1] == {"chat_id": 5, "text": "a & b"}


def test_a_group_that_moved_is_followed():
    done = send(MESSAGE, errors=[ChatMigrated(-1007)])

    assert done.calls[1][1]["chat_id"] == -1007


def test_a_refused_call_does_not_keep_the_next_from_being_made():
    done = send(MESSAGE, EDIT, errors=[BadRequest("Chat not found")])

    assert [method for method, _, _ in done.calls] == ["sendMessage", "editMessageText"]


@pytest.mark.parametrize(
    ("words", "state"),
    [("bot was blocked by the user", "blocked"), ("user is deactivated", "deactivated")],
)
def test_an_unreachable_member_is_noted_and_not_tried_again(words, state):
    done = send(MESSAGE, MESSAGE, errors=[Forbidden(words)])

    assert (done.result, len(done.calls)) == (False, 1)
    assert done.ran == [("set_reachability", 5, state)]


def test_a_group_that_threw_the_bot_out_is_no_member():
    call = {"method": "sendMessage", "params": {"chat_id": -5, "text": "hi"}}

    done = send(call, errors=[Forbidden("bot was kicked")])

    assert (done.result, done.ran) == (False, [])


def test_the_pause_telegram_names_is_kept():
    done = send(MESSAGE, errors=[RetryAfter(7)])

    assert (done.pauses, len(done.calls), done.result) == ([(5, 7.0)], 2, True)


def test_trouble_on_the_way_is_tried_again():
    done = send(MESSAGE, errors=[NetworkError("x"), NetworkError("y")])

    assert (done.result, len(done.calls)) == (True, 3)


def test_trouble_that_stays_is_left_for_later():
    done = send(MESSAGE, errors=[NetworkError("x")] * 9)

    assert isinstance(done.result, NotSent)
    assert len(done.calls) == 3


def test_the_recorded_call_stays_as_it_was():
    before = dict(EDIT["params"])

    send(EDIT, errors=[BadRequest("Message to edit not found")])

    assert EDIT["params"] == before


def test_an_attachment_is_made_when_it_is_sent(monkeypatch):
    kind = attachments.Kind(lambda params: attachments.File("a.txt", params["x"].encode()))
    monkeypatch.setitem(attachments.KINDS, "test", kind)
    call = {
        "method": "sendDocument",
        "params": {"chat_id": 5, "attachment": {"kind": "test", "params": {"x": "words"}}},
    }

    done = send(call)

    [(method, params, more)] = done.calls
    assert (method, params) == ("sendDocument", {"chat_id": 5})
    document = more["files"]["document"]
    assert (document.filename, document.input_file_content) == ("a.txt", b"words")


def test_a_new_message_that_bears_a_games_card_is_noted():
    api_result = {"chat": {"id": -5}, "message_id": 77}

    class Api(FakeApi):
        async def call(self, method, params, **more):
            await super().call(method, params, **more)
            return api_result

    thread = FakeThread()
    card = {**EDIT, "game_id": 3}

    async def run(*errors):
        return await Sender(Api(*errors), FakeLimits(), thread).send([card], Urgency.NOTICE)

    asyncio.run(run())
    assert thread.ran == []

    # The card was deleted in the group: another takes its place.
    asyncio.run(run(BadRequest("message to edit not found")))
    assert thread.ran == [("keep", 3, -5, 77)]


def test_a_card_that_cannot_be_noted_was_sent_all_the_same(caplog):
    class Api(FakeApi):
        async def call(self, method, params, **more):
            return {"chat": {"id": 5}, "message_id": 77}

    class Away(FakeThread):
        async def run(self, work, *args):
            raise OperationalError

    async def run():
        sender = Sender(Api(), FakeLimits(), Away())
        return await sender.send([{**MESSAGE, "game_id": 3}], Urgency.NOTICE)

    assert asyncio.run(run()) is True
    assert "game 3" in caplog.text


@pytest.mark.parametrize("is_over", [[True], [False, True]], ids=["before", "as it waits"])
def test_a_card_that_waited_is_not_sent_over_the_end_of_its_game(is_over):
    answers = iter(is_over)

    class Games(FakeThread):
        async def run(self, work, *args):
            self.ran.append((work.__name__, *args))
            return next(answers)

    api, thread = FakeApi(), Games()
    toast = {"method": "answerCallbackQuery", "params": {"callback_query_id": "1"}}
    calls = [{**EDIT, "open_game_id": 3}, toast]

    asyncio.run(Sender(api, FakeLimits(), thread).send(calls, Urgency.ANSWER))

    assert [method for method, _, _ in api.calls] == ["answerCallbackQuery"]
    assert thread.ran == [("is_game_over", 3)] * len(is_over)


def test_a_card_whose_game_cannot_be_asked_for_is_sent():
    class Away(FakeThread):
        async def run(self, work, *args):
            raise OperationalError

    api = FakeApi()

    asyncio.run(
        Sender(api, FakeLimits(), Away()).send([{**EDIT, "open_game_id": 3}], Urgency.ANSWER)
    )

    assert [method for method, _, _ in api.calls] == ["editMessageText"]
