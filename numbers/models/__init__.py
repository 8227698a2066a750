"""The tables of numbers, by what they are for. Everybody imports from here."""

from .blocked import SENDER_LENGTH_MAX, BlockedSender, fold_sender
from .counts import LeaseDay, StockCount
from .events import RawEvent
from .jobs import BatchJob
from .leases import DRAW_KEY_MAX, Lease, Number, new_draw_key
from .polling import MAPPING_FIELDS, REQUEST_FIELDS
from .pools import Batch, Pool, Rejection, upload_storage
from .queue import PoolWait, RulesAcceptance
from .settings import NumbersSettings
from .sms import InboundSms, Provider, new_provider_secret

__all__ = [
    "DRAW_KEY_MAX",
    "MAPPING_FIELDS",
    "REQUEST_FIELDS",
    "SENDER_LENGTH_MAX",
    "Batch",
    "BatchJob",
    "BlockedSender",
    "InboundSms",
    "Lease",
    "LeaseDay",
    "Number",
    "NumbersSettings",
    "Pool",
    "PoolWait",
    "Provider",
    "RawEvent",
    "Rejection",
    "RulesAcceptance",
    "StockCount",
    "fold_sender",
    "new_draw_key",
    "new_provider_secret",
    "upload_storage",
]
