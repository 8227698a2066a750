"""What a member has in his bag."""

from points.models import Item


def count_jackpots(member_id: int) -> int:
    items = Item.objects.filter(member=member_id, kind=Item.Kind.JACKPOT)
    return items.values_list("quantity", flat=True).first() or 0
