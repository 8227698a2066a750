"""What a member has in his bag."""

from points.models import Item


def bag_of(member_id: int) -> dict[str, int]:
    """How many he has of each kind that he has, in the order of the kinds."""
    rows = Item.objects.filter(member=member_id, quantity__gt=0).values_list("kind", "quantity")
    held = dict(rows)
    return {kind: held[kind] for kind in Item.Kind.values if kind in held}


def count_jackpots(member_id: int) -> int:
    return bag_of(member_id).get(Item.Kind.JACKPOT, 0)
