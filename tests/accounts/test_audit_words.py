"""What staff read of the audit: words, and a list that can be narrowed to one action."""

import ast
import re
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.admin.audit import AREAS
from accounts.audit_words import read_words, say_action
from accounts.models import AuditEntry
from accounts.services import COMMAND, ban
from tests.factories import make_member
from tests.queries import at_most

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDERS = {"record", "_record", "record_refund", "_report", "_audit", "_save"}
LAYERS = ("accounts", "points", "vip", "numbers", "botrunner", "project")
LIST = reverse("admin:accounts_auditentry_changelist")


def list_recorded() -> list[str]:
    """Each name that a call writes down; what stands in for a part of it is a star."""
    found = []
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and name_of(node.func) in RECORDERS:
                    found += [name for part in node.args for name in list_names(part)]
    return sorted(set(found))


def name_of(called: ast.expr) -> str:
    return getattr(called, "id", getattr(called, "attr", ""))


def list_names(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.IfExp):
        return [*list_names(argument.body), *list_names(argument.orelse)]
    if isinstance(argument, ast.Tuple):
        return [name for part in argument.elts for name in list_names(part)]
    if isinstance(argument, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "*" for p in argument.values)
        return ["".join(map(str, parts))]
    names = argument.value if isinstance(argument, ast.Constant) else ""
    return [names] if isinstance(names, str) and "." in names else []


@pytest.mark.parametrize("name", list_recorded())
def test_what_is_recorded_has_words(name):
    pattern = re.compile(re.escape(name).replace(r"\*", "[a-z_]+"))

    assert any(pattern.fullmatch(action) for action in read_words())


def test_the_names_are_found():
    assert {"member.ban", "vip.plan.add", "*.settings", "numbers.*.*"} <= set(list_recorded())


def test_words_tell_actions_apart_and_each_belongs_to_an_area():
    words = read_words()

    assert len(set(words.values())) == len(words)
    assert {action.split(".")[0] for action in words} == set(AREAS)


def test_what_has_no_words_keeps_its_name():
    assert say_action("vip.of_a_newer_version") == "vip.of_a_newer_version"


@pytest.fixture
def acts(db):
    member = make_member(first_name="Ann")
    ban(member_id=member.pk, reason="spam", actor=COMMAND, now="2026-05-01T12:00Z")
    AuditEntry.objects.create(action="vip.grant", origin="web", actor_label="vera")
    AuditEntry.objects.create(action="vip.gone", origin="web", actor_label="vera")
    return member


def rows(client, **query):
    page = client.get(LIST, query)
    return sorted(entry.action for entry in page.context["cl"].result_list)


def test_the_list_shows_words_and_is_narrowed_to_an_action_or_an_area(admin_client, acts):
    text = admin_client.get(LIST).content.decode()

    assert "Banned" in text and "VIP given" in text and "vip.gone" in text
    assert rows(admin_client, what="member.ban") == ["member.ban"]
    assert rows(admin_client, about="vip") == ["vip.gone", "vip.grant"]
    assert rows(admin_client, what="'; --") == []


def test_the_members_page_and_the_entry_s_own_show_words(admin_client, acts):
    member = admin_client.get(reverse("admin:accounts_member_change", args=[acts.pk]))
    entry = AuditEntry.objects.get(action="member.ban")
    own = admin_client.get(reverse("admin:accounts_auditentry_change", args=[entry.pk]))

    [panel] = [body["body"] for body in member.context["panels"] if body["title"] == "Audit"]
    assert "Banned" in panel and "member.ban" not in panel
    assert "Banned" in own.content.decode()


def test_words_cost_no_question(db):
    with at_most(0):
        assert say_action("member.ban") == "Banned"
