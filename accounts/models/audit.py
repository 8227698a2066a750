"""What was done to whom."""

from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """Who did what to whom, when, from where and why. Survives the deletion of its people."""

    class Origin(models.TextChoices):
        WEB = "web", "Dashboard"
        BOT = "bot", "Bot"
        COMMAND = "command", "Command line"
        SYSTEM = "system", "System"

    action = models.CharField(max_length=64, help_text="Dotted name, such as vip.grant.")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    # Plain numbers beside names, not foreign keys: the row can refuse every change.
    actor_user_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    member_id = models.BigIntegerField(null=True)
    member_label = models.CharField(max_length=100, blank=True)
    target = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["-created_at"], name="audit_newest"),
            models.Index(fields=["member_id", "-created_at"], name="audit_of_member"),
            models.Index(fields=["action", "-created_at"], name="audit_of_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_label}"
