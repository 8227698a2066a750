"""Pictures on their way: drawn and uploaded once, then sent by the id that Telegram gave them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import OperationalError
from django.utils import timezone
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from botrunner import attachments, jobs, sender, sent_pictures
from botrunner.limits import Urgency
from botrunner.models import SentPicture
from botrunner.pictures.rank_card import HEIGHT, WIDTH
from botrunner.sender import Sender
from botrunner.transport import BotApi
from tests.botrunner.engine.bots import fake_telegram
from tests.botrunner.engine.test_sender import FakeLimits
from tests.factories import make_member
from tests.phone import Phone

pytestmark = pytest.mark.django_db


class PhotoApi:
    """Gives each upload an id. Raises the errors given, one a call; None is no error."""

    def __init__(self, errors):
        self.errors = list(errors)
        self.calls = []

    async def call(self, method, params, *, files=None):
        self.calls.append((method, dict(params), files))
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        photo = [{"file_id": "small"}, {"file_id": f"id{len(self.calls)}"}]
        return {"message_id": 1, **({"photo": photo} if method == "sendPhoto" else {})}


class SameThread:
    """The database of the test, which another thread would not see."""

    async def run(self, work, *args):
        return await sync_to_async(work)(*args)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(sender, "RETRY_SECONDS", (0, 0))


@pytest.fixture
def drawn(monkeypatch):
    """The facts of each card that was drawn."""
    done = []
    kind = attachments.KINDS["rank_card"]

    def make(params):
        done.append(params["facts"])
        return kind.make(params)

    replaced = attachments.Kind(make, kind.method, kind.part, is_picture=True)
    monkeypatch.setitem(attachments.KINDS, "rank_card", replaced)
    return done


@pytest.fixture
def phone():
    return Phone(make_member(first_name="Ann"))


def ask(phone):
    phone.say("/level")
    return phone.calls


def send(calls, *errors, api=None):
    api = api or PhotoApi(errors)
    limits = FakeLimits()

    async def run():
        return await Sender(api, limits, SameThread()).send(calls, Urgency.ANSWER)

    result = async_to_sync(run)()
    return SimpleNamespace(result=result, calls=api.calls, pauses=limits.pauses)


def test_a_picture_is_drawn_and_uploaded_with_its_caption_and_buttons(phone, drawn):
    done = send(ask(phone))

    [(method, params, files)] = done.calls
    assert method == "sendPhoto" and len(drawn) == 1
    assert files["photo"].input_file_content.startswith(b"\x89PNG")
    assert "level 1" in params["caption"] and params["reply_markup"]
    assert set(params) == {"chat_id", "caption", "parse_mode", "reply_markup"}


def test_the_same_picture_is_sent_by_its_id_and_not_drawn_again(phone, drawn):
    send(ask(phone))

    [(method, params, files)] = send(ask(phone)).calls

    assert (method, params["photo"], files) == ("sendPhoto", "id1", None)
    assert "level 1" in params["caption"] and params["reply_markup"]
    assert len(drawn) == 1


def test_other_facts_are_another_picture(phone, drawn):
    send(ask(phone))
    phone.user["first_name"] = "Anna"

    send(ask(phone))

    assert [facts["name"] for facts in drawn] == ["Ann", "Anna"]
    assert SentPicture.objects.count() == 2


def test_another_language_or_another_design_is_another_picture(monkeypatch):
    params = {"facts": {"name": "Ann"}, "language": "en"}
    hashes = {sent_pictures.hash_of("rank_card", params)}
    hashes.add(sent_pictures.hash_of("rank_card", params | {"language": "fr"}))
    monkeypatch.setattr(sent_pictures, "DESIGN", "new")
    hashes.add(sent_pictures.hash_of("rank_card", params))

    assert len(hashes) == 3


@pytest.mark.parametrize(
    "words",
    [
        "Wrong file identifier/HTTP URL specified",
        "Wrong remote file identifier specified: can't unserialize it",
        "FILE_REFERENCE_EXPIRED",
        "Can't use file of type Document as Photo",
    ],
)
def test_an_id_that_is_refused_is_forgotten_and_the_picture_uploaded_anew(phone, drawn, words):
    send(ask(phone))

    done = send(ask(phone), BadRequest(words))

    (_, by_id, _), (method, params, files) = done.calls
    assert by_id["photo"] == "id1" and "photo" not in params
    assert method == "sendPhoto" and files["photo"]
    assert [row.file_id for row in SentPicture.objects.all()] == ["id2"]


def test_an_id_that_is_refused_stays_forgotten_when_the_upload_fails(phone, drawn):
    send(ask(phone))

    refusal = BadRequest("Wrong file identifier")
    done = send(ask(phone), refusal, refusal)

    assert [method for method, _, _ in done.calls] == ["sendPhoto", "sendPhoto", "sendMessage"]
    assert not SentPicture.objects.exists()


def test_a_chat_without_photos_is_given_the_words(phone):
    calls = ask(phone)

    done = send(calls, BadRequest("Not enough rights to send photos to the chat"))

    method, params, _ = done.calls[1]
    assert method == "sendMessage" and "▱▱▱▱" in params["text"]
    assert params["parse_mode"] == "HTML" and params["reply_markup"]
    assert "caption" not in params and "attachment" not in params
    assert calls[0]["method"] == "sendPhoto" and "attachment" in calls[0]["params"]


def test_a_chat_without_photos_does_not_cost_the_known_id(phone):
    send(ask(phone))

    send(ask(phone), BadRequest("CHAT_SEND_PHOTOS_FORBIDDEN"))

    assert SentPicture.objects.get().file_id == "id1"


def test_an_upload_that_fails_on_its_way_is_given_in_words(phone):
    done = send(ask(phone), NetworkError("x"))

    assert [method for method, _, _ in done.calls] == ["sendPhoto", "sendMessage"]
    assert done.result is True


def test_a_pause_that_telegram_names_is_waited_for_with_the_picture(phone):
    done = send(ask(phone), RetryAfter(3))

    assert [method for method, _, _ in done.calls] == ["sendPhoto", "sendPhoto"]
    assert done.pauses == [(phone.user["id"], 3.0)]


def test_who_blocked_the_bot_is_not_sent_the_words_either(phone):
    done = send(ask(phone), Forbidden("bot was blocked by the user"))

    assert (done.result, len(done.calls)) == (False, 1)


def test_a_picture_that_cannot_be_drawn_is_given_in_words(phone, monkeypatch, caplog):
    def fail(params):
        raise OSError(f"no font for {params['facts']['name']}")

    kind = attachments.Kind(fail, "sendPhoto", "photo", is_picture=True)
    monkeypatch.setitem(attachments.KINDS, "rank_card", kind)

    [(method, params, _)] = send(ask(phone)).calls

    assert method == "sendMessage" and "▱▱▱▱" in params["text"]
    assert "OSError" in caplog.text and "Ann" not in caplog.text


def test_a_caption_that_is_refused_is_sent_plain_with_the_picture(phone):
    done = send(ask(phone), BadRequest("Can't parse entities: unclosed tag"))

    method, params, files = done.calls[1]
    assert method == "sendPhoto" and files["photo"]
    assert "<b>" not in params["caption"] and "parse_mode" not in params


@pytest.mark.parametrize("answer", [None, True, {"photo": []}, {"photo": [{}]}])
def test_an_odd_answer_does_not_send_the_picture_twice(phone, answer):
    class OddApi(PhotoApi):
        async def call(self, method, params, *, files=None):
            await super().call(method, params, files=files)
            return answer

    done = send(ask(phone), api=OddApi([]))

    assert len(done.calls) == 1
    assert not SentPicture.objects.exists()


def test_an_old_id_is_not_kept(phone):
    send(ask(phone))
    jobs.purge()
    assert SentPicture.objects.count() == 1
    SentPicture.objects.update(sent_at=timezone.now() - timedelta(days=31))

    jobs.purge()

    assert not SentPicture.objects.exists()


def test_nothing_of_the_member_is_kept_with_the_id(phone):
    send(ask(phone))

    [row] = SentPicture.objects.values()
    assert "Ann" not in str(row)


def test_an_id_noted_meanwhile_is_not_forgotten():
    now = timezone.now()
    sent_pictures.note("h", "new", now)

    sent_pictures.forget("h", "old")

    assert sent_pictures.find("h") == "new"


def test_the_whole_way_to_a_bot_api_and_back(phone):
    """By HTTP: uploaded, sent by id, and uploaded anew after the file is gone there."""

    async def run():
        async with fake_telegram(0) as (server, _people):
            server.state.add_user({"id": phone.user["id"], "first_name": "Ann"})
            chat = server.state.chats[phone.user["id"]]
            chat.bot_status = "member"
            async with BotApi(server.token, server.url) as api:
                for turn in range(3):
                    if turn == 2:
                        server.state.files.clear()
                    await Sender(api, FakeLimits(), SameThread()).send(calls, Urgency.ANSWER)
            return list(chat.messages.values())

    calls = ask(phone)
    messages = async_to_sync(run)()

    photos = [message["photo"][0] for message in messages]
    assert [(photo["width"], photo["height"]) for photo in photos] == [(WIDTH, HEIGHT)] * 3
    first, second, third = (photo["file_id"] for photo in photos)
    assert first == second != third
    assert all("level 1" in message["caption"] for message in messages)
    assert all(message["reply_markup"] for message in messages)
    assert SentPicture.objects.get().file_id == third


def test_a_lost_database_costs_the_picture_and_not_the_answer(phone, monkeypatch):
    calls = ask(phone)

    def fail(*args):
        raise OperationalError

    monkeypatch.setattr(sent_pictures, "find", fail)

    assert [method for method, _, _ in send(calls).calls] == ["sendMessage"]
