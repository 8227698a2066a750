"""The sandbox's ad network: the whole way from the button to premium, without a network."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone

from botrunner.demo.ads import set_up_network
from botrunner.identity import me
from botrunner.limits import Urgency
from botrunner.sandbox import ads, views
from botrunner.sandbox.server import SandboxServer
from botrunner.sender import Sender
from tests.botrunner.engine.test_sender import FakeLimits
from tests.botrunner.engine.test_uploads import PhotoApi, SameThread
from tests.factories import make_member
from tests.phone import Phone
from vip.models import AdNetwork, Pass
from vip.selectors import SANDBOX_SLUG, premium_until, sign_sandbox_postback
from vip.services import prove_pass

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(settings, monkeypatch):
    """Runs a story beside a sandbox."""

    def run(story):
        async def play():
            async with SandboxServer() as server:
                settings.SANDBOX_URL = server.url
                monkeypatch.setattr(me, "username", server.state.bot["username"])
                async with aiohttp.ClientSession() as browser:
                    return await story(server, browser)

        return async_to_sync(play)()

    return run


async def get(browser, address, **query):
    async with browser.get(address, params=query, allow_redirects=False) as response:
        return response.status, await response.text()


async def ask(browser, server, **changes):
    target = f"https://t.me/{server.state.bot['username']}?start=ad_x"
    values = {"url": target, "alias": "a1", "api": ads.KEY, **changes}
    return (await get(browser, f"{server.url}/ads/api", **values))[1]


def open_link(served):
    """A member asks for his link; the page that it opens."""
    phone = Phone(make_member())
    phone.say("/premium")
    phone.press("Get my link")
    api = PhotoApi([])

    async def story(server, browser):
        await Sender(api, FakeLimits(), SameThread()).send(phone.calls, Urgency.ANSWER)
        [edit] = [params for method, params, _ in api.calls if method == "editMessageText"]
        link = edit["reply_markup"]["inline_keyboard"][0][0]["url"]
        return link, *(await get(browser, link))

    return phone, *served(story)


def test_the_whole_way_without_a_network(served):
    set_up_network()

    phone, link, status, page = open_link(served)

    assert link.startswith("http://127.0.0.1:")
    assert status == 200 and "invented for the sandbox" in page
    [target] = re.findall(r'href="([^"]+)"', page)
    token = parse_qs(urlsplit(html.unescape(target)).query)["start"][0]
    assert "Premium is yours" in phone.say(f"/start {token}")
    assert premium_until(phone.member.pk) > timezone.now()


def test_the_link_that_is_kept_holds_no_token(served):
    set_up_network()

    _phone, link, *_page = open_link(served)

    assert "start%3Dad_" in link and "{token}" in Pass.objects.get().link


def test_with_proof_required_the_sandboxs_report_is_right(served):
    network = set_up_network()
    AdNetwork.objects.update(needs_proof=True)
    phone, _link, _status, page = open_link(served)
    token = re.search(r"start=(ad_[\w-]+)", html.unescape(page)).group(1)
    assert "watch the ad to its end" in phone.say(f"/start {token}")
    held = Pass.objects.get()

    assert sign_sandbox_postback(held.alias).startswith("sha256=")
    assert prove_pass(network_id=network.pk, alias=held.alias, now=timezone.now())

    assert premium_until(phone.member.pk) > timezone.now()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"api": "wrong"}, "wrong key"),
        ({"url": "https://evil.example/"}, "not a link to the bot"),
        ({"url": "https://t.me/somebody_else?start=ad_x"}, "not a link to the bot"),
        ({"url": "javascript:alert(1)"}, "not a link to the bot"),
    ],
)
def test_it_makes_no_other_links(served, changes, words):
    answer = served(lambda server, browser: ask(browser, server, **changes))

    assert words in answer and "shortenedUrl" not in answer


@pytest.mark.parametrize(
    "path", ["/ads/", "/ads/?to=https://evil.example/", '/ads/?to=" onclick="x', "/ads/x"]
)
def test_its_page_leads_nowhere_else(served, path):
    status, page = served(lambda server, browser: get(browser, server.url + path))

    assert status == 404 and "evil" not in page


def test_what_stands_behind_the_token_is_escaped(served):
    async def story(server, browser):
        target = f'https://t.me/{server.state.bot["username"]}?start="><script>'
        return await get(browser, f"{server.url}/ads/", to=target)

    assert "<script>" not in served(story)[1]


def test_a_watched_ad_is_reported_to_our_own_address(
    served, settings, django_user_model, monkeypatch
):
    set_up_network()
    staff = django_user_model.objects.create_user("sam", is_staff=True)
    sent = []

    async def send(url, host, alias, signature):
        sent.append((url, alias, signature))
        return 200

    monkeypatch.setattr(views, "send_postback", send)

    async def story(server, browser):
        client = AsyncClient()
        await client.aforce_login(staff)
        return await client.post(
            "/sandbox/api/ad/", {"pass": "a1"}, content_type="application/json"
        )

    assert served(story).status_code == 200
    [(url, alias, signature)] = sent
    assert url.endswith(f"/hooks/ads/{SANDBOX_SLUG}/")
    assert (alias, signature) == ("a1", sign_sandbox_postback("a1"))


def test_without_the_network_nothing_is_reported(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("sam", is_staff=True))

    answer = client.post("/sandbox/api/ad/", {"pass": "a1"}, content_type="application/json")

    assert answer.status_code == 404


def test_a_stranger_reports_nothing(client):
    set_up_network()

    assert client.post("/sandbox/api/ad/", {"pass": "a1"}).status_code == 403


def test_in_production_the_sandbox_signs_nothing(settings):
    settings.SANDBOX = False

    with pytest.raises(LookupError):
        sign_sandbox_postback("a1")
