import hmac
import json
import re

import pytest
from aiohttp import web
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient

from botrunner.sandbox import cast, token, views
from botrunner.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x1e\0\0\0\x14\x08\x02\0\0\0"
PATHS = ["/sandbox/api/snapshot/", "/sandbox/api/numbers/", "/sandbox/files/x/"]


class ServedClient(AsyncClient):
    """Says which address the web server listens on."""

    server = ("127.0.0.1", 8000)

    def _base_scope(self, **request):
        return {**super()._base_scope(**request), "server": self.server}


@pytest.fixture
def staff(django_user_model):
    return django_user_model.objects.create_user("sam", password="pw", is_staff=True)


@pytest.fixture
def running(staff, settings):
    """Runs a story with the sandbox on a free port and a staff user's browser."""

    def run(story):
        async def play():
            async with SandboxServer(control_key=token.control_key()) as server:
                settings.SANDBOX_URL = server.url
                client = ServedClient()
                await client.aforce_login(staff)
                return await story(server, client)

        # Not asyncio.run: database calls must come back to this thread and its transaction.
        return async_to_sync(play)()

    return run


def test_a_stranger_is_sent_to_the_login(client):
    response = client.get("/sandbox/")

    assert response.status_code == 302
    assert response.url == "/admin/login/?next=/sandbox/"


def test_a_user_who_is_not_staff_is_refused(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("ann"))

    assert [client.get(path).status_code for path in ["/sandbox/", *PATHS]] == [403] * 4
    assert client.post("/sandbox/api/reset/").status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_gets_no_data(client, path):
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/sandbox/", "/sandbox/api/numbers/", "/sandbox/api/snapshot/"])
def test_nothing_of_a_member_stays_in_the_browser(client, staff, path):
    client.force_login(staff)

    assert client.get(path)["Cache-Control"] == "no-store"


def test_there_is_no_sandbox_in_production(client, staff, settings):
    client.force_login(staff)
    settings.SANDBOX = False

    assert [client.get(path).status_code for path in ["/sandbox/", *PATHS]] == [404] * 4
    assert client.post("/sandbox/api/sms/", "{}", "application/json").status_code == 404


def test_the_page_runs_no_script_of_its_own_text(client, staff):
    client.force_login(staff)

    response = client.get("/sandbox/")

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<script") == page.count("<script src=") + page.count(
        '<script type="module" src='
    )
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)
    assert "csrftoken" in response.cookies


def test_a_change_needs_the_csrf_token(staff):
    async def story():
        client = AsyncClient(enforce_csrf_checks=True)
        await client.aforce_login(staff)
        return await client.post("/sandbox/api/reset/", {}, content_type="application/json")

    assert async_to_sync(story)().status_code == 403


def test_the_page_reads_and_acts_through_django(running):
    async def story(server, client):
        where = {"chat_id": cast.ANN, "user_id": cast.ANN}
        sent = await client.post(
            "/sandbox/api/text/", {**where, "text": "/start"}, content_type="application/json"
        )
        seen = await client.get("/sandbox/api/snapshot/")
        news = await client.get("/sandbox/api/events/?since=0&timeout=0")
        return sent.json()["result"], seen.json()["result"], news.json(), server.state

    sent, seen, news, state = running(story)

    assert sent["text"] == "/start"
    assert seen["messages"] == [sent]
    assert "message" in [event["kind"] for event in news["events"]]
    assert [update["message"]["text"] for update in state.updates.pending.values()] == ["/start"]


def test_pictures_go_in_and_come_out(running):
    async def story(server, client):
        form = {
            "chat_id": cast.ANN,
            "user_id": cast.ANN,
            "kind": "photo",
            "caption": "look",
            "file": SimpleUploadedFile("a.png", PNG, content_type="image/png"),
        }
        sent = (await client.post("/sandbox/api/file/", form)).json()["result"]
        return sent, await client.get(f"/sandbox/files/{sent['photo'][0]['file_id']}/")

    sent, shown = running(story)

    assert (sent["caption"], sent["photo"][0]["width"]) == ("look", 30)
    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    assert shown["Content-Disposition"] == "inline"


def test_what_could_run_is_never_shown_in_place(running):
    async def story(server, client):
        form = {
            "chat_id": cast.ANN,
            "user_id": cast.ANN,
            "file": SimpleUploadedFile("a.html", b"<script>", content_type="text/html"),
        }
        sent = (await client.post("/sandbox/api/file/", form)).json()["result"]
        return await client.get(f"/sandbox/files/{sent['document']['file_id']}/")

    assert running(story)["Content-Disposition"] == "attachment"


@pytest.mark.parametrize("action", ["faults", "download", "events"])
def test_only_the_pages_own_actions_are_handed_on(running, action):
    async def story(server, client):
        return await client.post(
            f"/sandbox/api/{action}/", {"faults": []}, content_type="application/json"
        )

    assert running(story).status_code == 404


def test_a_sandbox_that_does_not_run_is_said(client, staff, settings):
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    client.force_login(staff)

    response = client.get("/sandbox/api/snapshot/")

    assert response.status_code == 503
    assert "not running" in response.json()["error"]


def test_an_sms_reaches_the_webhook_signed(running, monkeypatch):
    got = []

    async def hook(request):
        got.append((request.path, request.headers["X-Signature"], await request.read()))
        return web.Response(status=200 if len(got) == 1 else 403)

    async def story(server, client):
        runner = web.ServerRunner(web.Server(hook))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        client.server = ("127.0.0.1", runner.addresses[0][1])
        body = {"to": "+971501234567", "from": "Google", "text": "Your code is 482913"}
        send = {"data": body, "content_type": "application/json"}
        answers = [await client.post("/sandbox/api/sms/", **send) for _ in range(2)]
        await runner.cleanup()
        return answers

    monkeypatch.setattr(views, "sandbox_provider", lambda: ("sandbox", "secret"))

    first, second = running(story)

    path, signature, body = got[0]
    assert path == "/sms/generic/sandbox/"
    assert signature == "sha256=" + hmac.digest(b"secret", body, "sha256").hex()
    assert json.loads(body).keys() == {"id", "to", "from", "text", "received_at"}
    assert json.loads(body)["id"] != json.loads(got[1][2])["id"]
    assert (first.status_code, second.status_code) == (200, 502)


def test_an_sms_without_a_number_is_refused(client, staff):
    client.force_login(staff)

    response = client.post("/sandbox/api/sms/", {"text": "x"}, content_type="application/json")

    assert response.status_code == 400


def test_the_token_looks_real_and_follows_the_secret_key(settings):
    first = token.sandbox_token()
    settings.SECRET_KEY = "another"
    second = token.sandbox_token()

    digits, secret = first.split(":")
    assert digits.isdigit()
    assert len(secret) == 35
    assert second != first
    assert token.control_key() not in first


def test_the_sandbox_is_on_without_a_telegram_token():
    assert settings.SANDBOX
