"""Runs the import over files of a test, and says what the house holds."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from accounts.models import AuditEntry, LegacyRecord, Member
from points.models import Entry, Wallet


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
    return path


def run(kind: str, path: Path, *words: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_legacy", kind, str(path), "--json", *words, stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def reasons(report: dict[str, Any]) -> dict[str, str]:
    return {fault["place"]: fault["reason"] for fault in report["faults"]}


def balances() -> dict[int | None, int]:
    return dict(Wallet.objects.values_list("member__telegram_id", "balance"))


def state() -> list[Any]:
    tables = (Member, Wallet, Entry, LegacyRecord, AuditEntry)
    return [list(table.objects.order_by("pk").values()) for table in tables]
