"""Files that go with a reply, made when it is sent: kind -> maker. No file is ever stored."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from accounts.selectors import export_member


@dataclass(frozen=True, slots=True)
class File:
    filename: str
    content: bytes


def make_member_export(params: Mapping[str, Any]) -> File:
    """Everything we hold about a member, for himself."""
    data = export_member(params["member_id"])
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    return File("my-data.json", text.encode())


# A maker is given the attachment's params; it may read the database.
MAKERS: dict[str, Callable[[Mapping[str, Any]], File]] = {"member_export": make_member_export}


def make(kind: str, params: Mapping[str, Any]) -> File:
    return MAKERS[kind](params)
