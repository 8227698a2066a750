"""Makes recorded calls: the effects are committed, what is left is to say so, at least once."""

import asyncio
import logging
import math
import time
from typing import Any

from django.db import DatabaseError, InterfaceError
from telegram.error import ChatMigrated, RetryAfter, TelegramError

from accounts.services import Reachability, set_reachability
from botrunner import cards, followups
from botrunner.attachments import NoFile
from botrunner.calls import Call
from botrunner.faults import log_fault
from botrunner.limits import Limits, Urgency
from botrunner.links import Links
from botrunner.texts import strip_marks
from botrunner.threads import DatabaseThread
from botrunner.transport import BotApi
from botrunner.uploads import NoPicture, Uploads
from botrunner.verdicts import (
    Verdict,
    describe,
    is_deactivated,
    is_refused_file,
    judge,
    seconds_of,
)
from points.selectors import is_game_over

logger = logging.getLogger(__name__)

# After the last of these a sweep tries again, so nothing is lost by giving up.
RETRY_SECONDS = (0.3, 1.0, 2.0, 4.0, 8.0)


class NotSent(Exception):
    """The call could not be made now; later it may."""


class Sender:
    """`database` does the little database work that sending needs, and files, off the loop."""

    def __init__(self, api: BotApi, limits: Limits, database: DatabaseThread) -> None:
        self._api = api
        self._limits = limits
        self._database = database
        self._uploads = Uploads(api, database)
        self._links = Links(database)

    async def send(self, calls: list[Call], urgency: Urgency) -> bool:
        """Makes the calls in order. False when nothing reaches this chat; may raise NotSent."""
        for call in calls:
            if await self._is_outdated(call):
                continue
            if not await self._make(await self._with_link(call), urgency):
                return False
        return True

    async def _is_outdated(self, call: Call) -> bool:
        """A card of an open game that waited, for its turn or for a process to start: the game
        may be over by now, and what the card says of its end must stand. Or an answer that
        nobody waits for any more."""
        if time.time() > call.get("answer_by", math.inf):
            return True
        game_id = call.get("open_game_id")
        if not game_id:
            return False
        try:
            return bool(await self._database.run(is_game_over, game_id))
        except (DatabaseError, InterfaceError) as error:
            log_fault(f"game {game_id} is taken for open", error)
            return False

    async def _with_link(self, call: Call) -> Call:
        try:
            return await self._links.fill(call)
        except (DatabaseError, InterfaceError) as error:
            log_fault("a link waits for the database", error)
            raise NotSent from None

    async def _make(self, call: Call, urgency: Urgency) -> bool:
        method, params, game_id = call["method"], dict(call["params"]), call.get("game_id")
        pauses = iter(RETRY_SECONDS)
        while method:
            await self._limits.wait_for(method, params.get("chat_id"), urgency)
            if await self._is_outdated(call):
                return True
            try:
                message = await self._call(method, params)
                if game_id and method == "sendMessage":
                    await self._note_card(game_id, message)
                if "on_sent" in call:
                    await self._follow_up(call, message)
                return True
            except NoPicture:
                method = _say_instead(method, params)
            except NoFile:
                return await self._send_instead(call, "the upload is gone", urgency)
            except TelegramError as error:
                if "on_refused_file" in call and is_refused_file(error):
                    return await self._send_instead(call, describe(error), urgency)
                verdict = judge(error)
                if verdict is Verdict.DONE:
                    return True
                if verdict is Verdict.UNREACHABLE:
                    await self._note_unreachable(params, error)
                    return False
                if isinstance(error, RetryAfter):
                    await self._limits.pause(params.get("chat_id"), seconds_of(error))
                    continue
                if verdict is Verdict.RETRY:
                    await _back_off(pauses, method, error)
                method = _mend(verdict, method, params, error)
        return True

    async def _call(self, method: str, params: dict[str, Any]) -> Any:
        """What the Bot API answers; nothing for a file."""
        if "attachment" in params:
            return await self._uploads.call(method, params)
        return await self._api.call(method, params)

    async def _follow_up(self, call: Call, message: dict[str, Any]) -> None:
        """The message has arrived: a fault here must not send it again."""
        try:
            await self._database.run(followups.note_sent, call["on_sent"], message)
        except (DatabaseError, InterfaceError) as error:
            log_fault("a sent message is not noted", error)

    async def _send_instead(self, call: Call, why: str, urgency: Urgency) -> bool:
        """What takes the place of a file that cannot be sent; nothing where that is settled."""
        try:
            instead = await self._database.run(
                followups.find_instead, call["on_refused_file"], call["params"]["chat_id"], why
            )
        except (DatabaseError, InterfaceError) as error:
            log_fault("another file waits for the database", error)
            raise NotSent from None
        return instead is None or await self._make(instead, urgency)

    async def _note_card(self, game_id: int, message: dict[str, Any]) -> None:
        """Without the note a new message is sent where this one would have been edited."""
        try:
            await self._database.run(
                cards.keep, game_id, message["chat"]["id"], message["message_id"]
            )
        except (DatabaseError, InterfaceError) as error:
            log_fault(f"the card of game {game_id} is not remembered", error)

    async def _note_unreachable(self, params: dict[str, Any], error: TelegramError) -> None:
        """A private chat has its member's id; groups are looked after by my_chat_member."""
        chat_id = params.get("chat_id")
        if isinstance(chat_id, int) and chat_id > 0:
            state = Reachability.DEACTIVATED if is_deactivated(error) else Reachability.BLOCKED
            await self._database.run(set_reachability, chat_id, state)


async def _back_off(pauses: Any, method: str, error: TelegramError) -> None:
    seconds = next(pauses, None)
    if seconds is None:
        logger.warning("%s is given up for now: %s", method, describe(error))
        raise NotSent
    await asyncio.sleep(seconds)


def _mend(verdict: Verdict, method: str, params: dict[str, Any], error: TelegramError) -> str:
    """The method of the next try, for which the call is altered. "" when no try makes sense."""
    if verdict is Verdict.RETRY:
        # What keeps a picture from arriving may let its words through.
        return _say_instead(method, params) or method
    if verdict is Verdict.ANEW and params.pop("message_id", None) is not None:
        return "sendMessage"
    if verdict is Verdict.MOVED and _follow(params, error):
        return method
    if verdict is Verdict.PLAIN and params.pop("parse_mode", None) is not None:
        key = "text" if "text" in params else "caption"
        params[key] = strip_marks(params.get(key, ""))
        return method
    logger.warning("%s was refused: %s", method, describe(error))
    return _say_instead(method, params)


def _follow(params: dict[str, Any], error: TelegramError) -> bool:
    """False when the group's new id is the one that was tried."""
    assert isinstance(error, ChatMigrated)
    is_new = bool(params["chat_id"] != error.new_chat_id)
    params["chat_id"] = error.new_chat_id
    return is_new


def _say_instead(method: str, params: dict[str, Any]) -> str:
    """Makes a picture's call one of the words that stand in for it; "" for any other call."""
    if method != "sendPhoto":
        return ""
    params.pop("caption")
    params |= params.pop("attachment")["instead"]
    return "sendMessage"
