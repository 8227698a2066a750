"""Addresses that are found only when a reply is sent, for finding them takes the network.

A reply recorded with its update holds the finder's name and ids, never the address: that
is a secret of its member. Sent a second time, the same address is found where it was kept.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from botrunner.calls import Call
from botrunner.identity import me
from botrunner.threads import DatabaseThread
from vip.services import LinkErrand, PassLink, ask_for_link, find_link, keep_link

# The address of the button that waits for its own.
PLACE = "link:"


@dataclass(frozen=True, slots=True)
class Found:
    """`instead` is the reply's word for what is said in its place; the button may be there too."""

    address: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Finder:
    """`look` and `keep` run in the database's thread, `ask` on the loop, outside transactions."""

    look: Callable[[Mapping[str, Any]], Any]
    ask: Callable[[Any], Awaitable[Any]]
    keep: Callable[[Any, Any], Found]


def look_for_pass(params: Mapping[str, Any]) -> LinkErrand | Found:
    found = find_link(
        pass_id=params["pass_id"], start_link=me.start_link("{token}"), now=timezone.now()
    )
    return found if isinstance(found, LinkErrand) else _read(found)


def keep_for_pass(errand: LinkErrand, answer: tuple[str, str]) -> Found:
    link, failure = answer
    return _read(keep_link(errand=errand, link=link, failure=failure, now=timezone.now()))


def _read(link: PassLink) -> Found:
    if not link.address:
        return Found(instead="none")
    return Found(link.address, "bare" if link.is_bare else "")


FINDERS = {"pass": Finder(look_for_pass, ask_for_link, keep_for_pass)}


class Links:
    def __init__(self, database: DatabaseThread) -> None:
        self._database = database

    async def fill(self, call: Call) -> Call:
        """The call with its address, or with what is said instead. Raises DatabaseError."""
        if "link" not in call:
            return call
        link = call["link"]
        finder = FINDERS[link["kind"]]
        found = await self._database.run(finder.look, link["params"])
        if not isinstance(found, Found):
            found = await self._database.run(finder.keep, found, await finder.ask(found))
        params = {**call["params"], **link["instead"].get(found.instead, {})}
        return {**call, "params": _put(params, found.address)}


def _put(params: dict[str, Any], address: str) -> dict[str, Any]:
    rows = params.get("reply_markup", {}).get("inline_keyboard", [])
    filled = [
        [button | {"url": address} if button.get("url") == PLACE else button for button in row]
        for row in rows
    ]
    return params | {"reply_markup": {"inline_keyboard": filled}}
