"""The second step of a staff user's login: an authenticator app, and codes for when it is lost."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class SecondFactor(models.Model):
    """Exists from the moment its first code was right."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor"
    )
    # Readable with SECRET_KEY only: a backup alone logs nobody in.
    sealed_secret = models.TextField()
    # The 30 seconds of the newest code that was taken: neither it nor an older one is again.
    last_step = models.BigIntegerField()
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"second factor of {self.user}"


class RecoveryCode(models.Model):
    """Logs in once without the app; only its hash is kept."""

    factor = models.ForeignKey(
        SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["factor", "code_hash"], name="recovery_code_once_for_each_factor"
            ),
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
