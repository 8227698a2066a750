"""What is asked of a network, and the link that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from yarl import URL

from project.outbound import NoAnswer, fetch

from .answer import read_link
from .errors import NoLink

ANSWER_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a network; `values` are url, alias and key. Not to be logged or stored."""

    address: str
    parameters: Mapping[str, str]
    values: Mapping[str, str] = field(repr=False)
    answer_field: str

    def url(self) -> URL:
        """The key or the target may be part of the path, or parameters, or both."""
        address = self.address
        for name, value in self.values.items():
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        asked = {
            parameter: self.values[name]
            for name, parameter in self.parameters.items()
            if parameter and self.values[name]
        }
        return URL(address).extend_query(asked)


async def ask(question: Question) -> str:
    """The link. Raises NoLink."""
    try:
        url = question.url()
    except ValueError:
        raise NoLink("the address is no address") from None
    try:
        body = await fetch(url, bytes_max=ANSWER_BYTES_MAX)
    except NoAnswer as failure:
        raise NoLink(str(failure)) from None
    return read_link(body, question.answer_field, target=question.values["url"])
