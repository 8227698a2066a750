"""Ad networks as staff set them up: each change is audited, its secrets are not."""

from django.db import transaction

from accounts.services import Actor, record
from vip.models import AdNetwork, new_postback_secret
from vip.shortener import ask
from vip.tokens import new_alias

from .pass_links import make_question

_AUDITED = (
    "slug",
    "is_active",
    "address",
    "url_parameter",
    "alias_parameter",
    "key_parameter",
    "answer_field",
    "on_failure",
    "needs_proof",
)
# Where a link made to try the connection leads: the key is real, the pass is not.
_SAMPLE = "https://t.me/telegram"


@transaction.atomic
def save_network(row: AdNetwork, *, actor: Actor) -> None:
    """Writes a validated row. One that is put in use takes the place of the other."""
    stored = AdNetwork.objects.select_for_update().order_by("pk")
    networks = {network.pk: network for network in stored}
    if row.is_active:
        AdNetwork.objects.exclude(pk=row.pk).filter(is_active=True).update(is_active=False)
    before = networks.get(row.pk)
    row.save()
    changes = {
        name: [before and getattr(before, name), getattr(row, name)]
        for name in _AUDITED
        if before is None or getattr(before, name) != getattr(row, name)
    }
    if before is None or before.key != row.key:
        changes["key"] = ["(hidden)", "(changed)"]
    if changes:
        verb = "change" if before else "add"
        record(f"vip.ad_network.{verb}", actor=actor, target=row, changes=changes)


@transaction.atomic
def renew_postback_secret(*, network_id: int, actor: Actor) -> None:
    """The old secret signs nothing from now on."""
    network = AdNetwork.objects.select_for_update().get(pk=network_id)
    network.secret = new_postback_secret()
    network.save(update_fields=["secret"])
    record("vip.ad_network.new_secret", actor=actor, target=network)


async def try_network(network: AdNetwork) -> str:
    """A link to nowhere in particular. Over the network; raises NoLink."""
    return await ask(make_question(network, _SAMPLE, new_alias()))
