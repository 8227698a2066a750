"""Answers made part by part while they are sent, under WSGI and ASGI alike."""

from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import FileResponse, StreamingHttpResponse

_END: Any = object()


class StreamedResponse(StreamingHttpResponse):
    """Takes a plain iterator. Django's own, under ASGI, would first make a list of it."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = iter(self)
        # In the thread of the request, which has its connection to the database.
        take = sync_to_async(lambda: next(parts, _END))
        while (part := await take()) is not _END:
            yield part


class StreamedFile(StreamedResponse, FileResponse):
    """Of whatever size: a block of it is in memory."""
