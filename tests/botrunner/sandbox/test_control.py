import asyncio
import json
import struct

import aiohttp
import pytest
from telegram.error import Forbidden

from botrunner.sandbox import cast, members

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 30, 20) + b"\x08\x02\0\0\0"


def call(play, story):
    async def run(server, bot):
        async with aiohttp.ClientSession(
            f"{server.url}/control/", headers={"X-Sandbox-Key": "key"}
        ) as client:
            return await story(server, bot, client)

    return play(run)


async def post(client, action, **values):
    async with client.post(action, json=values) as response:
        return response.status, await response.json()


async def get(client, action):
    async with client.get(action) as response:
        return response.status, await response.json()


@pytest.mark.parametrize("key", ["", "wrong", "ключ"])
def test_without_the_key_nothing_can_be_seen_or_done(play, key):
    async def story(server, bot, client):
        headers = {"X-Sandbox-Key": key}
        statuses = []
        for action in ("snapshot", "events", "download/x"):
            async with client.get(action, headers=headers) as response:
                statuses.append(response.status)
        async with client.post("reset", headers=headers) as response:
            statuses.append(response.status)
        return statuses, len(server.state.chats[cast.ANN].messages)

    statuses, messages = call(play, story)

    assert statuses == [403] * 4
    assert messages == 1


def test_a_page_sees_what_happened_since(play):
    async def story(server, bot, client):
        _, seen = await get(client, "snapshot")
        event = seen["result"]["event"]
        waiting = asyncio.create_task(get(client, f"events?since={event}&timeout=5"))
        await asyncio.sleep(0.05)
        await bot.send_message(cast.ANN, "hello")
        _, news = await waiting
        return seen["result"], news

    seen, news = call(play, story)

    assert {user["id"] for user in seen["users"]} == {
        cast.ANN,
        cast.BORIS,
        cast.CHLOE,
        cast.DALIA,
    }
    assert [message["text"] for message in seen["messages"]] == ["/start"]
    assert [event["message"]["text"] for event in news["events"]] == ["hello"]
    assert news["event"] > seen["event"]


@pytest.mark.parametrize("since", [-1, 10_000_000])
def test_a_page_that_cannot_follow_is_told_to_start_anew(play, since):
    async def story(server, bot, client):
        server.state.events.popleft()
        return await get(client, f"events?since={since}&timeout=0")

    _, news = call(play, story)

    assert news["stale"] is True


def test_members_write_press_and_upload_through_it(play):
    async def story(server, bot, client):
        ann = {"chat_id": cast.ANN, "user_id": cast.ANN}
        await post(client, "text", **ann, text="hi")
        form = aiohttp.FormData({"chat_id": str(cast.ANN), "user_id": str(cast.ANN)})
        form.add_field("file", b"a,b", filename="a.csv", content_type="text/csv")
        async with client.post("file", data=form) as response:
            sent = (await response.json())["result"]
        async with client.get(f"download/{sent['document']['file_id']}") as response:
            content = await response.read()
        return content, await bot.get_updates()

    content, updates = call(play, story)

    assert content == b"a,b"
    assert updates[0].message.text == "hi"
    assert updates[1].message.document.file_name == "a.csv"


def picture(content: bytes, **values: str) -> aiohttp.FormData:
    form = aiohttp.FormData({"chat_id": str(cast.TALLY_HOUSE), "user_id": str(cast.ANN), **values})
    form.add_field("file", content, filename="a.png", content_type="image/png")
    return form


def test_a_caption_names_members_with_and_without_a_username(play):
    async def story(server, bot, client):
        entity = {"type": "text_mention", "offset": 0, "length": 5, "user": {"id": cast.DALIA}}
        values = {"kind": "photo", "caption": "Dalia @chloe_m", "album": "7"}
        form = picture(PNG, entities=json.dumps([entity]), **values)
        async with client.post("file", data=form) as response:
            assert response.status == 200, await response.text()
        return (await bot.get_updates())[0].message

    message = call(play, story)

    linked, named = message.caption_entities
    assert (linked.user.id, message.parse_caption_entity(named)) == (cast.DALIA, "@chloe_m")
    assert message.media_group_id == "7"


def test_a_photo_that_is_sent_again_is_known_by_its_content(play):
    async def story(server, bot, client):
        for content, kind in ((PNG, "photo"), (PNG, "photo"), (PNG + b"x", "photo"), (PNG, "")):
            form = picture(content, kind=kind or "document")
            async with client.post("file", data=form):
                pass
        return [update.message for update in await bot.get_updates()]

    first, again, other, as_file = call(play, story)

    assert first.photo[-1].file_unique_id == again.photo[-1].file_unique_id
    assert first.photo[-1].file_id != again.photo[-1].file_id
    unique = {first.photo[-1].file_unique_id, other.photo[-1].file_unique_id}
    assert len(unique | {as_file.document.file_unique_id}) == 3


@pytest.mark.parametrize(
    ("action", "values", "words"),
    [
        ("text", {"chat_id": cast.BORIS, "user_id": cast.ANN, "text": "x"}, "not in this group"),
        ("text", {"chat_id": cast.ANN, "user_id": cast.ANN, "text": " "}, "1 to 4096"),
        ("text", {"chat_id": 5, "user_id": cast.ANN, "text": "x"}, "no such chat"),
        (
            "press",
            {"chat_id": cast.ANN, "user_id": cast.ANN, "message_id": 1, "data": "x"},
            "button is gone",
        ),
        (
            "edit",
            {"chat_id": cast.ANN, "user_id": cast.ANN, "message_id": 9, "text": "x"},
            "one's own",
        ),
        ("add_member", {"profile": {"first_name": ""}}, "needs a first name"),
        ("add_member", {"profile": {"first_name": "A", "username": "ANN_walker"}}, "Another"),
        ("faults", {"faults": [{"method": "x", "times": 1, "kind": 2}]}, "no fault"),
        ("file", {}, "Choose a file"),
    ],
)
def test_what_cannot_be_done_says_why_and_does_nothing(play, action, values, words):
    async def story(server, bot, client):
        status, body = await post(client, action, **values)
        return status, body["error"], len(server.state.updates.pending), len(server.state.users)

    status, error, pending, users = call(play, story)

    assert status == 400
    assert words in error
    assert (pending, users) == (0, 4)


def test_a_blocked_bot_hears_nothing_until_it_is_unblocked(play):
    async def story(server, bot, client):
        ann = {"chat_id": cast.ANN, "user_id": cast.ANN}
        await post(client, "block", user_id=cast.ANN, blocked=True)
        refused, _ = await post(client, "text", **ann, text="x")
        await post(client, "block", user_id=cast.ANN, blocked=False)
        taken, _ = await post(client, "text", **ann, text="y")
        return refused, taken, await bot.get_updates()

    refused, taken, updates = call(play, story)

    assert (refused, taken) == (400, 200)
    assert [u.my_chat_member and u.my_chat_member.new_chat_member.status for u in updates] == [
        "kicked",
        "member",
        None,
    ]
    assert updates[-1].message.text == "y"


def test_a_deleted_account_neither_writes_nor_is_written_to_until_it_is_restored(play):
    async def story(server, bot, client):
        ann = {"chat_id": cast.ANN, "user_id": cast.ANN}
        await post(client, "deactivate", user_id=cast.ANN, deactivated=True)
        refused, _ = await post(client, "text", **ann, text="x")
        with pytest.raises(Forbidden, match="user is deactivated"):
            await bot.send_message(cast.ANN, "x")
        await post(client, "deactivate", user_id=cast.ANN, deactivated=False)
        taken, _ = await post(client, "text", **ann, text="y")
        return refused, taken, await bot.get_updates()

    refused, taken, updates = call(play, story)

    assert (refused, taken) == (400, 200)
    assert [update.message.text for update in updates] == ["y"]


def test_a_new_member_of_any_name_joins_the_group(play):
    name = "<b>{{ x }}</b>\u202e" + "я" * 4000

    async def story(server, bot, client):
        _, body = await post(client, "add_member", profile={"first_name": name})
        members.send_text(
            server.state,
            chat_id=body["result"]["id"],
            user_id=body["result"]["id"],
            text="/start",
        )
        return await bot.get_updates()

    joined, started = call(play, story)

    assert joined.message.new_chat_members[0].first_name == name
    assert started.message.from_user.first_name == name
