import logging

import aiohttp
import pytest

from botrunner.sandbox import cast
from botrunner.sandbox.botapi import METHODS

NAMES = [
    "chat_id",
    "message_id",
    "message_ids",
    "text",
    "caption",
    "parse_mode",
    "entities",
    "reply_markup",
    "photo",
    "document",
    "media",
    "commands",
    "scope",
    "language_code",
    "reaction",
    "reply_parameters",
    "callback_query_id",
    "user_id",
    "file_id",
    "allowed_updates",
    "url",
    "offset",
    "limit",
    "timeout",
]
NONSENSE = [
    "",
    "x",
    "{",
    "[]",
    "{}",
    "[1]",
    '["a"]',
    "[[1]]",
    "null",
    "1e3",
    "[{}]",
    '[{"type": "text_mention"}]',
    '{"inline_keyboard": [[1]]}',
    '{"message_id": "x", "type": "photo", "media": 1}',
    '{"type": "chat"}',
    7,
]


@pytest.mark.parametrize("value", NONSENSE, ids=str)
def test_nonsense_is_refused_and_never_makes_the_server_stumble(play, caplog, value):
    async def story(server, bot):
        statuses = set()
        sent = await bot.send_message(cast.ANN, "x")
        sense = {"chat_id": cast.ANN, "message_id": sent.message_id, "text": "x"}
        places = [dict.fromkeys(NAMES, value)]
        places += [{**sense, name: value} for name in NAMES]
        async with aiohttp.ClientSession() as client:
            for method in ["getUpdates", *METHODS]:
                for params in places:
                    url = f"{server.url}/bot{server.token}/{method}"
                    # Nobody waits for an update here.
                    given = {**params, "timeout": 0}
                    async with client.post(url, json=given) as response:
                        await response.json()
                        statuses.add(response.status)
        return statuses

    with caplog.at_level(logging.ERROR):
        statuses = play(story)

    assert statuses <= {200, 400, 403, 404, 409}
    assert caplog.records == []
