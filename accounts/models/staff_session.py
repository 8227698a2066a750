"""Where staff are logged in: what Django's own session does not tell."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class StaffSession(models.Model):
    """Goes with the session itself, however that ends."""

    session = models.OneToOneField(
        "sessions.Session", on_delete=models.CASCADE, related_name="staff_session"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_sessions"
    )
    # As the browser last named itself, and where from.
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"session {self.pk} of {self.user}"
