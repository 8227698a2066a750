"""A pass's link on its way: asked for when the reply is sent, kept, and in no record or log."""

import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.utils import timezone
from telegram.error import NetworkError

from botrunner import links, sender
from botrunner.limits import Urgency
from botrunner.sender import NotSent, Sender
from project.outbound import fetching
from tests.botrunner.engine.test_sender import FakeLimits
from tests.botrunner.engine.test_uploads import PhotoApi, SameThread
from tests.factories import make_member
from tests.factories.ads import make_network, token_of
from tests.factories.web_servers import (
    hang_up,
    say,
    say_nothing,
    say_ten_megabytes,
    serve,
)
from tests.phone import Phone
from vip.models import AdNetwork, Pass

pytestmark = pytest.mark.django_db

KEY = "canary-key-7731"
SHORT = "https://short.example/x"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(sender, "RETRY_SECONDS", (0, 0))
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 0.3)


@pytest.fixture
def phone():
    make_network(key=KEY)
    phone = Phone(make_member())
    phone.say("/premium")
    phone.press("Get my link")
    return phone


def deep_link() -> str:
    return f"https://t.me/tallyhouse_bot?start={token_of(Pass.objects.get())}"


def send(calls, answer=None, *, times=1, thread=None, errors=()):
    """What reached the Bot API, and what the network was asked."""
    api = PhotoApi(errors)

    @asynccontextmanager
    async def network():
        async with serve(answer or say(SHORT)) as server:
            await AdNetwork.objects.aupdate(address=server.url)
            yield server

    async def work():
        async with network() as server:
            for _ in range(times):
                await Sender(api, FakeLimits(), thread or SameThread()).send(calls, Urgency.ANSWER)
            return server.asked

    asked = async_to_sync(work)()
    edits = [params for method, params, _ in api.calls if method == "editMessageText"]
    return edits, asked


def urls_of(params) -> list[str]:
    rows = params["reply_markup"]["inline_keyboard"]
    return [button["url"] for row in rows for button in row if "url" in button]


def test_the_link_goes_to_its_button_and_is_kept(phone):
    [edit], [asked] = send(phone.calls)

    assert urls_of(edit) == [SHORT]
    assert asked["url"] == deep_link()
    assert asked["alias"] == Pass.objects.get().alias
    assert asked["api"] == KEY
    held = Pass.objects.get()
    assert (held.link, held.opened_at is not None) == (SHORT, True)
    assert AdNetwork.objects.get().succeeded_at is not None


def test_sent_again_it_is_the_same_and_the_network_is_not_asked_again(phone):
    edits, asked = send(phone.calls, times=3)

    assert [urls_of(edit) for edit in edits] == [[SHORT]] * 3
    assert len(asked) == 1


def test_a_try_that_telegram_did_not_take_asks_the_network_once(phone):
    edits, asked = send(phone.calls, errors=[None, NetworkError("away")])

    assert [urls_of(edit) for edit in edits] == [[SHORT]] * 2
    assert len(asked) == 1


def test_pressed_again_after_a_restart_it_is_still_the_same(phone):
    """Nothing of it is in the memory of a process."""
    send(phone.calls)
    phone.say("/premium")
    phone.press("Get my link")

    [edit], asked = send(phone.calls, say("https://short.example/other"))

    assert urls_of(edit) == [SHORT]
    assert asked == []


def test_a_link_that_holds_the_token_is_kept_without_it(phone):
    async def answer(request):
        return await say(f"https://ads.example/?to={request.query['url']}")(request)

    [edit], _asked = send(phone.calls, answer)

    assert urls_of(edit) == [f"https://ads.example/?to={deep_link()}"]
    held = Pass.objects.get()
    assert held.link == "https://ads.example/?to=https://t.me/tallyhouse_bot?start={token}"


ODD = {
    "timeout": say_nothing,
    "500": say("oh", status=500),
    "html": say("<!doctype html><p>Maintenance</p>"),
    "10 MB": say_ten_megabytes,
    "scheme": say("javascript:alert(1)"),
    "redirect": say("", status=302, Location="https://a.example/x"),
    "broken": hang_up,
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD.keys())
def test_without_a_link_the_member_is_asked_to_try_later(phone, answer):
    [edit], _asked = send(phone.calls, answer)

    assert "try again in a few minutes" in edit["text"]
    assert urls_of(edit) == []
    assert "🔄 Try again" in str(edit["reply_markup"])
    held = Pass.objects.get()
    assert (held.link, held.opened_at) == ("", None)
    network = AdNetwork.objects.get()
    assert network.failed_at is not None and network.failure


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD.keys())
def test_without_a_link_it_may_be_the_bare_one_by_setting(phone, answer):
    AdNetwork.objects.update(on_failure="bare")

    [edit], _asked = send(phone.calls, answer)

    assert "is a gift" in edit["text"] or "are a gift" in edit["text"]
    assert urls_of(edit) == [deep_link()]
    assert Pass.objects.get().link == "https://t.me/tallyhouse_bot?start={token}"
    assert "Premium is yours" in phone.say(f"/start {token_of(Pass.objects.get())}")


def test_tried_again_the_network_may_have_a_link(phone):
    send(phone.calls, say("oh", status=500))

    [edit], _asked = send(phone.calls)

    assert urls_of(edit) == [SHORT]


def test_a_pass_used_or_over_meanwhile_is_not_asked_for(phone):
    Pass.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    [edit], asked = send(phone.calls)

    assert asked == []
    assert "try again" in edit["text"]


def test_a_deleted_pass_is_not_asked_for(phone):
    Pass.objects.all().delete()

    [edit], asked = send(phone.calls)

    assert (asked, urls_of(edit)) == ([], [])


def test_a_database_that_is_away_keeps_the_answer_for_later(phone):
    class NoThread:
        async def run(self, work, *args):
            raise OperationalError("away")

    with pytest.raises(NotSent):
        send(phone.calls, thread=NoThread())


def test_the_network_is_asked_outside_every_transaction(phone, monkeypatch):
    """In a test that is itself one: the finder's own blocks must be over."""
    from django.db import connection

    depths = []
    finder = links.FINDERS["pass"]

    async def ask(errand):
        depths.append(len(connection.savepoint_ids))
        return await finder.ask(errand)

    monkeypatch.setitem(links.FINDERS, "pass", links.Finder(finder.look, ask, finder.keep))
    before = len(connection.savepoint_ids)

    send(phone.calls)

    assert depths == [before]


@pytest.mark.parametrize("answer", [say(SHORT), *ODD.values()], ids=["fine", *ODD.keys()])
@pytest.mark.parametrize("on_failure", ["later", "bare"])
def test_neither_key_nor_token_reaches_a_log_or_a_record(phone, answer, on_failure, caplog):
    caplog.set_level("DEBUG")
    AdNetwork.objects.update(on_failure=on_failure)
    token = token_of(Pass.objects.get())

    send(phone.calls, answer)

    recorded = json.dumps(phone.calls) + str(list(Pass.objects.values()))
    for secret in (KEY, token, token[3:]):
        assert secret not in caplog.text
        assert secret not in recorded
    assert KEY not in AdNetwork.objects.get().failure
