"""What stands on a member's page: himself, the acts, and every app's panel about him."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from accounts.admin.member_acts import ACTS
from accounts.models import Member
from project.navigation import find_url, may_open
from project.panels import Act, Panel

logger = logging.getLogger(__name__)


def build_page(request: HttpRequest, member: Member, now: datetime) -> dict[str, Any]:
    panels = [panel for panel in list_panels() if may_open(request, panel.permission)]
    acts = [act for panel in list_panels() for act in panel.acts]
    return {
        "member": member,
        "badges": _badges(member),
        "panels": [_panel(request, panel, member, now) for panel in panels],
        "acts": [
            {"act": act, "url": url}
            for act in (*acts, *ACTS)
            if may_open(request, act.permission)
            and act.is_offered(member)
            and (url := _act_url(act, member))
        ],
    }


def list_panels() -> list[Panel]:
    return [panel for path in settings.MEMBER_PANELS for panel in import_string(path)]


def _panel(request: HttpRequest, panel: Panel, member: Member, now: datetime) -> dict[str, Any]:
    url = find_url(panel.view) if panel.view else ""
    return {
        "title": panel.title,
        "icon": panel.icon,
        "url": f"{url}?{panel.query.format(member.pk)}" if url else "",
        "body": _render(request, panel, member, now),
    }


def _render(request: HttpRequest, panel: Panel, member: Member, now: datetime) -> str:
    """One panel that fails does not take the page with it."""
    try:
        context = {"member": member, "now": now, **panel.read(member, now)}
        return render_to_string(panel.template, context, request)
    except Exception:  # noqa: BLE001
        logger.exception("Panel %s of member %s could not be shown", panel.title, member.pk)
        return render_to_string("admin/member/unavailable.html")


def _act_url(act: Act, member: Member) -> str:
    if act.query:
        url = find_url(act.view)
        return f"{url}?{act.query.format(member.pk)}" if url else ""
    return find_url(act.view, member.pk)


def _badges(member: Member) -> list[tuple[str, str]]:
    if member.anonymised_at:
        return [("Data deleted", "")]
    badges = []
    if member.is_banned:
        badges.append(("Banned", "bad"))
    if member.frozen_at:
        badges.append(("Points frozen", "warn"))
    if member.staff_user_id:
        badges.append(("Staff", "good"))
    if member.reachability != Member.Reachability.REACHABLE:
        badges.append((member.get_reachability_display(), "warn"))
    return badges or [("In good standing", "good")]
