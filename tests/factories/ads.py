"""Ad networks and the tokens of their passes."""

from vip.models import AdNetwork, Pass
from vip.services import offer_pass
from vip.tokens import make_token


def make_network(slug: str = "ads", **fields) -> AdNetwork:
    fields.setdefault("address", "http://127.0.0.1:1/api")
    fields.setdefault("is_active", True)
    return AdNetwork.objects.create(slug=slug, **fields)


def token_of(held: Pass) -> str:
    return make_token(member_id=held.member_id, alias=held.alias)


def offer_token(member, now) -> str:
    """The token that the member's link would hold."""
    return token_of(offer_pass(member_id=member.pk, now=now))
