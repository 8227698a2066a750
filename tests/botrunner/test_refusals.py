"""Whatever a service may refuse has words, and whatever it queues has a maker."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

from botrunner.notices import NOTICES
from project.errors import Refusal

APPS = ("accounts", "points", "vip", "numbers", "botrunner")
# Raised by acts that no screen of the bot calls: the dashboard and the commands have words.
NOT_IN_THE_BOT = {
    "already_banned",
    "already_frozen",
    "already_provider",
    "batch_used",
    "file_refused",
    "invalid_message",
    "nobody_to_give",
    "not_banned",
    "not_frozen",
    "not_own_link_code",
    "own_game",
    "payment_refunded",
    "points_spent",
    "request_answered",
    "staff_protected",
}


def list_refusals() -> list[type[Refusal]]:
    for path in list_modules():
        import_module(".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts))
    return sorted(subclasses_of(Refusal), key=lambda refusal: refusal.code)


def subclasses_of(refusal: type[Refusal]) -> set[type[Refusal]]:
    own = {found for found in refusal.__subclasses__() if found.__module__.split(".")[0] in APPS}
    return own.union(*map(subclasses_of, own))


def list_modules() -> list[Path]:
    """Modules and packages of the name `errors`, and who refuses buttons that are not ours."""
    named = (path for app in APPS for path in (settings.BASE_DIR / app).rglob("errors*"))
    found = (path for path in named if path.is_dir() or path.suffix == ".py")
    return [*found, settings.BASE_DIR / "botrunner" / "callbacks.py"]


def list_queued_kinds() -> set[str]:
    paths = (path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py"))
    calls = (
        node
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "queue_message"
    )
    kinds = (word.value for call in calls for word in call.keywords if word.arg == "kind")
    return {kind.value for kind in kinds if isinstance(kind, ast.Constant)}


def has_words(refusal: type[Refusal]) -> bool:
    return (settings.BASE_DIR / "templates/bot/refusals" / f"{refusal.code}.html").exists()


@pytest.mark.parametrize("refusal", list_refusals(), ids=lambda refusal: refusal.code)
def test_a_refusal_has_its_words(refusal):
    assert has_words(refusal) is (refusal.code not in NOT_IN_THE_BOT)


def test_a_code_means_one_thing():
    codes = [refusal.code for refusal in list_refusals()]

    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize("kind", sorted(list_queued_kinds()))
def test_what_is_queued_can_be_told(kind):
    assert kind in NOTICES
