"""Who shows the ads that premium is got by."""

import secrets

from django.db import models
from django.db.models import Q


def new_postback_secret() -> str:
    return secrets.token_urlsafe(32)


class AdNetwork(models.Model):
    """A service that makes a short link with an ad on the way to its target."""

    class OnFailure(models.TextChoices):
        LATER = "later", "Ask the member to try later"
        BARE = "bare", "Give the link without an ad"

    slug = models.SlugField(
        max_length=40,
        unique=True,
        verbose_name="name",
        help_text="Letters, digits, dashes: part of the address for postbacks.",
    )
    is_active = models.BooleanField(
        default=False, verbose_name="in use", help_text="One at a time makes the members' links."
    )
    address = models.CharField(
        max_length=500,
        help_text="Asked by GET. {url}, {alias} and {key} may stand in it.",
    )
    url_parameter = models.CharField(
        max_length=40, default="url", blank=True, help_text="Carries where the link shall lead."
    )
    alias_parameter = models.CharField(
        max_length=40,
        default="alias",
        blank=True,
        help_text="Carries the pass's own code; empty: it is not sent.",
    )
    key_parameter = models.CharField(
        max_length=40, default="api", blank=True, help_text="Carries the key; empty: not sent."
    )
    key = models.CharField(max_length=200, blank=True)
    answer_field = models.CharField(
        max_length=100,
        blank=True,
        help_text="Where the link stands in a JSON answer, such as shortenedUrl or data.link; "
        "empty: the answer is the link itself, as plain text.",
    )
    on_failure = models.CharField(
        max_length=5,
        choices=OnFailure.choices,
        default=OnFailure.LATER,
        verbose_name="when no link can be had",
    )
    needs_proof = models.BooleanField(
        default=False,
        verbose_name="proof required",
        help_text="Premium begins only once the network has said, signed, that the ad was seen.",
    )
    secret = models.CharField(
        max_length=100,
        default=new_postback_secret,
        verbose_name="postback secret",
        help_text="Signs each postback: sha256= and the HMAC of the pass's code.",
    )
    succeeded_at = models.DateTimeField(null=True, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    # Of the last failure: what kind it was, in our words, never what the network answered.
    failure = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="ad_network_one_in_use"
            ),
            # A link without an ad is followed by no postback: its member would wait for ever.
            models.CheckConstraint(
                condition=Q(needs_proof=False) | Q(on_failure="later"),
                name="ad_network_proof_needs_ad",
            ),
        ]

    def __str__(self) -> str:
        return self.slug
