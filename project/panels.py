"""What an app offers to a member's page: panels, acts, and acts on the list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A button that leads to a form about one member.

    `view` takes the member's id as its argument, or in the query when `query` names it there.
    """

    label: str
    icon: str
    view: str
    permission: str
    query: str = ""
    style: Literal["", "main", "bad"] = ""
    # Some acts make sense for some members only: nobody is banned twice.
    is_offered: Callable[[Any], bool] = lambda member: True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAct:
    """An action on the members chosen in the list: `run(model_admin, request, queryset)`."""

    name: str
    label: str
    permission: str
    run: Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a member's page. `read(member, now)` fills the template; keep it bounded."""

    title: str
    icon: str
    template: str
    permission: str
    read: Callable[[Any, datetime], Mapping[str, Any]]
    # The whole list, filtered to this member by `query`, in which {} is his id.
    view: str = ""
    query: str = ""
    acts: tuple[Act, ...] = ()
