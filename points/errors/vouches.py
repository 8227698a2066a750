"""What is refused of vouches and providers."""

from project.errors import Refusal


class SelfVouch(Refusal):
    """Nobody vouches for himself."""

    code = "self_vouch"


class PhotoUsed(Refusal):
    """The photo has been a vouch before, voided or not."""

    code = "photo_used"


class VouchTooEarly(Refusal):
    """The same member vouched for the same provider just now. Params: name, wait (timedelta)."""

    code = "vouch_too_early"
    retryable = True


class AlreadyProvider(Refusal):
    """The member is a vouch provider as it is."""

    code = "already_provider"


class ProviderFrozen(Refusal):
    """The provider can receive nothing at the moment. Params: name."""

    code = "provider_frozen"


class AuthorFrozen(Refusal):
    """Who vouches is frozen himself."""

    code = "author_frozen"


class NotAProvider(Refusal):
    """The member is no vouch provider, or no longer. Params: name."""

    code = "not_a_provider"


class VouchVoided(Refusal):
    """The vouch was voided before."""

    code = "vouch_voided"


class VouchSpent(Refusal):
    """What a vouch brought is spent and cannot be taken back. Params: name, points, missing."""

    code = "vouch_spent"
