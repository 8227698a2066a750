"""Asking an ad network for a link: bounded, to where the owner said, and taking nothing odd."""

import asyncio
import re
from dataclasses import replace

import pytest

from tests.factories.web_servers import (
    hang_up,
    say,
    serve,
)
from vip.shortener import NoLink, Question, ask
from vip.shortener.answer import is_link

TARGET = "https://t.me/tallyhouse_bot?start=ad_" + "Tt0_-" * 6
KEY = "canary-key-7731"
QUESTION = Question(
    address="http://127.0.0.1:1/api",
    parameters={"url": "url", "alias": "alias", "key": "api"},
    values={"url": TARGET, "alias": "0a1b2c", "key": KEY},
    answer_field="",
)


def run(answer, **changes):
    """The link, or the words of the failure; and what the network was asked."""

    async def work():
        async with serve(answer) as server:
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
        async with serve(say("https://a.example/x")) as server:
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


def test_what_is_no_answer_is_no_link():
    assert fail(say("https://a.example/x", status=503)) == "answered with status 503"


@pytest.mark.parametrize("address", ["", "x", "http://", "http://[", "http://a:b/", "\x00"])
def test_an_address_that_is_none_is_a_failure(address):
    with pytest.raises(NoLink, match="is no address"):
        asyncio.run(ask(replace(QUESTION, address=address)))


@pytest.mark.parametrize(
    "answer", [say("x"), say("x", status=500), hang_up, say("", status=302, Location="/elsewhere")]
)
def test_a_failure_names_neither_the_key_nor_the_token(answer, caplog):
    caplog.set_level("DEBUG")

    failure = fail(answer)

    for secret in (KEY, TARGET, TARGET[-30:]):
        assert secret not in failure + repr(QUESTION) + caplog.text
