"""What the numbers services refuse."""

from project.errors import Refusal


class NoNumbers(Refusal):
    """Nothing is free in the pool just now, or it is not offered any more."""

    code = "no_numbers"
    retryable = True


class RulesNotAccepted(Refusal):
    """The pool has rules that he has not agreed to, or they changed since. Params: pool_id."""

    code = "rules_not_accepted"


class NumberPriceChanged(Refusal):
    """The price is not the one the member was shown. Params: quoted, price."""

    code = "number_price_changed"


class TooManyLeases(Refusal):
    """He holds as many numbers as he may hold at once. Params: limit, vip_limit."""

    code = "too_many_leases"


class LeasesOfDayUsed(Refusal):
    """He started as many leases in 24 hours as he may. Params: limit, next_at (may be None)."""

    code = "leases_of_day_used"


class LeaseOver(Refusal):
    """The lease has ended, or is not his: it cannot be extended, changed or released."""

    code = "lease_over"


class AlreadyExtended(Refusal):
    """A lease is extended once."""

    code = "already_extended"


class BatchLeased(Refusal):
    """Members hold numbers of this batch right now. Params: count."""

    code = "batch_leased"
    retryable = True


class BatchUsed(Refusal):
    """A number of this batch was leased before: its history stays. Params: count."""

    code = "batch_used"


class BatchBusy(Refusal):
    """The batch is being imported or removed at this moment. Params: kind, percent."""

    code = "batch_busy"
    retryable = True


class FileRefused(Refusal):
    """The file as a whole cannot be imported; nothing was stored. Params: fault, words.

    `fault` is one of numbers.importing.faults; a file that was imported before comes with
    its `batch_id`.
    """

    code = "file_refused"
