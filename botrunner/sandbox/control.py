"""What the chat page and the tests may do: act as members, watch, reset, set faults."""

import hmac
import time
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from . import members, people, presence, stars
from .context import Context
from .errors import ApiError, ControlError
from .files import KINDS, as_media
from .params import Params, read_params
from .sms_list import KEPT_MAX, make_sms
from .snapshots import list_commands, make_event, make_snapshot
from .state import JSON
from .waiting import Signal

EVENT_POLL_SECONDS_MAX = 25


class Control:
    def __init__(self, context: Context, key: str) -> None:
        self.context = context
        self.state = context.state
        self._key = key
        self._happened = Signal()
        self.state.on_event = self._happened.notify
        self._actions: dict[str, Callable[[Params], Any]] = {
            "snapshot": lambda params: make_snapshot(self.state),
            "commands": lambda params: list_commands(self.state),
            "text": self._text,
            "file": self._file,
            "press": self._press,
            "pay": self._pay,
            "deliver_again": self._deliver_again,
            "refund_elsewhere": self._refund_elsewhere,
            "edit": self._edit,
            "react": self._react,
            "block": self._block,
            "deactivate": self._deactivate,
            "bot_in_group": self._bot_in_group,
            "add_member": self._add_member,
            "edit_member": self._edit_member,
            "list_sms": self._list_sms,
            "reset": lambda params: self.reset(),
            "faults": self._faults,
        }

    async def handle(self, request: web.BaseRequest, action: str) -> web.Response:
        given = request.headers.get("X-Sandbox-Key", "")
        if not self._key or not hmac.compare_digest(given.encode(), self._key.encode()):
            return _answer({"error": "Wrong key."}, 403)
        if action.startswith("download/"):
            return self._download(action.removeprefix("download/"))
        try:
            params = await read_params(request)
            if action == "events":
                return _answer(await self._events(params))
            method = self._actions.get(action)
            if method is None or (request.method != "POST" and action not in _READS):
                return _answer({"error": "There is no such action."}, 404)
            return _answer({"result": method(params)})
        except ControlError as error:
            return _answer({"error": str(error)}, 400)
        except ApiError as error:
            return _answer({"error": error.description}, error.code)

    async def _events(self, params: Params) -> JSON:
        since = params.integer("since")
        end = time.monotonic() + min(params.integer("timeout", 20), EVENT_POLL_SECONDS_MAX)
        state = self.state
        while since == state.next_event - 1 and (left := end - time.monotonic()) > 0:
            await self._happened.wait(left)
        oldest = state.events[0][0] if state.events else state.next_event
        # Too far behind, or of a server that is gone: only a new snapshot helps.
        if since + 1 < oldest or since >= state.next_event:
            return {"event": state.next_event - 1, "stale": True, "events": []}
        events = [make_event(state, *event) for event in state.events if event[0] > since]
        return {"event": state.next_event - 1, "events": [event for event in events if event]}

    def _download(self, file_id: str) -> web.Response:
        record = self.state.files.get(file_id)
        data = self.context.files.read(file_id)
        if record is None or data is None:
            return _answer({"error": "There is no such file."}, 404)
        return web.Response(body=data, content_type=record["mime_type"])

    def _where(self, params: Params) -> dict[str, int]:
        return {"chat_id": params.integer("chat_id"), "user_id": params.integer("user_id")}

    def _text(self, params: Params) -> JSON:
        return members.send_text(
            self.state,
            **self._where(params),
            text=params.text("text") or "",
            reply_to=params.integer("reply_to") or None,
            entities=params.objects("entities"),
        )

    def _file(self, params: Params) -> JSON:
        upload = params.uploads.get("file")
        kind = params.text("kind") or "document"
        if upload is None or kind not in KINDS:
            raise ControlError("Choose a file.")
        duration = max(params.integer("duration", 1), 1)
        record = self.context.files.save(kind, upload, duration=duration)
        return members.send_media(
            self.state,
            **self._where(params),
            media=as_media(record),
            caption=params.text("caption") or "",
            entities=params.objects("entities"),
            album=params.text("album") or "",
            reply_to=params.integer("reply_to") or None,
        )

    def _press(self, params: Params) -> JSON:
        return members.press_button(
            self.state,
            **self._where(params),
            message_id=params.integer("message_id"),
            data=params.text("data") or "",
        )

    def _pay(self, params: Params) -> JSON:
        return stars.check_out(
            self.state, **self._where(params), message_id=params.integer("message_id")
        )

    def _deliver_again(self, params: Params) -> None:
        stars.deliver_again(self.state, **self._paid(params))

    def _refund_elsewhere(self, params: Params) -> None:
        stars.refund_elsewhere(self.state, **self._paid(params))

    def _paid(self, params: Params) -> dict[str, int]:
        return {"chat_id": params.integer("chat_id"), "message_id": params.integer("message_id")}

    def _edit(self, params: Params) -> JSON:
        return members.edit_text(
            self.state,
            **self._where(params),
            message_id=params.integer("message_id"),
            text=params.text("text") or "",
        )

    def _react(self, params: Params) -> None:
        members.react(
            self.state,
            **self._where(params),
            message_id=params.integer("message_id"),
            emoji=[str(one) for one in params.strings("emoji") or []],
        )

    def _block(self, params: Params) -> None:
        presence.set_blocked(
            self.state, user_id=params.integer("user_id"), blocked=params.flag("blocked")
        )

    def _deactivate(self, params: Params) -> None:
        presence.set_deactivated(
            self.state, user_id=params.integer("user_id"), deactivated=params.flag("deactivated")
        )

    def _bot_in_group(self, params: Params) -> None:
        presence.set_bot_in_group(self.state, **self._where(params), present=params.flag("present"))

    def _add_member(self, params: Params) -> JSON:
        groups = [chat.id for chat in self.state.chats.values() if not chat.is_private]
        return people.add_member(
            self.state, profile=params.mapping("profile") or {}, group_ids=groups
        )

    def _edit_member(self, params: Params) -> JSON:
        return people.edit_member(
            self.state,
            user_id=params.integer("user_id"),
            profile=params.mapping("profile") or {},
        )

    def reset(self) -> None:
        self.state.reset()
        self.context.files.clear()
        self.context.faults.clear()

    def _list_sms(self, params: Params) -> None:
        """Into the list of the provider that has to be asked."""
        words = {name: params.text(name) or "" for name in ("to", "sender", "text")}
        self.state.sms.append(make_sms(self.state.next_sms, **words))
        self.state.next_sms += 1
        del self.state.sms[:-KEPT_MAX]

    def _faults(self, params: Params) -> None:
        try:
            self.context.set_faults(params.objects("faults") or [])
        except (TypeError, KeyError) as error:
            raise ControlError(f"This is no fault: {error}") from None


_READS = {"snapshot", "commands"}


def _answer(body: JSON, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
