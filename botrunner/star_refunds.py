"""Asks Telegram to give Stars back, from every bot process, until it has done so or refuses.

A refund is claimed for a lease (vip/services/stars/refund_sending.py). A process killed after the
call leaves it to the next one, whom Telegram tells that the charge was refunded already.
"""

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from botrunner.faults import log_fault
from botrunner.threads import DatabaseThread
from botrunner.transport import BotApi, wait_or_stop
from botrunner.verdicts import describe, seconds_of
from vip.services.stars import claim_refunds, decline_refund, finish_refund, put_off_refund

if TYPE_CHECKING:
    from vip.models import StarRefund

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
DATABASE_AWAY_SECONDS = 2.0
# All of one look are asked for within their lease.
CLAIMED_MAX = 5
CALL_SECONDS = 10.0
ALREADY_REFUNDED = "CHARGE_ALREADY_REFUNDED"


class StarRefunds:
    def __init__(self, api: BotApi) -> None:
        self._api = api
        # Of its own: it may wait for wallets that an update holds.
        self._thread = DatabaseThread("star refunds")

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.send_due()
            except (DatabaseError, InterfaceError) as error:
                # What was claimed is claimed anew after its lease.
                log_fault("refunds wait for the database", error)
                await wait_or_stop(stop, DATABASE_AWAY_SECONDS)
            await wait_or_stop(stop, LOOK_SECONDS)

    def close(self) -> None:
        self._thread.close()

    async def send_due(self) -> None:
        claimed = await self._thread.run(
            lambda: claim_refunds(now=timezone.now(), limit=CLAIMED_MAX)
        )
        for refund in claimed:
            await self._send(refund)

    async def _send(self, refund: "StarRefund") -> None:
        params = {
            "user_id": refund.payer_telegram_id,
            "telegram_payment_charge_id": refund.payment.charge_id,
        }
        try:
            await self._api.call("refundStarPayment", params, read_seconds=CALL_SECONDS)
        except TelegramError as error:
            await self._thread.run(_settle, refund.pk, error)
        else:
            await self._thread.run(_finish, refund.pk)


def _finish(refund_id: int) -> None:
    finish_refund(refund_id=refund_id, now=timezone.now())


def _settle(refund_id: int, error: TelegramError) -> None:
    """An earlier call may have reached Telegram though its answer did not reach us."""
    if ALREADY_REFUNDED in error.message.upper():
        _finish(refund_id)
    elif isinstance(error, BadRequest | Forbidden):
        decline_refund(refund_id=refund_id, error=describe(error), now=timezone.now())
    else:
        logger.warning("refund %s waits: %s", refund_id, describe(error))
        wait = timedelta(seconds=seconds_of(error)) if isinstance(error, RetryAfter) else None
        put_off_refund(refund_id=refund_id, error=describe(error), now=timezone.now(), wait=wait)
