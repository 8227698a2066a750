"""The Bot API's methods by name. A method takes the call's parameters and returns its result."""

from collections.abc import Awaitable, Callable
from typing import Any

from . import methods_bot, methods_messages, stars
from .context import Context
from .params import Params

Method = Callable[[Context, Params], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    name.lower(): method
    for name, method in {
        "getMe": methods_bot.get_me,
        "logOut": methods_bot.accept,
        "close": methods_bot.accept,
        "setWebhook": methods_bot.set_webhook,
        "deleteWebhook": methods_bot.delete_webhook,
        "getWebhookInfo": methods_bot.get_webhook_info,
        "setMyCommands": methods_bot.set_my_commands,
        "getMyCommands": methods_bot.get_my_commands,
        "deleteMyCommands": methods_bot.delete_my_commands,
        "setMyName": methods_bot.set_profile("name"),
        "getMyName": methods_bot.get_profile("name"),
        "setMyDescription": methods_bot.set_profile("description"),
        "getMyDescription": methods_bot.get_profile("description"),
        "setMyShortDescription": methods_bot.set_profile("short_description"),
        "getMyShortDescription": methods_bot.get_profile("short_description"),
        "setMyDefaultAdministratorRights": methods_bot.accept,
        "setChatMenuButton": methods_bot.accept,
        "getChat": methods_bot.get_chat,
        "getChatMember": methods_bot.get_chat_member,
        "getChatMemberCount": methods_bot.get_chat_member_count,
        "getChatAdministrators": methods_bot.get_chat_administrators,
        "leaveChat": methods_bot.leave_chat,
        "getFile": methods_bot.get_file,
        "sendMessage": methods_messages.send_message,
        "sendPhoto": methods_messages.send_media("photo"),
        "sendDocument": methods_messages.send_media("document"),
        "sendVideo": methods_messages.send_media("video"),
        "sendAnimation": methods_messages.send_media("animation"),
        "sendVoice": methods_messages.send_media("voice"),
        "sendAudio": methods_messages.send_media("audio"),
        "sendVideoNote": methods_messages.send_media("video_note"),
        "sendChatAction": methods_messages.send_chat_action,
        "editMessageText": methods_messages.edit_text,
        "editMessageCaption": methods_messages.edit_caption,
        "editMessageReplyMarkup": methods_messages.edit_reply_markup,
        "editMessageMedia": methods_messages.edit_media,
        "deleteMessage": methods_messages.delete_message,
        "deleteMessages": methods_messages.delete_messages,
        "setMessageReaction": methods_messages.set_message_reaction,
        "answerCallbackQuery": methods_messages.answer_callback_query,
        "sendInvoice": stars.send_invoice,
        "answerPreCheckoutQuery": stars.answer_checkout,
        "refundStarPayment": stars.refund_payment,
    }.items()
}
