"""What has become of a payment in Stars, in words of the dashboard."""

from django.db.models import Exists, OuterRef, QuerySet

from vip.models import StarPayment, StarRefund

State = StarRefund.State
STATES = {
    "paid": "Paid",
    "unmatched": "Not matched",
    "waiting": "Refund on its way",
    "done": "Refunded",
    "refused": "Refund refused",
}


def filter_by_state(rows: QuerySet[StarPayment], state: str) -> QuerySet[StarPayment]:
    """As `state_of` says. Index star_refund_of_payment; of the unmatched star_payment_unmatched."""
    tries = StarRefund.objects.filter(payment=OuterRef("pk"))
    if state in (State.WAITING, State.DONE):
        return rows.filter(Exists(tries.filter(state=state)))
    kept = rows.filter(~Exists(tries.exclude(state=State.REFUSED)))
    if state == "unmatched":
        return kept.filter(entry__isnull=True)
    credited = kept.filter(entry__isnull=False)
    if state == "paid":
        return credited.filter(~Exists(tries))
    # Named by their state, the few are found first: not one look for each payment.
    return credited.filter(Exists(tries.filter(state=State.REFUSED)))


def sorted_refunds(payment: StarPayment) -> list[StarRefund]:
    """Oldest first, of those that were fetched with the payment."""
    return sorted(payment.refunds.all(), key=lambda refund: refund.pk)


def state_of(payment: StarPayment) -> str:
    refunds = sorted_refunds(payment)
    standing = next((one for one in refunds if one.state != State.REFUSED), None)
    if standing:
        return standing.state
    if payment.entry_id is None:
        return "unmatched"
    return "refused" if refunds else "paid"


def describe(refund: StarRefund) -> str:
    words = (
        f"{refund.get_state_display()} · by {refund.actor_label} · {refund.taken:,} points taken"
    )
    words += f" · {refund.shortfall:,} were spent" if refund.shortfall else ""
    words += f" · “{refund.reason}”" if refund.reason else ""
    return words + (f" · {refund.last_error}" if refund.last_error else "")
