"""A member's page: what was sent to him by the bot itself, and what staff did with him."""

from datetime import datetime
from typing import Any

from accounts.audit_words import say_action
from accounts.models import AuditEntry, Member
from project.panels import Panel

ROWS = 10


def read_outbox(member: Member, now: datetime) -> dict[str, Any]:
    # Index outbox_of_member.
    return {"outbox": list(member.outbox.order_by("-created_at")[:ROWS])}


def read_audit(member: Member, now: datetime) -> dict[str, Any]:
    # Index audit_of_member.
    entries = AuditEntry.objects.filter(member_id=member.pk).order_by("-created_at")[:ROWS]
    return {"trail": [(entry, say_action(entry.action)) for entry in entries]}


PANELS = [
    Panel(
        title="Messages",
        icon="outgoing_mail",
        template="admin/member/outbox.html",
        permission="accounts.view_outboxmessage",
        read=read_outbox,
        view="admin:accounts_outboxmessage_changelist",
        query="member={}",
    ),
    Panel(
        title="Audit",
        icon="policy",
        template="admin/member/audit.html",
        permission="accounts.view_auditentry",
        read=read_audit,
        view="admin:accounts_auditentry_changelist",
        query="member_id={}",
    ),
]
