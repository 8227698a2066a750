"""The tables of VIP, by what they are for. Everybody imports from here."""

from .ads import AdNetwork, new_postback_secret
from .auto_search import BOOST_MAX, AutoSearch, AutoSearchDay, Boost
from .membership import DAYS_MAX, VIP_UNTIL_MAX, Grant, Membership, Plan
from .orders import GrantOrder
from .passes import DAY_NUMBER_MAX, Pass, PassDay
from .settings import VipSettings
from .stars import (
    CHARGE_LENGTH_MAX,
    CURRENCY_LENGTH_MAX,
    PACK_POINTS_MAX,
    STARS_MAX,
    StarPack,
    StarPayment,
    StarRefund,
)
from .support import REQUEST_LENGTH_MAX, SupportRequest, Terms
from .videos import (
    TAGS_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    Video,
    VideoDraw,
    VideoReport,
)
from .views import SeenBefore, VideoDay, VideoDayCount, VideoView, VideoViewer

__all__ = [
    "BOOST_MAX",
    "CHARGE_LENGTH_MAX",
    "CURRENCY_LENGTH_MAX",
    "DAYS_MAX",
    "DAY_NUMBER_MAX",
    "PACK_POINTS_MAX",
    "REQUEST_LENGTH_MAX",
    "STARS_MAX",
    "TAGS_LENGTH_MAX",
    "TITLE_LENGTH_MAX",
    "VIP_UNTIL_MAX",
    "AdNetwork",
    "AutoSearch",
    "AutoSearchDay",
    "Boost",
    "Grant",
    "GrantOrder",
    "Membership",
    "Pass",
    "PassDay",
    "Plan",
    "SeenBefore",
    "StarPack",
    "StarPayment",
    "StarRefund",
    "SupportRequest",
    "Terms",
    "Video",
    "VideoDay",
    "VideoDayCount",
    "VideoDraw",
    "VideoReport",
    "VideoView",
    "VideoViewer",
    "VipSettings",
    "new_postback_secret",
]
