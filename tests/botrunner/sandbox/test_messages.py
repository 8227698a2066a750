import asyncio
import struct

import pytest
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReactionTypeEmoji,
)
from telegram.constants import MessageEntityType
from telegram.error import BadRequest, Forbidden, InvalidToken

from botrunner.sandbox import cast, members, presence

from .conftest import bot_of

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 30, 20) + b"\x08\x02\0\0\0"
KEYBOARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Go", callback_data="go")],
        [InlineKeyboardButton("Copy", copy_text=CopyTextButton("12345"))],
    ]
)


def refusal(play, call, kind=BadRequest):
    """The words of the refusal, and that no message was added or changed by it."""

    async def story(server, bot):
        chat = server.state.chats[cast.ANN]
        first = await bot.send_message(cast.ANN, "first", reply_markup=KEYBOARD)
        before = dict(chat.messages)
        with pytest.raises(kind) as caught:
            await call(bot, first)
        assert chat.messages == before
        return str(caught.value)

    return play(story)


def test_html_becomes_text_and_entities(play):
    async def story(server, bot):
        return await bot.send_message(
            cast.ANN,
            '  <b>Hi 😀</b> &lt;x&gt; <pre><code class="language-py">1</code></pre> '
            "/help @ann_walker "
            '<a href="tg://user?id=620915448">B</a> <a href="t.me/x?start=1">go</a> \n',
            parse_mode="HTML",
        )

    message = play(story)

    assert message.text == "Hi 😀 <x> 1 /help @ann_walker B go"
    found = {entity.type: message.parse_entity(entity) for entity in message.entities}
    assert found == {
        MessageEntityType.BOLD: "Hi 😀",
        MessageEntityType.PRE: "1",
        MessageEntityType.BOT_COMMAND: "/help",
        MessageEntityType.MENTION: "@ann_walker",
        MessageEntityType.TEXT_MENTION: "B",
        MessageEntityType.TEXT_LINK: "go",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>x", 'can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "unexpected end tag at byte offset 1"),
        ("é<b>x</i>", 'unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("a <br> b", 'unsupported start tag "br" at byte offset 2'),
        ("1 < 2", 'unsupported start tag "" at byte offset 2'),
        ("<b", "unclosed start tag at byte offset 0"),
    ],
)
def test_wrong_html_is_refused_as_telegram_does(play, text, words):
    said = refusal(play, lambda bot, first: bot.send_message(cast.ANN, text, parse_mode="HTML"))

    assert said == f"Can't parse entities: {words}"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda bot, first: bot.send_message(cast.ANN, "<b> </b>", parse_mode="HTML"), "empty"),
        (lambda bot, first: bot.send_message(cast.ANN, "x" * 4097), "Message is too long"),
        (lambda bot, first: bot.send_message(1, "x"), "Chat not found"),
        (
            lambda bot, first: bot.send_message(cast.ANN, "x", reply_to_message_id=99_999),
            "Message to be replied not found",
        ),
        (
            lambda bot, first: bot.send_document(cast.ANN, b"x", caption="x" * 1025),
            "Message caption is too long",
        ),
        (lambda bot, first: bot.send_photo(cast.ANN, b"no picture"), "Image_process_failed"),
        (lambda bot, first: bot.send_photo(cast.ANN, "nofile"), "Wrong file identifier"),
        (
            lambda bot, first: bot.send_message(
                cast.ANN,
                "x",
                reply_markup=InlineKeyboardMarkup.from_button(
                    InlineKeyboardButton("x", callback_data="я" * 33)
                ),
            ),
            "Button_data_invalid",
        ),
        (
            lambda bot, first: bot.edit_message_text(
                "first", cast.ANN, first.message_id, reply_markup=KEYBOARD
            ),
            "Message is not modified",
        ),
        (lambda bot, first: bot.edit_message_text("x", cast.ANN, 99_999), "edit not found"),
        (
            lambda bot, first: bot.edit_message_text("x", cast.ANN, first.message_id - 1),
            "Message can't be edited",
        ),
        (
            lambda bot, first: bot.edit_message_caption(cast.ANN, first.message_id, caption="x"),
            "There is no caption in the message to edit",
        ),
        (lambda bot, first: bot.delete_message(cast.ANN, 99_999), "Message to delete not found"),
        (lambda bot, first: bot.answer_callback_query("1"), "Query is too old"),
    ],
)
def test_refusals_say_what_telegram_says(play, call, words):
    said = refusal(play, call)

    assert words in said


@pytest.mark.parametrize(
    ("chat_id", "prepare", "words"),
    [
        (cast.BORIS, lambda state: None, "bot can't initiate conversation with a user"),
        (
            cast.ANN,
            lambda state: presence.set_blocked(state, user_id=cast.ANN, blocked=True),
            "bot was blocked by the user",
        ),
        (
            cast.ANN,
            lambda state: presence.set_deactivated(state, user_id=cast.ANN, deactivated=True),
            "user is deactivated",
        ),
        (
            cast.TALLY_HOUSE,
            lambda state: presence.set_bot_in_group(
                state, chat_id=cast.TALLY_HOUSE, user_id=cast.ANN, present=False
            ),
            "bot was kicked from the supergroup chat",
        ),
    ],
)
def test_who_cannot_be_written_to_is_forbidden(play, chat_id, prepare, words):
    async def story(server, bot):
        prepare(server.state)
        with pytest.raises(Forbidden, match=words):
            await bot.send_message(chat_id, "x")
        return server.state.chats[chat_id].messages

    messages = play(story)

    assert all(message["from"]["id"] != 7304581962 for message in messages.values())


def test_an_edit_without_a_keyboard_takes_the_keyboard_away(play):
    async def story(server, bot):
        sent = await bot.send_message(cast.ANN, "one", reply_markup=KEYBOARD)
        edited = await bot.edit_message_text("two", cast.ANN, sent.message_id)
        return sent, edited

    sent, edited = play(story)

    assert sent.reply_markup == KEYBOARD
    assert (edited.text, edited.reply_markup) == ("two", None)
    assert edited.edit_date is not None


def test_files_are_sent_kept_and_sent_again_by_id(play):
    async def story(server, bot):
        big = b"x" * 3_000_000
        sent = await bot.send_document(cast.ANN, big, filename="numbers.csv", caption="<b>a</b>")
        again = await bot.send_document(cast.ANN, sent.document.file_id)
        content = await (await again.document.get_file()).download_as_bytearray()
        return sent, again, bytes(content) == big

    sent, again, same = play(story)

    assert (sent.document.file_name, sent.document.file_size) == ("numbers.csv", 3_000_000)
    assert again.document.file_id == sent.document.file_id
    assert same


def test_a_picture_keeps_its_size_and_can_be_replaced(play):
    async def story(server, bot):
        sent = await bot.send_photo(cast.ANN, PNG, caption="one")
        edited = await bot.edit_message_media(
            InputMediaPhoto(PNG + b"2", caption="two"), cast.ANN, sent.message_id
        )
        return sent, edited

    sent, edited = play(story)

    assert (sent.photo[0].width, sent.photo[0].height) == (30, 20)
    assert edited.photo[0].file_id != sent.photo[0].file_id
    assert edited.caption == "two"


def test_deletes_and_reactions(play):
    async def story(server, bot):
        first = await bot.send_message(cast.ANN, "a")
        second = await bot.send_message(cast.ANN, "b")
        await bot.set_message_reaction(cast.ANN, first.message_id, [ReactionTypeEmoji("👍")])
        await bot.delete_messages(cast.ANN, [second.message_id, 99_999])
        chat = server.state.chats[cast.ANN]
        return first, second, chat.messages, chat.reactions

    first, second, messages, reactions = play(story)

    assert first.message_id in messages
    assert second.message_id not in messages
    assert reactions == {first.message_id: {7304581962: ["👍"]}}


def test_another_token_is_unauthorized(play):
    async def story(server, bot):
        with pytest.raises(InvalidToken):
            await bot_of(server, "7304581962:wrong").get_me()
        return True

    assert play(story)


def test_a_button_is_answered_once(play):
    async def story(server, bot):
        sent = await bot.send_message(cast.ANN, "card", reply_markup=KEYBOARD)
        where = {"chat_id": cast.ANN, "user_id": cast.ANN, "message_id": sent.message_id}
        members.press_button(server.state, **where, data="go")
        (update,) = await bot.get_updates()
        await update.callback_query.answer("Done", show_alert=True)
        with pytest.raises(BadRequest, match="Query is too old"):
            await update.callback_query.answer()
        return update.callback_query, server.state.events[-1]

    query, (_, kind, answer) = play(story)

    assert (query.data, query.from_user.id, query.message.text) == ("go", cast.ANN, "card")
    assert kind == "answer"
    assert (answer["text"], answer["alert"], answer["user_id"]) == ("Done", True, cast.ANN)


def test_many_calls_side_by_side_each_get_their_own_message(play):
    async def story(server, bot):
        sent = await asyncio.gather(*(bot.send_message(cast.ANN, str(n)) for n in range(50)))
        return {message.message_id: message.text for message in sent}

    assert sorted(map(int, play(story).values())) == list(range(50))
