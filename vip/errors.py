"""What the VIP services refuse."""

from project.errors import Refusal


class UnknownPlan(Refusal):
    """No such plan, or it is no longer on sale."""

    code = "unknown_plan"


class PriceChanged(Refusal):
    """The plan costs something else than the card said: nothing was charged. Params: price."""

    code = "price_changed"


class VipTooLong(Refusal):
    """VIP cannot reach past the year 2199. Params: until."""

    code = "vip_too_long"


class SelfGift(Refusal):
    """Nobody gives VIP to himself: he buys it."""

    code = "self_gift"


class GiftRefused(Refusal):
    """The other member cannot be given VIP. Params: name."""

    code = "gift_refused"


class InvalidDays(Refusal):
    """Not a whole number of days from 1 to 36,500. Params: text."""

    code = "invalid_days"


class NobodyToGrant(Refusal):
    """Of the members named, none can be given VIP."""

    code = "nobody_to_grant"


class NotVip(Refusal):
    """There is no VIP to take back."""

    code = "not_vip"


class UnknownOrder(Refusal):
    """The grant to confirm is gone: it was drafted too long ago, or by somebody else."""

    code = "unknown_order"


class GrantNotAllowed(Refusal):
    """The staff user lacks the permission for this grant."""

    code = "grant_not_allowed"
