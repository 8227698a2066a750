"""The floor: a stock python-telegram-bot application that echoes, on its default httpx."""

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

TOKEN = "1000000:AAbench-token-of-nobody-bench-token"


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


def main(url: str, in_flight: int) -> None:
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    application = builder.concurrent_updates(in_flight).build()
    application.add_handler(MessageHandler(filters.ALL, echo))
    application.run_polling(timeout=1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
