"""The link of a pass: looked up, asked for outside any transaction, and kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from vip.models import AdNetwork, Pass
from vip.shortener import NoLink, Question, ask
from vip.tokens import make_token

from .passes import lock_pass

# A token in a link is not stored: this stands in its place.
PLACE = "{token}"
# Successes are noted no more often: every link would wait for the network's one row.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LinkErrand:
    """What is to be asked for a pass that has no link yet."""

    pass_id: int
    start_link: str
    question: Question


@dataclass(frozen=True, slots=True)
class PassLink:
    """An empty address: there is none now, the member is asked to try later."""

    address: str
    is_bare: bool = False


NO_LINK = PassLink("")


def find_link(*, pass_id: int, start_link: str, now: datetime) -> LinkErrand | PassLink:
    """The link kept, or what to ask for. `start_link` is the bot's own, with {token} in it."""
    held = Pass.objects.select_related("network").filter(pk=pass_id).first()
    if held is None or held.granted_at or held.expires_at <= now:
        return NO_LINK
    if held.link:
        return _kept(held, start_link)
    target = start_link.replace(PLACE, _token(held))
    return LinkErrand(pass_id, start_link, make_question(held.network, target, held.alias))


async def ask_for_link(errand: LinkErrand) -> tuple[str, str]:
    """The link and nothing, or nothing and why there is none."""
    try:
        return await ask(errand.question), ""
    except NoLink as error:
        return "", str(error)


@transaction.atomic
def keep_link(*, errand: LinkErrand, link: str, failure: str, now: datetime) -> PassLink:
    """The first one stands. Where there is none, what the network's row says of that."""
    held = lock_pass(errand.pass_id)
    if held is None or held.granted_at:
        return NO_LINK
    _note(held.network_id, failure, now)
    if not held.link:
        if failure and held.network.on_failure == AdNetwork.OnFailure.LATER:
            return NO_LINK
        held.link = link.replace(_token(held), PLACE) or errand.start_link
        held.opened_at = now
        held.save(update_fields=["link", "opened_at"])
    return _kept(held, errand.start_link)


def make_question(network: AdNetwork, target: str, alias: str) -> Question:
    return Question(
        # The sandbox's port is another one on another machine.
        address=network.address.replace("{sandbox}", settings.SANDBOX_URL),
        parameters={
            "url": network.url_parameter,
            "alias": network.alias_parameter,
            "key": network.key_parameter,
        },
        values={"url": target, "alias": alias, "key": network.key},
        answer_field=network.answer_field,
    )


def _kept(held: Pass, start_link: str) -> PassLink:
    address = held.link.replace(PLACE, _token(held))
    return PassLink(address, is_bare=held.link == start_link)


def _token(held: Pass) -> str:
    return make_token(member_id=held.member_id, alias=held.alias)


def _note(network_id: int, failure: str, now: datetime) -> None:
    row = AdNetwork.objects.filter(pk=network_id)
    if failure:
        row.update(failed_at=now, failure=failure[:40])
    else:
        due = Q(succeeded_at=None) | Q(succeeded_at__lt=now - NOTED_EVERY)
        row.filter(due).update(succeeded_at=now)
