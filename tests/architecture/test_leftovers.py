"""Nothing is left behind: each name, template, setting and word of a refusal is used."""

import ast
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import global_settings

from tests.architecture.test_imports import LAYERS, ROOT
from tests.botrunner.test_refusals import list_refusals

# Django, or the library they come from, asks for these by their own names.
LIBRARY_TEMPLATES = {
    "403.html",
    "403_csrf.html",
    "404.html",
    "500.html",
    "admin/index.html",
    "unfold/helpers/empty_results.html",
}
LIBRARY_SETTINGS = (
    "ROOT_URLCONF",
    "AXES_",
    "RQ",
    "UNFOLD",
    "CONTENT_SECURITY_POLICY",
    "WHITENOISE_",
    "IMPORT_",
)
ADMIN_WORDS = {
    "accounts.admin.member_acts": "WORDS",
    "numbers.admin.words": "WORDS",
    "points.admin.words": "WORDS",
    "vip.words": "WORDS",
}


def read_all(*patterns: str) -> dict[Path, str]:
    folders = [*(ROOT / layer for layer in LAYERS), ROOT / "templates"]
    found = (path for folder in folders for pattern in patterns for path in folder.rglob(pattern))
    return {path: path.read_text(encoding="utf-8") for path in found}


def count_words(texts: dict[Path, str]) -> Counter[str]:
    """What a package hands on by its `__all__` is not used by that."""
    used = (text for path, text in texts.items() if not is_door(path, text))
    return Counter(word for text in used for word in re.findall(r"\w+", text))


def is_door(path: Path, text: str) -> bool:
    return path.name == "__init__.py" and "__all__" in text


def list_defined(source: str) -> list[str]:
    """The names at the top of a module; what is registered by its decorator is used by that."""
    names = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            is_registered = any("register" in ast.unparse(mark) for mark in node.decorator_list)
            is_app = isinstance(node, ast.ClassDef) and "AppConfig" in map(ast.unparse, node.bases)
            names += [] if is_registered or is_app else [node.name]
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


def is_asked_for_by_name(path: Path) -> bool:
    """Modules whose names are a library's own."""
    own = {"migrations", "commands", "formats", "settings"}
    return bool(own.intersection(path.parts)) or path.name == "urls.py"


def test_every_name_is_used():
    texts = read_all("*.py", "*.html")
    words = count_words(texts)

    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in texts.items()
        if path.suffix == ".py" and not is_asked_for_by_name(path)
        for name in list_defined(text)
        if words[name] == 1
    ]

    assert unused == []


def test_every_template_is_rendered():
    code = "\n".join(read_all("*.py", "*.html").values())
    refusals = {f"bot/refusals/{refusal.code}.html" for refusal in list_refusals()}
    names = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in read_all("*.html")
        if path.is_relative_to(ROOT / "templates")
    }

    unused = {
        name
        for name in names - refusals - LIBRARY_TEMPLATES
        if name not in code and f'"{name.removeprefix("bot/").removesuffix(".html")}"' not in code
    }

    assert unused == set()


def test_every_setting_is_read():
    texts = read_all("*.py")
    words = count_words(texts)
    own = {
        name
        for path, text in texts.items()
        if path.parent == ROOT / "project/settings"
        for name in list_defined(text)
        if name.isupper() and not hasattr(global_settings, name)
    }

    unread = {name for name in own if words[name] == 1 and not name.startswith(LIBRARY_SETTINGS)}

    assert unread == set()


@pytest.mark.parametrize("module", ADMIN_WORDS)
def test_the_dashboard_has_words_for_refusals_that_exist(module):
    codes = {refusal.code for refusal in list_refusals()}

    assert set(getattr(import_module(module), ADMIN_WORDS[module])) <= codes
