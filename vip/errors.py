"""What the VIP services refuse."""

from project.errors import Refusal


class UnknownPlan(Refusal):
    """No such plan, or it is no longer on sale."""

    code = "unknown_plan"


class PriceChanged(Refusal):
    """The plan costs something else than the card said: nothing was charged. Params: price."""

    code = "price_changed"


class PackGone(Refusal):
    """No such points pack, or it is no longer on sale."""

    code = "pack_gone"


class PackChanged(Refusal):
    """The pack costs or gives something else than the invoice says. Params: points, stars."""

    code = "pack_changed"


class ForeignInvoice(Refusal):
    """The invoice was made for another member."""

    code = "foreign_invoice"


class InvoiceUnreadable(Refusal):
    """Not one of our invoices, or altered."""

    code = "invoice_unreadable"


class PaymentRefunded(Refusal):
    """The Stars of this payment were refunded, or are on their way back."""

    code = "payment_refunded"


class PointsSpent(Refusal):
    """The points of a payment cannot all be taken back. Params: name, points, missing."""

    code = "points_spent"


class RequestOpen(Refusal):
    """The member has a request that was not answered yet."""

    code = "request_open"


class InvalidRequest(Refusal):
    """A request to the staff is empty or too long. Params: length_max."""

    code = "invalid_request"


class RequestAnswered(Refusal):
    """Somebody has answered the request already."""

    code = "request_answered"


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


class PremiumNotOffered(Refusal):
    """There is no ad network in use."""

    code = "premium_not_offered"


class PassCapReached(Refusal):
    """As many passes as a day allows were used. Params: limit, opens_at."""

    code = "pass_cap_reached"
    retryable = True


class UnknownPass(Refusal):
    """No pass has this token: it was mistyped, guessed, or deleted long after its expiry."""

    code = "unknown_pass"


class ForeignPass(Refusal):
    """The pass is another member's."""

    code = "foreign_pass"


class PassUsed(Refusal):
    """The pass has brought its premium. Params: until."""

    code = "pass_used"


class PassExpired(Refusal):
    """The pass was not used in time."""

    code = "pass_expired"


class AutoSearchNeedsVip(Refusal):
    """The bot searches for those who are VIP only."""

    code = "auto_search_needs_vip"


class InvalidBoost(Refusal):
    """Not 1 to 1,000 searches more, or not until a time ahead. Params: text."""

    code = "invalid_boost"


class BoostTooLarge(Refusal):
    """With what runs already it would be more than 1,000 searches. Params: boost."""

    code = "boost_too_large"


class NoVideos(Refusal):
    """There is no video to show: none was published, or none is fit to be sent."""

    code = "no_videos"


class VideosUsedUp(Refusal):
    """No more videos this hour. Params: ready_at, wait, allowed."""

    code = "videos_used_up"
    retryable = True


class VideoGone(Refusal):
    """The video is no longer shown, or was never this member's to see."""

    code = "video_gone"


class UnknownVideo(Refusal):
    """There is no such video to publish or to take down."""

    code = "unknown_video"
