"""Calls that bring a file: made, or for a picture that Telegram has, named by its id."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from telegram import InputFile
from telegram.error import BadRequest

from botrunner import attachments, sent_pictures
from botrunner.attachments import KINDS, File
from botrunner.faults import log_fault
from botrunner.threads import DatabaseThread
from botrunner.transport import BotApi
from botrunner.verdicts import is_refused_file


class NoPicture(Exception):
    """It could not be drawn; the words that go with it can still be sent."""


class Uploads:
    """`database` also makes the files, which takes a while, off the loop."""

    def __init__(self, api: BotApi, database: DatabaseThread) -> None:
        self._api = api
        self._database = database

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        """What the Bot API answers. Raises NoPicture, NoFile, or what it says instead."""
        rest = {name: value for name, value in params.items() if name != "attachment"}
        kind, facts = params["attachment"]["kind"], params["attachment"]["params"]
        if KINDS[kind].is_picture:
            return await self._send_picture(method, rest, kind, facts)
        file = await self._database.run(attachments.make, kind, facts)
        return await self._upload(method, rest, kind, file)

    async def _send_picture(
        self, method: str, params: dict[str, Any], kind: str, facts: Mapping[str, Any]
    ) -> Any:
        content_hash = sent_pictures.hash_of(kind, facts)
        found = await self._try(_find_or_make, content_hash, kind, facts)
        if isinstance(found, str):
            try:
                return await self._api.call(method, {**params, KINDS[kind].part: found})
            except BadRequest as error:
                if not is_refused_file(error):
                    raise
            found = await self._try(_forget_and_make, content_hash, found, kind, facts)
        answer = await self._upload(method, params, kind, found)
        await self._note(content_hash, answer)
        return answer

    async def _upload(self, method: str, params: dict[str, Any], kind: str, file: File) -> Any:
        files = {KINDS[kind].part: InputFile(file.content, filename=file.filename)}
        if file.thumbnail:
            files["thumbnail"] = InputFile(file.thumbnail, filename="thumbnail.jpg")
        return await self._api.call(method, {**params, **file.facts}, files=files)

    async def _try(self, work: Callable[..., Any], *args: Any) -> Any:
        try:
            return await self._database.run(work, *args)
        except Exception as error:  # noqa: BLE001  whatever it is, its words can be sent
            log_fault("a picture could not be drawn", error)
            raise NoPicture from None

    async def _note(self, content_hash: str, answer: Any) -> None:
        """The picture has arrived: a fault in remembering it must not send it again."""
        try:
            file_id = answer["photo"][-1]["file_id"]
            await self._database.run(sent_pictures.note, content_hash, file_id, timezone.now())
        except Exception as error:  # noqa: BLE001  see above
            log_fault("a sent picture is not remembered", error)


def _find_or_make(content_hash: str, kind: str, facts: Mapping[str, Any]) -> str | File:
    return sent_pictures.find(content_hash) or attachments.make(kind, facts)


def _forget_and_make(content_hash: str, file_id: str, kind: str, facts: Mapping[str, Any]) -> File:
    sent_pictures.forget(content_hash, file_id)
    return attachments.make(kind, facts)
