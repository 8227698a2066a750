"""Dumps of a PostgreSQL database, each read again and re-summed before it counts."""

import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from django.db import connection, transaction

from .errors import BackupBusy, BackupFailed, LedgerBroken
from .ledger import Holdings, read_holdings
from .pg_tools import call, environment, find_tools, last_line

FILE = "database.dump"
# Of all machines on this server one makes a backup.
LOCK_KEY = 0x7A11_BAC0
LEDGER_TABLES = ("accounts_member", "points_wallet", "points_entry")


def dump_postgresql(target: Path) -> Holdings:
    """In one snapshot with the sums: what is dumped is what was summed up."""
    tools = find_tools()
    with transaction.atomic(), connection.cursor() as cursor:

        def ask(sql: str) -> tuple[object, ...]:
            cursor.execute(sql)
            row: tuple[object, ...] = cursor.fetchone()
            return row

        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if not ask(f"SELECT pg_try_advisory_xact_lock({LOCK_KEY})")[0]:
            raise BackupBusy()
        snapshot = ask("SELECT pg_export_snapshot()")[0]
        holdings = read_holdings(ask)
        command = [str(tools / "pg_dump"), "--format=custom", "--no-owner", "--no-password"]
        call([*command, f"--snapshot={snapshot}", f"--file={target}"])
    check_same(check_dump(target), holdings)
    return holdings


def check_dump(path: Path) -> Holdings:
    """Reads the ledger out of a dump and sums it up again, without a server.

    Raises BackupFailed. The time of the last entry is not looked for.
    """
    tables = [f"--table={table}" for table in LEDGER_TABLES]
    command = [str(find_tools() / "pg_restore"), "--data-only", *tables, "--file=-", str(path)]
    try:
        with subprocess.Popen(  # noqa: S603  our own words and PostgreSQL's program
            command,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as reading:
            assert reading.stdout is not None and reading.stderr is not None
            holdings = _sum_up(reading.stdout)
            words = reading.stderr.read().decode(errors="replace")
    except (OSError, ValueError, IndexError) as error:
        raise BackupFailed(f"The dump cannot be read: {error}") from error
    if reading.returncode:
        raise BackupFailed(f"The dump cannot be read: {last_line(words)}")
    return holdings


def check_same(found: Holdings, stated: Holdings) -> None:
    for name in ("members", "points", "entries"):
        if getattr(found, name) != getattr(stated, name):
            raise BackupFailed(
                f"It holds {getattr(found, name)} {name} and should hold {getattr(stated, name)}."
            )


def _sum_up(lines: Iterable[bytes]) -> Holdings:
    """COPY's text form: a heading with the columns, lines of values between tabs, and a dot."""
    members = entries = 0
    balances: dict[bytes, int] = {}
    sums: defaultdict[bytes, int] = defaultdict(int)
    table, first, second = "", 0, 0
    for line in lines:
        if not table:
            if line.startswith(b"COPY "):
                table, columns = _heading(line.decode())
                if table != "accounts_member":
                    names = ("member_id", "balance"), ("wallet_id", "amount")
                    first, second = map(columns.index, names[table == "points_entry"])
        elif line == b"\\.\n":
            table = ""
        elif table == "accounts_member":
            members += 1
        else:
            values = line.rstrip(b"\n").split(b"\t")
            if table == "points_entry":
                entries += 1
                sums[values[first]] += int(values[second])
            else:
                balances[values[first]] = int(values[second])
    faults = sum(
        balances.get(wallet, 0) != sums.get(wallet, 0) for wallet in balances.keys() | sums.keys()
    )
    if faults:
        raise LedgerBroken(faults)
    return Holdings(
        members=members, points=sum(balances.values()), entries=entries, last_entry_at=""
    )


def _heading(line: str) -> tuple[str, list[str]]:
    """Of `COPY public.points_wallet (member_id, balance) FROM stdin;`."""
    name, _, rest = line.removeprefix("COPY ").partition(" (")
    columns = rest.partition(")")[0].split(", ")
    return name.rpartition(".")[2].strip('"'), [column.strip('"') for column in columns]
