"""manage.py grant_vip --member @ann --member 700000001 --days 30 --reason "Thanks" """

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.selectors import find_named
from accounts.services import COMMAND
from project.errors import Refusal
from project.words import say_left
from vip.audience import Audience, Kind
from vip.errors import InvalidDays
from vip.models import DAYS_MAX, GrantOrder
from vip.selectors import preview_grant
from vip.services import continue_order, grant_vip
from vip.words import say_refusal


class Command(BaseCommand):
    help = (
        "Gives VIP to members, once per run (or per --key), and prints one line. Killed in the"
        " middle of very many, a worker goes on with it, or the same command with its --key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--member", action="append", metavar="@NAME|ID", help="may be repeated")
        who.add_argument("--all", action="store_true", help="every member")
        who.add_argument("--kind", choices=Kind.values, help="every member of a kind")
        parser.add_argument("--days", type=int, required=True, help=f"1 to {DAYS_MAX}")
        parser.add_argument("--reason", required=True, help="kept with the grant")
        parser.add_argument("--key", help="a second run under the same key gives nothing more")
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            audience = _read_audience(options)
            result = (
                _preview(audience, options)
                if options["dry_run"]
                else self._grant(audience, options)
            )
        except Refusal as refusal:
            raise CommandError(say_refusal(refusal)) from refusal
        self.stdout.write(json.dumps(result) if options["json"] else _write_line(result))

    def _grant(self, audience: Audience, options: dict[str, Any]) -> dict[str, Any]:
        order = grant_vip(
            audience=audience,
            days=options["days"],
            reason=options["reason"],
            actor=COMMAND,
            key=f"command:{options['key'] or get_random_string(20)}",
            now=timezone.now(),
            is_watched=True,
        )
        while order.is_running:
            order = continue_order(order_id=order.pk, now=timezone.now())
            self._show_progress(order)
        return {
            "days": order.days,
            "granted": order.granted,
            "skipped": order.skipped,
            "dry_run": False,
        }

    def _show_progress(self, order: GrantOrder) -> None:
        """One line, written over and over; not on the output that other programs read."""
        end = "\r" if order.is_running else "\n"
        left = order.time_left if order.is_running else None
        line = f"{order.reached:,} of {order.meant:,} members"
        line += f", about {say_left(left)} left" if left is not None else ""
        self.stderr.write(f"{line:<70}", ending=end)
        self.stderr.flush()


def _read_audience(options: dict[str, Any]) -> Audience:
    if options["all"] or options["kind"]:
        return Audience(options["kind"] or Kind.ALL)
    return Audience.named(find_named(name).pk for name in options["member"])


def _preview(audience: Audience, options: dict[str, Any]) -> dict[str, Any]:
    if not 1 <= options["days"] <= DAYS_MAX:
        raise InvalidDays(text=str(options["days"]))
    preview = preview_grant(audience, days=options["days"], now=timezone.now())
    return {
        "days": options["days"],
        "granted": preview.granted,
        "skipped": preview.skipped,
        "dry_run": True,
    }


def _write_line(result: dict[str, Any]) -> str:
    verb = "would be given" if result["dry_run"] else "given"
    return f"{result['granted']} members {verb} {result['days']} days, {result['skipped']} skipped"
