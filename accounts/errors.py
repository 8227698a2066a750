"""What the accounts services and selectors refuse."""

from project.errors import Refusal


class MemberNotFound(Refusal):
    """Nobody of that name has met the bot. Params: name, as it was given."""

    code = "member_not_found"


class NotAPerson(Refusal):
    """A bot was named where a person is meant."""

    code = "not_a_person"


class ReasonRequired(Refusal):
    """An act of the staff on a member needs a reason."""

    code = "reason_required"


class AlreadyBanned(Refusal):
    """The member is banned as it is."""

    code = "already_banned"


class NotBanned(Refusal):
    """There is no ban to lift."""

    code = "not_banned"


class AlreadyFrozen(Refusal):
    """The member's points are frozen as it is."""

    code = "already_frozen"


class NotFrozen(Refusal):
    """There is nothing to unfreeze."""

    code = "not_frozen"


class StaffProtected(Refusal):
    """The member is one of the staff: unlink him first."""

    code = "staff_protected"


class MemberGone(Refusal):
    """The member has deleted his data: nobody is there to be told or changed."""

    code = "member_gone"


class TooManyLinkAttempts(Refusal):
    """Params: wait (timedelta)."""

    code = "too_many_link_attempts"
    retryable = True


class ClaimCodeExpired(Refusal):
    """The time of the claim code is over, or a newer one was issued."""

    code = "claim_code_expired"


class LegacyAccountTaken(Refusal):
    """Somebody else has claimed the account."""

    code = "legacy_account_taken"


class TooManyClaimAttempts(Refusal):
    """Params: wait (timedelta)."""

    code = "too_many_claim_attempts"
    retryable = True


class NotOwnLinkCode(Refusal):
    """Only a superuser makes a link code for somebody else's account."""

    code = "not_own_link_code"


class NotLinked(Refusal):
    """The member is linked to no staff user."""

    code = "not_linked"


class InvalidMessage(Refusal):
    """A message to a member is empty or too long. Params: length_max."""

    code = "invalid_message"


class UnknownLanguage(Refusal):
    """Not one of the languages we speak."""

    code = "unknown_language"


class UnknownTimezone(Refusal):
    """Not a time zone of the IANA list. Params: text."""

    code = "unknown_timezone"
