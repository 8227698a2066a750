"""A bot with one of everything, for the tests of the chat page. It knows no sandbox."""

import asyncio
import base64

import project  # noqa: F401  first, see project/__init__.py

# isort: split
import django

django.setup()

from django.conf import settings  # noqa: E402
from telegram import (  # noqa: E402
    BotCommand,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.ext import (  # noqa: E402
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from botrunner.sandbox.token import sandbox_token  # noqa: E402

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAFCAIAAADzBuo/AAAAEUlEQVR42mOwWVCBBzEMoDQAEItCafPL"
    "0nMAAAAASUVORK5CYII="
)
KEYS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Edit", callback_data="edit"),
            InlineKeyboardButton("Alert", callback_data="alert"),
            InlineKeyboardButton("Slow", callback_data="slow"),
        ],
        [
            InlineKeyboardButton("Copy", copy_text=CopyTextButton("+971501234567")),
            InlineKeyboardButton("Picture", callback_data="picture"),
            InlineKeyboardButton("Delete", callback_data="delete"),
        ],
        [InlineKeyboardButton("Invite", url="https://t.me/tallyhouse_sandbox_bot?start=ref_abc")],
    ]
)


async def start(update, context):
    payload = " ".join(context.args or ())
    text = f"<b>Hello</b> <tg-spoiler>secret</tg-spoiler> {update.effective_user.mention_html()}"
    await update.effective_message.reply_html(f"{text} [{payload}]", reply_markup=KEYS)


async def press(update, context):
    query = update.callback_query
    if query.data == "alert":
        await query.answer("Read this", show_alert=True)
    elif query.data == "slow":
        await asyncio.sleep(1.5)
        await query.answer("Finally")
    elif query.data == "picture":
        await query.answer()
        await query.message.reply_photo(PICTURE, caption="A picture")
    elif query.data == "delete":
        await query.answer()
        await query.message.delete()
    else:
        await query.answer("Done")
        await query.edit_message_text("Changed in place", reply_markup=KEYS)


async def echo(update, context):
    message = update.effective_message
    if message.document:
        await message.reply_document(message.document.file_id, caption="Your file")
    elif message.photo:
        await message.reply_text("A photo came")
    elif message.text:
        await message.reply_text(f"You said: {message.text}", do_quote=True)


async def publish(application):
    await application.bot.set_my_commands([BotCommand("start", "Begin")])
    await application.bot.set_my_commands([BotCommand("start", "Commencer")], language_code="fr")


def main():
    application = (
        Application.builder()
        .token(sandbox_token())
        .base_url(f"{settings.SANDBOX_URL}/bot")
        .base_file_url(f"{settings.SANDBOX_URL}/file/bot")
        .concurrent_updates(True)
        .post_init(publish)
        .build()
    )
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(press))
    application.add_handler(MessageHandler(filters.ALL, echo))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
