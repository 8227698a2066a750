"""Methods that send, edit and delete messages and answer buttons."""

import time
from collections.abc import Callable

from .context import Context
from .errors import bad_request
from .files import as_media
from .keyboards import check_keyboard
from .params import Params
from .state import JSON, Chat
from .texts import CAPTION_LENGTH_MAX, TEXT_LENGTH_MAX, format_text, with_users

DELETABLE_SECONDS = 48 * 3600
ANSWER_LENGTH_MAX = 200
MEDIA_KINDS = ("photo", "video", "animation", "document", "audio", "voice", "video_note")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


def chat_asked_for(context: Context, params: Params) -> Chat:
    chat_id = params.text("chat_id")
    if not chat_id:
        raise bad_request("chat_id is empty")
    if not chat_id.removeprefix("-").isdecimal():
        raise bad_request("chat not found")
    return context.state.open_chat(int(chat_id))


def _text(context: Context, params: Params) -> JSON:
    text, entities = format_text(
        params.text("text") or "",
        params.text("parse_mode"),
        params.objects("entities"),
        length_max=TEXT_LENGTH_MAX,
    )
    if not text:
        raise bad_request("message text is empty")
    entities = with_users(entities, context.state.users)
    return {"text": text, **({"entities": entities} if entities else {})}


def _caption(context: Context, source: Params) -> JSON:
    text, entities = format_text(
        source.text("caption") or "",
        source.text("parse_mode"),
        source.objects("caption_entities"),
        length_max=CAPTION_LENGTH_MAX,
    )
    entities = with_users(entities, context.state.users)
    found: JSON = {"caption": text} if text else {}
    return found | ({"caption_entities": entities} if text and entities else {})


def _reply(params: Params, chat: Chat) -> JSON:
    reply = Params(params.mapping("reply_parameters"))
    message_id = reply.integer("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return {}
    answered = chat.messages.get(message_id)
    if answered is None:
        flag = "allow_sending_without_reply"
        if reply.flag(flag) or params.flag(flag):
            return {}
        raise bad_request("message to be replied not found")
    return {
        "reply_to_message": {
            key: value for key, value in answered.items() if key != "reply_to_message"
        }
    }


def _send(context: Context, params: Params, chat: Chat, content: JSON) -> JSON:
    """The chat was checked first and the content parsed: nothing fails from here on."""
    markup = params.mapping("reply_markup")
    keyboard = check_keyboard(markup)
    if keyboard:
        content["reply_markup"] = keyboard
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    message = context.state.new_message(chat, context.state.bot, content)
    if markup and ("keyboard" in markup or "remove_keyboard" in markup):
        chat.reply_keyboard = markup if "keyboard" in markup else None
        context.state.touch("chat", chat.id)
        context.state.tell("chat", chat_id=chat.id)
    return message


def send_message(context: Context, params: Params) -> JSON:
    chat = chat_asked_for(context, params)
    content = _reply(params, chat)
    content.update(_text(context, params))
    return _send(context, params, chat, content)


def send_media(kind: str) -> Callable[[Context, Params], JSON]:
    def method(context: Context, params: Params) -> JSON:
        chat = chat_asked_for(context, params)
        content = _reply(params, chat)
        content.update(_caption(context, params))
        content.update(_media(context, params, kind, params.text(kind)))
        if params.flag("has_spoiler"):
            content["has_media_spoiler"] = True
        if params.flag("show_caption_above_media"):
            content["show_caption_above_media"] = True
        return _send(context, params, chat, content)

    return method


def _media(context: Context, params: Params, kind: str, given: str | None) -> JSON:
    """`given` is a file id, an address, attach://part, or None for the part of that name."""
    name = given.removeprefix("attach://") if given and given.startswith("attach://") else kind
    upload = params.uploads.get(name)
    if upload is not None:
        told = ("duration", "width", "height")
        more = {name: params.integer(name) for name in told if params.text(name)}
        return as_media(context.files.save(kind, upload, **more))
    if not given:
        raise bad_request(f"there is no {kind} in the request")
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    record = context.state.files.get(given)
    if record is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if kind == "photo" and record["kind"] != "photo":
        raise bad_request(f"can't use file of type {record['kind'].title()} as Photo")
    return as_media(record, "document" if kind == "document" else record["kind"])


def send_chat_action(context: Context, params: Params) -> bool:
    chat = chat_asked_for(context, params)
    context.state.tell("action", chat_id=chat.id, action=params.text("action") or "typing")
    return True


# Edits


def _own_message(context: Context, params: Params) -> tuple[Chat, JSON]:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = chat_asked_for(context, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != context.state.bot["id"]:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(context: Context, params: Params, chat: Chat, old: JSON, new: JSON) -> JSON:
    """An edit without reply_markup takes the keyboard away, as in Telegram."""
    edited = {key: value for key, value in new.items() if key != "reply_markup"}
    keyboard = check_keyboard(params.mapping("reply_markup"))
    if keyboard:
        edited["reply_markup"] = keyboard
    if edited == old:
        raise bad_request(_NOT_MODIFIED)
    edited["edit_date"] = int(time.time())
    context.state.put_message(chat, edited)
    return edited


def _without(message: JSON, *keys: str) -> JSON:
    return {key: value for key, value in message.items() if key not in keys}


def edit_text(context: Context, params: Params) -> JSON:
    chat, message = _own_message(context, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = _text(context, params)
    return _edit(context, params, chat, message, _without(message, "text", "entities") | content)


def edit_caption(context: Context, params: Params) -> JSON:
    chat, message = _own_message(context, params)
    if not any(kind in message for kind in MEDIA_KINDS):
        raise bad_request("there is no caption in the message to edit")
    rest = _without(message, "caption", "caption_entities")
    return _edit(context, params, chat, message, rest | _caption(context, params))


def edit_reply_markup(context: Context, params: Params) -> JSON:
    chat, message = _own_message(context, params)
    return _edit(context, params, chat, message, message)


def edit_media(context: Context, params: Params) -> JSON:
    chat, message = _own_message(context, params)
    media = params.mapping("media") or {}
    kind = str(media.get("type"))
    if kind not in MEDIA_KINDS[:5]:
        raise bad_request("can't parse InputMedia: type must be one of the media types")
    source = Params(media, params.uploads)
    content = _caption(context, source) | _media(context, source, kind, source.text("media"))
    rest = _without(message, "text", "entities", "caption", "caption_entities", *MEDIA_KINDS)
    return _edit(context, params, chat, message, rest | content)


def delete_message(context: Context, params: Params) -> bool:
    chat = chat_asked_for(context, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if time.time() - message["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    context.state.drop_message(chat, message["message_id"])
    return True


def delete_messages(context: Context, params: Params) -> bool:
    """Those that are not there are skipped, as in Telegram."""
    chat = chat_asked_for(context, params)
    for message_id in params.integers("message_ids") or []:
        if message_id in chat.messages:
            context.state.drop_message(chat, message_id)
    return True


def set_message_reaction(context: Context, params: Params) -> bool:
    chat = chat_asked_for(context, params)
    message_id = params.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to react not found")
    emoji = [
        str(one["emoji"]) for one in params.objects("reaction") or [] if one.get("type") == "emoji"
    ]
    context.state.set_reactions(chat, message_id, context.state.bot["id"], emoji)
    return True


def answer_callback_query(context: Context, params: Params) -> bool:
    text = params.text("text") or ""
    if len(text) > ANSWER_LENGTH_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    query_id = params.text("callback_query_id") or ""
    query = context.state.take_query(query_id)
    context.state.tell(
        "answer",
        query_id=query_id,
        chat_id=query.chat_id,
        user_id=query.user_id,
        text=text,
        alert=params.flag("show_alert"),
        url=params.text("url") or "",
    )
    return True
