import asyncio
import time

import pytest
from aiohttp import web
from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, Update
from telegram.error import Conflict, NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler

from botrunner.sandbox import cast, members, presence
from botrunner.sandbox.commands import commands_shown
from botrunner.sandbox.server import SandboxServer
from botrunner.sandbox.store import ID_MARGIN

from .conftest import bot_of


def say(server, text, user_id=cast.ANN, chat_id=None):
    return members.send_text(server.state, chat_id=chat_id or user_id, user_id=user_id, text=text)


def test_updates_stay_until_the_next_offset_confirms_them(play):
    async def story(server, bot):
        for text in "abc":
            say(server, text)
        first = await bot.get_updates(limit=2)
        again = await bot.get_updates(limit=2)
        rest = await bot.get_updates(offset=first[-1].update_id + 1)
        last = await bot.get_updates(offset=-1)
        return first, again, rest, last, len(server.state.updates.pending)

    first, again, rest, last, pending = play(story)

    assert [update.message.text for update in first] == ["a", "b"]
    assert again == first
    assert [update.message.text for update in rest] == ["c"]
    assert last == rest
    assert pending == 1


def test_a_long_poll_answers_as_soon_as_something_arrives(play):
    async def story(server, bot):
        asyncio.get_running_loop().call_later(0.1, say, server, "now")
        start = time.monotonic()
        updates = await bot.get_updates(timeout=10)
        return updates[0].message.text, time.monotonic() - start

    text, seconds = play(story)

    assert text == "now"
    assert 0.05 < seconds < 5


def test_a_second_poll_ends_the_first(play):
    async def story(server, bot):
        first = asyncio.create_task(bot.get_updates(timeout=10))
        await asyncio.sleep(0.1)
        async with bot_of(server) as other:
            await other.get_updates(timeout=0)
        with pytest.raises(Conflict):
            await first
        return True

    assert play(story)


def test_reactions_come_only_when_asked_for(play):
    async def story(server, bot):
        message = say(server, "x")
        where = {"chat_id": cast.ANN, "user_id": cast.ANN, "message_id": message["message_id"]}
        members.react(server.state, **where, emoji=["👍"])
        before = await bot.get_updates()
        await bot.get_updates(allowed_updates=Update.ALL_TYPES)
        members.react(server.state, **where, emoji=["🔥"])
        after = await bot.get_updates()
        return before, after

    before, after = play(story)

    assert [update.message_reaction for update in before] == [None]
    reaction = after[-1].message_reaction
    assert reaction.old_reaction[0].emoji == "👍"
    assert reaction.new_reaction[0].emoji == "🔥"
    assert reaction.user.id == cast.ANN


def test_members_make_the_updates_telegram_would_send(play):
    async def story(server, bot):
        message = say(server, "hi @dalia_h", user_id=cast.BORIS, chat_id=cast.TALLY_HOUSE)
        members.edit_text(
            server.state,
            chat_id=cast.TALLY_HOUSE,
            user_id=cast.BORIS,
            message_id=message["message_id"],
            text="hello",
        )
        presence.set_blocked(server.state, user_id=cast.ANN, blocked=True)
        presence.set_bot_in_group(
            server.state, chat_id=cast.TALLY_HOUSE, user_id=cast.ANN, present=False
        )
        return await bot.get_updates()

    written, edited, blocked, removed = play(story)

    assert written.message.chat.type == "supergroup"
    assert written.message.entities[0].type == "mention"
    assert edited.edited_message.text == "hello"
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert removed.my_chat_member.old_chat_member.status == "administrator"


def test_the_application_of_python_telegram_bot_runs_on_it(play):
    async def story(server, bot):
        answered = asyncio.Event()

        async def start(update, context):
            await update.message.reply_text("Hello")
            answered.set()

        application = Application.builder().bot(bot_of(server)).build()
        application.add_handler(CommandHandler("start", start))
        application.add_handler(CallbackQueryHandler(start))
        async with application:
            await application.updater.start_polling(poll_interval=0, timeout=2)
            await application.start()
            say(server, "/start")
            await asyncio.wait_for(answered.wait(), 5)
            await application.updater.stop()
            await application.stop()
        return [message["text"] for message in server.state.chats[cast.ANN].messages.values()]

    assert play(story) == ["/start", "/start", "Hello"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"retry_after": 3}, RetryAfter),
        ({"code": 502, "description": "Bad Gateway"}, NetworkError),
        ({"drop": True}, NetworkError),
    ],
)
def test_a_fault_hits_as_often_as_told(play, fault, error):
    async def story(server, bot):
        server.context.set_faults([{"method": "sendMessage", "times": 1, **fault}])
        with pytest.raises(error):
            await bot.send_message(cast.ANN, "x")
        await bot.send_message(cast.ANN, "y")
        return [message["text"] for message in server.state.chats[cast.ANN].messages.values()]

    assert play(story) == ["/start", "y"]


def test_a_done_fault_lets_the_call_take_effect(play):
    async def story(server, bot):
        server.context.set_faults([{"method": "*", "times": 1, "drop": True, "done": True}])
        with pytest.raises(NetworkError):
            await bot.send_message(cast.ANN, "x")
        return [message["text"] for message in server.state.chats[cast.ANN].messages.values()]

    assert play(story) == ["/start", "x"]


def test_the_narrowest_list_of_commands_in_ones_language_is_shown(play):
    async def story(server, bot):
        plain = [BotCommand("help", "Help")]
        await bot.set_my_commands(plain)
        await bot.set_my_commands(
            [BotCommand("help", "Aide")],
            scope=BotCommandScopeAllPrivateChats(),
            language_code="fr",
        )
        await bot.set_my_commands(
            [BotCommand("addvip", "Grant")], scope=BotCommandScopeChat(cast.ANN)
        )
        state = server.state
        return [
            commands_shown(state, user_id, user_id)[0]["description"]
            for user_id in (cast.ANN, cast.BORIS, cast.CHLOE)
        ] + [commands_shown(state, cast.TALLY_HOUSE, cast.CHLOE)[0]["description"]]

    assert play(story) == ["Grant", "Help", "Aide", "Help"]


def test_a_webhook_gets_its_secret_and_is_tried_again_until_it_answers(play):
    async def story(server, bot):
        got = []

        async def hook(request):
            got.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], await request.json()))
            return web.Response(status=500 if len(got) == 1 else 200)

        runner = web.ServerRunner(web.Server(hook))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        await bot.set_webhook(f"http://127.0.0.1:{port}/", secret_token="quiet")
        say(server, "hooked")
        with pytest.raises(Conflict):
            await bot.get_updates()
        for _ in range(100):
            if not server.state.updates.pending:
                break
            await asyncio.sleep(0.05)
        info = await bot.get_webhook_info()
        await runner.cleanup()
        return got, info

    got, info = play(story)

    assert [secret for secret, _ in got] == ["quiet", "quiet"]
    assert {update["message"]["text"] for _, update in got} == {"hooked"}
    assert info.pending_update_count == 0
    assert "500" in info.last_error_message


def test_everything_survives_a_restart_and_ids_go_on_rising(tmp_path):
    async def story():
        async with SandboxServer(folder=tmp_path) as server:
            message = say(server, "/start")
            members.react(
                server.state,
                chat_id=cast.ANN,
                user_id=cast.ANN,
                message_id=message["message_id"],
                emoji=["👍"],
            )
            async with bot_of(server) as bot:
                sent = await bot.send_document(cast.ANN, b"abc", filename="a.csv")
                (update,) = await bot.get_updates(allowed_updates=["message"])
        async with SandboxServer(folder=tmp_path) as server:
            async with bot_of(server) as bot:
                file = await bot.get_file(sent.document.file_id)
                content = bytes(await file.download_as_bytearray())
                again = await bot.get_updates()
            chat = server.state.chats[cast.ANN]
            return update, again, content, chat, server.state

    update, again, content, chat, state = asyncio.run(story())

    assert [one.update_id for one in again] == [update.update_id]
    assert content == b"abc"
    assert len(chat.messages) == 2
    assert chat.reactions[min(chat.messages)] == {cast.ANN: ["👍"]}
    assert chat.bot_status == "member"
    assert state.updates.next_id >= update.update_id + ID_MARGIN
    assert state.updates.allowed == {"message"}


def test_a_reset_empties_the_chats_and_ids_go_on_rising(tmp_path):
    async def story():
        async with SandboxServer(folder=tmp_path) as server:
            first = say(server, "/start")
            next_id = server.state.updates.next_id
            server.control.reset()
            second = say(server, "/start")
        async with SandboxServer(folder=tmp_path) as server:
            texts = list(server.state.chats[cast.ANN].messages)
            return first, second, next_id, list(server.state.updates.pending), texts

    first, second, next_id, pending, texts = asyncio.run(story())

    assert second["message_id"] > first["message_id"]
    assert pending == [next_id]
    assert texts == [second["message_id"]]
