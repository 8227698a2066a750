"""Asking other machines: bounded, to where the owner said, and to nobody's neighbours."""

import asyncio
import gzip
import socket

import pytest
from aiohttp import web

from project.outbound import NoAnswer, fetch, fetching
from project.outbound.guard import is_reachable, read_address
from tests.factories.web_servers import hang_up, say, say_nothing, say_ten_megabytes, serve

KEY = "canary-key-7731"
BYTES_MAX = 1_000
PUBLIC, OURS = "93.184.216.34", "127.0.0.1"


def run(answer, **asked):
    """The answer, or the words of the failure; and what was asked."""

    async def work():
        async with serve(answer) as server:
            try:
                return await fetch(server.url, bytes_max=BYTES_MAX, **asked), server.asked
            except NoAnswer as failure:
                return failure, server.asked

    return asyncio.run(work())


def fail(answer, **asked):
    failure, _asked = run(answer, **asked)
    assert isinstance(failure, NoAnswer), failure
    return str(failure)


def ask(address):
    return asyncio.run(fetch(address, bytes_max=BYTES_MAX))


def test_what_is_answered_comes_as_it_is():
    body, [asked] = run(say("as\x00it is\n"))

    assert (body, asked) == (b"as\x00it is\n", {"path": "/api"})


def test_headers_go_along():
    async def answer(request):
        return web.Response(text=request.headers["X-Key"])

    assert run(answer, headers={"X-Key": KEY})[0] == KEY.encode()


def test_a_header_that_would_be_two_is_not_sent():
    assert fail(say("x"), headers={"X-Key": "a\r\nX-Other: b"}) == "broke off"


@pytest.mark.parametrize("status", [201, 204, 400, 403, 429, 500, 503])
def test_another_status_than_200_is_a_failure(status):
    assert fail(say("x", status=status)) == f"answered with status {status}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    """It might lead to our neighbours, with the key."""

    async def work():
        async with serve(say("x")) as other:
            async with serve(say("", status=status, Location=other.url)) as server:
                with pytest.raises(NoAnswer, match=f"status {status}"):
                    await fetch(server.url, bytes_max=BYTES_MAX)
            return other.asked

    assert asyncio.run(work()) == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert run(say("x"))[0] == b"x"


def test_an_answer_that_does_not_come_is_given_up(monkeypatch):
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 0.2)

    assert fail(say_nothing) == "no answer in time"


def test_an_answer_that_drips_is_given_up(monkeypatch):
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 0.3)

    async def drip(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)

    assert fail(drip) == "no answer in time"


def test_ten_seconds_are_waited_and_no_more():
    assert fetching.FETCH_SECONDS == 10.0


def test_a_huge_answer_is_not_read_to_its_end():
    assert fail(say_ten_megabytes) == "the answer is too large"


def test_a_compressed_answer_is_not_unpacked():
    """A small one may hold gigabytes."""
    packed = gzip.compress(b"x" * 100)

    async def answer(request):
        assert request.headers["Accept-Encoding"] == "identity"
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    assert run(answer)[0] == packed


def test_a_connection_that_breaks_off_is_a_failure():
    assert fail(hang_up) == "broke off"


def test_nobody_there_is_a_failure():
    with pytest.raises(NoAnswer, match="cannot be reached"):
        ask("http://127.0.0.1:1/api")


@pytest.mark.parametrize(
    "address", ["", "x", "ftp://127.0.0.1/", "http://", "//x", "http://[", "http://a:b/", "\x00"]
)
def test_an_address_that_is_none_is_a_failure(address):
    with pytest.raises(NoAnswer, match="is no address"):
        ask(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433"])
def test_this_machine_is_not_asked_where_there_is_no_sandbox(host, settings):
    settings.OUTBOUND_LOOPBACK_ALLOWED = False

    async def work():
        async with serve(say("x")) as server:
            with pytest.raises(NoAnswer):
                await fetch(server.url.replace("127.0.0.1", host), bytes_max=BYTES_MAX)
            return server.asked

    assert asyncio.run(work()) == []


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "[fd00::1]"]
)
def test_a_neighbour_is_not_asked_in_the_sandbox_either(host):
    with pytest.raises(NoAnswer, match="private one"):
        ask(f"http://{host}/api")


class Names:
    """A name server of one who means us harm: each question has its own answer."""

    def __init__(self, monkeypatch, *answers):
        self.answers, self.asked = list(answers), 0
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)

    def look_up(self, host, port, *args, **kwargs):
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port or 0)) for text in answer]


@pytest.mark.parametrize("found", [[OURS], ["10.0.0.1"], [PUBLIC, OURS], [OURS, PUBLIC]])
def test_a_name_that_leads_to_a_neighbour_is_not_followed(found, monkeypatch, settings):
    settings.OUTBOUND_LOOPBACK_ALLOWED = False
    Names(monkeypatch, found)

    with pytest.raises(NoAnswer, match="private one"):
        ask("http://rebound.example/api")


def test_a_name_cannot_lead_elsewhere_after_it_was_judged(monkeypatch, settings):
    """What was judged is connected to: the name is not looked up a second time."""
    settings.OUTBOUND_LOOPBACK_ALLOWED = False
    names = Names(monkeypatch, [PUBLIC], [OURS])
    reached = []

    async def connect(self, sock, address):
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", connect)
    with pytest.raises(NoAnswer, match="cannot be reached"):
        ask("http://rebound.example/api")

    assert (reached, names.asked) == ([PUBLIC], 1)


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
def test_neither_address_nor_header_reaches_a_log_or_a_failure(answer, caplog):
    caplog.set_level("DEBUG")

    async def work():
        async with serve(answer) as server:
            try:
                await fetch(f"{server.url}?key={KEY}", bytes_max=9, headers={"X-Key": KEY})
            except NoAnswer as failure:
                return str(failure)
        return ""

    assert KEY not in asyncio.run(work()) + caplog.text
