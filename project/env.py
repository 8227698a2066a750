"""Typed readers of the environment that refuse odd values at start.

Every setting may also be given as a file: NAME_FILE holds a path whose content
is the value, which keeps secrets out of process listings.
"""

import os
import re
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

SETTING_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def env_str(name: str, default: str = "") -> str:
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names a file that cannot be read: {error}"
            ) from error
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool) -> bool:
    value = env_str(name, str(default)).lower()
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")


def env_int(name: str, default: int, *, low: int, high: int) -> int:
    value = env_str(name) or str(default)
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {low} to {high}, not {value!r}"
        )
    return int(value)


def env_list(name: str, default: list[str]) -> list[str]:
    value = env_str(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def env_url(name: str, default: str = "", schemes: tuple[str, ...] = ("http", "https")) -> str:
    value = env_str(name, default)
    if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).netloc):
        # The value itself may hold a password: name it, do not show it.
        raise ImproperlyConfigured(f"{name} must be an address that starts with {schemes[0]}://")
    return value


def env_database(name: str, default: str) -> dict[str, Any]:
    value = env_str(name, default)
    try:
        with warnings.catch_warnings():
            # The warning about an unknown kind shows the whole address, password included.
            warnings.simplefilter("error")
            config: dict[str, Any] = Env.db_url_config(value)
    except Exception as error:
        raise ImproperlyConfigured(f"{name} is not a database address") from error
    engines = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}
    if config.get("ENGINE") not in engines:
        raise ImproperlyConfigured(f"{name} must start with sqlite:/// or postgres://")
    options = config.get("OPTIONS", {})
    # Words of the address; the driver compares this one with numbers.
    config["OPTIONS"] = {
        name: None if value == "None" else value for name, value in options.items()
    }
    return config


def load_env_file(path: Path) -> None:
    """Reads lines NAME=value into the environment, which keeps what it already holds.

    Nothing is evaluated: a value is what stands behind the sign, without one
    pair of quotes around it.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, sign, value = text.removeprefix("export ").partition("=")
        if not sign or not SETTING_NAME.fullmatch(name.strip()):
            # The line may hold a secret: say where it is, do not show it.
            raise ImproperlyConfigured(f"{path.name}, line {number}, is not of the form NAME=value")
        os.environ.setdefault(name.strip(), _unquoted(value.strip()))


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value
