"""Asking an ad network for a link: bounded, to where the owner said, and taking nothing odd."""

import asyncio
import gzip
import re
from dataclasses import replace

import pytest
from aiohttp import web

from tests.factories.ad_servers import (
    hang_up,
    say,
    say_nothing,
    say_ten_megabytes,
    shortener,
)
from vip.shortener import NoLink, Question, ask, asking
from vip.shortener.answer import is_link
from vip.shortener.guard import is_reachable, read_address

TARGET = "https://t.me/tallyhouse_bot?start=ad_" + "Tt0_-" * 6
KEY = "canary-key-7731"
QUESTION = Question(
    address="http://127.0.0.1:1/api",
    parameters={"url": "url", "alias": "alias", "key": "api"},
    values={"url": TARGET, "alias": "0a1b2c", "key": KEY},
    answer_field="",
    is_loopback_allowed=True,
)


def run(answer, **changes):
    """The link, or the words of the failure; and what the network was asked."""

    async def work():
        async with shortener(answer) as server:
            question = replace(QUESTION, **{"address": server.url, **changes})
            try:
                return await ask(question), server.asked
            except NoLink as failure:
                return failure, server.asked

    return asyncio.run(work())


def fail(answer, **changes):
    failure, _asked = run(answer, **changes)
    assert isinstance(failure, NoLink), failure
    return str(failure)


def test_the_three_values_are_asked_with_and_the_answer_is_the_link():
    link, asked = run(say(" https://short.example/0a1b2c\n"))

    assert link == "https://short.example/0a1b2c"
    assert asked == [{"path": "/api", "url": TARGET, "alias": "0a1b2c", "api": KEY}]


def test_parameters_have_the_networks_names_and_some_are_left_out():
    parameters = {"url": "s", "alias": "", "key": "token"}

    _link, asked = run(say("https://a.example/x"), parameters=parameters)

    assert asked == [{"path": "/api", "s": TARGET, "token": KEY}]


def test_an_address_may_hold_the_values_itself():
    async def work():
        async with shortener(say("https://a.example/x")) as server:
            address = f"{server.url}/{{key}}/to?format=text&at={{url}}"
            parameters = {"url": "", "alias": "sub", "key": ""}
            await ask(replace(QUESTION, address=address, parameters=parameters))
            return server.asked

    [asked] = asyncio.run(work())

    assert asked == {"path": f"/api/{KEY}/to", "format": "text", "at": TARGET, "sub": "0a1b2c"}


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("shortenedUrl", '{"status": "success", "shortenedUrl": "https://a.example/x"}'),
        ("data.link", '{"data": {"link": "https:\\/\\/a.example\\/x"}}'),
        ("results.0.url", '{"results": [{"url": "https://a.example/x"}]}'),
    ],
)
def test_the_link_is_found_in_json(field, body):
    assert run(say(body), answer_field=field)[0] == "https://a.example/x"


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"data": null}', '{"data": {"link": 5}}', "<html>", "[" * 30_000, '{"data"'],
)
def test_json_without_the_link_is_a_failure(body):
    assert re.match("the answer (lacks|is no JSON)", fail(say(body), answer_field="data.link"))


@pytest.mark.parametrize("status", [201, 204, 400, 403, 429, 500, 503])
def test_another_status_than_200_is_a_failure(status):
    assert fail(say("https://a.example/x", status=status)) == f"answered with status {status}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    """It might lead to our neighbours, with the key."""

    async def work():
        async with shortener(say("https://a.example/x")) as other:
            answer = say("", status=status, Location=other.url)
            async with shortener(answer) as server:
                with pytest.raises(NoLink, match=f"status {status}"):
                    await ask(replace(QUESTION, address=server.url))
            return other.asked

    assert asyncio.run(work()) == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "error: no such key",
        "<!doctype html><html><a href='https://a.example/x'>x</a></html>",
        "https://a.example/x https://a.example/y",
        "https://a.example/x\nhttps://a.example/y",
        "javascript:alert(1)",
        "ftp://a.example/x",
        "tg://resolve?domain=x",
        "file:///etc/passwd",
        "//a.example/x",
        "https:///x",
        "https://",
        "https://t.me@evil.example/x",
        "https://a.example:99999/x",
        "https://a.example/" + "x" * 2_000,
        "https://a.example/\u202ex",
        '"https://a.example/x"',
        TARGET,
    ],
)
def test_what_is_no_link_is_taken_for_none(body):
    """The target sent back as it was is none either: there would be no ad on the way."""
    assert fail(say(body)) == "the answer holds no link"


def test_bytes_that_are_no_text_are_no_link():
    assert not is_link("https://a.example/\ufffd")


def test_an_answer_that_does_not_come_is_given_up(monkeypatch):
    monkeypatch.setattr(asking, "TIMEOUT_SECONDS", 0.2)

    assert fail(say_nothing) == "no answer in time"


def test_ten_seconds_are_waited_and_no_more():
    assert asking.TIMEOUT_SECONDS == 10.0


def test_a_huge_answer_is_not_read_to_its_end():
    assert fail(say_ten_megabytes) == "the answer is too large"


def test_a_compressed_answer_is_not_unpacked():
    """A small one may hold gigabytes."""

    async def answer(request):
        assert request.headers["Accept-Encoding"] == "identity"
        body = gzip.compress(b"https://a.example/x")
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    assert fail(answer) == "the answer is no text"


def test_a_connection_that_breaks_off_is_a_failure():
    assert fail(hang_up) == "broke off"


def test_nobody_there_is_a_failure():
    with pytest.raises(NoLink, match="cannot be reached"):
        asyncio.run(ask(QUESTION))


@pytest.mark.parametrize(
    "address", ["", "x", "ftp://127.0.0.1/", "http://", "//x", "http://[", "http://a:b/", "\x00"]
)
def test_an_address_that_is_none_is_a_failure(address):
    with pytest.raises(NoLink, match="is no address"):
        asyncio.run(ask(replace(QUESTION, address=address)))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433"])
def test_this_machine_is_not_asked_where_there_is_no_sandbox(host):
    async def work():
        async with shortener(say("https://a.example/x")) as server:
            address = server.url.replace("127.0.0.1", host)
            with pytest.raises(NoLink):
                await ask(replace(QUESTION, address=address, is_loopback_allowed=False))
            return server.asked

    assert asyncio.run(work()) == []


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "[fd00::1]"]
)
def test_a_neighbour_is_not_asked_in_the_sandbox_either(host):
    with pytest.raises(NoLink, match="private one"):
        asyncio.run(ask(replace(QUESTION, address=f"http://{host}/api")))


@pytest.mark.parametrize(
    ("text", "is_allowed"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("fe80::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:a00:1::", False),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", False),
    ],
)
def test_addresses_are_judged_by_where_they_lead(text, is_allowed):
    address = read_address(text)

    assert address is not None
    assert is_reachable(address, is_loopback_allowed=False) is is_allowed


@pytest.mark.parametrize(
    "answer", [say("x"), say("x", status=500), hang_up, say("", status=302, Location="/elsewhere")]
)
def test_a_failure_names_neither_the_key_nor_the_token(answer, caplog):
    caplog.set_level("DEBUG")

    failure = fail(answer)

    for secret in (KEY, TARGET, TARGET[-30:]):
        assert secret not in failure + repr(QUESTION) + caplog.text
