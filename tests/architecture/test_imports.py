"""Imports point one way: project <- accounts <- points <- vip <- numbers <- botrunner."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LAYERS = ["project", "accounts", "points", "vip", "numbers", "botrunner"]
DOORS = {"services", "selectors", "errors"}
# Pages of the dashboard that every app's own pages are made of: they write and show the audit.
SHARED_PAGES = ("accounts.admin.act_page.", "accounts.admin.settings_page.")
# The one list of periodic jobs may name the jobs themselves.
JOBS_LIST = "botrunner/schedule.py"
# Invented history lies in the past, where no service writes.
DEMO = "botrunner/demo/"


def list_modules() -> list[str]:
    found = (path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
    return sorted(str(path.relative_to(ROOT)) for path in found)


def list_imports(source: str, package: list[str]) -> Iterator[tuple[str, bool]]:
    """Every imported name in dotted form, and whether only a type checker imports it.

    Relative names are resolved against the package.
    """
    tree = ast.parse(source)
    typed = {id(node) for block in ast.walk(tree) if is_typing(block) for node in ast.walk(block)}
    for node in ast.walk(tree):
        yield from ((name, id(node) in typed) for name in names_of(node, package))


def is_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def names_of(node: ast.AST, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) - node.level + 1] if node.level else []
        parts = [*base, *(node.module or "").split(".")]
        prefix = ".".join(part for part in parts if part)
        yield from (f"{prefix}.{alias.name}" for alias in node.names)


def list_faults(path: str, source: str) -> list[str]:
    *package, _ = Path(path).parts
    return [
        f"{path} imports {name}: {fault}"
        for name, is_typed in list_imports(source, package)
        if (fault := find_fault(path, package[0], name, is_typed))
    ]


def find_fault(path: str, layer: str, name: str, is_typed: bool) -> str:
    target, *rest = name.split(".")
    if target == "telegram" and layer != "botrunner":
        return "only botrunner knows Telegram's library"
    if target not in LAYERS or target == layer:
        return ""
    if target == "numbers" and (not rest or rest[0][0].isupper()):
        return ""  # the standard library's module of that name
    if target == "project":
        return ""
    if LAYERS.index(target) > LAYERS.index(layer):
        return "imports point to the left only"
    if is_typed or path.startswith(DEMO):
        return ""  # an annotation may name another app's model
    if name.startswith(SHARED_PAGES) and f"{layer}/admin/" in path:
        return ""
    doors = DOORS | {"jobs"} if path == JOBS_LIST else DOORS
    return "" if rest and rest[0] in doors else f"across apps only {', '.join(sorted(doors))}"


@pytest.mark.parametrize("path", list_modules())
def test_imports_keep_the_layers(path):
    assert list_faults(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("points/services.py", "from vip.services import buy"),
        ("points/services.py", "def f():\n    import vip.selectors"),
        ("vip/services.py", "from points.models import Wallet"),
        ("vip/services.py", "from points import models"),
        ("vip/services/buy.py", "import accounts"),
        ("project/urls.py", "from accounts.services import find"),
        ("points/services.py", "from numbers.models import Lease"),
        ("accounts/services.py", "import telegram"),
        ("accounts/services.py", "if TYPE_CHECKING:\n    from telegram import Bot"),
        ("points/services.py", "if TYPE_CHECKING:\n    from vip.models import Plan"),
        ("vip/services.py", "from ..points.models import Wallet"),
        ("botrunner/pipeline.py", "from vip.jobs import expire"),
        ("vip/services.py", "from accounts.admin.settings_page import SettingsAdmin"),
        ("vip/admin/plans.py", "from accounts.admin.members import MemberAdmin"),
    ],
)
def test_a_forbidden_import_is_found(path, source):
    assert list_faults(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("vip/services.py", "from points.services import debit"),
        ("vip/services.py", "from points import errors, selectors"),
        ("vip/services/buy.py", "from ..models import Plan"),
        ("accounts/models.py", "from project.errors import Refusal"),
        ("accounts/models.py", "from numbers import Number"),
        ("botrunner/schedule.py", "from vip.jobs import expire"),
        ("vip/admin/settings.py", "from accounts.admin.settings_page import SettingsAdmin"),
        ("vip/admin/support.py", "from accounts.admin.act_page import ActPage, serve"),
        ("botrunner/poller.py", "from telegram import Bot"),
        ("vip/services.py", "if TYPE_CHECKING:\n    from points.models import Wallet"),
    ],
)
def test_an_allowed_import_is_left_alone(path, source):
    assert list_faults(path, source) == []
