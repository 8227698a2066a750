"""pg_dump reaches the server that Django reaches."""

from django.db import connection

from project.backups.pg_tools import environment


def test_pg_dump_connects_as_django_does(monkeypatch):
    ours = {"HOST": "db.example.org", "PORT": "", "USER": "tally", "PASSWORD": "secret"}
    options = {"host": "/run/postgresql", "sslmode": "verify-full", "prepare_threshold": 2}
    for name, value in {**ours, "NAME": "tally", "OPTIONS": options}.items():
        monkeypatch.setitem(connection.settings_dict, name, value)

    found = {name: value for name, value in environment().items() if name.startswith("PG")}

    assert found == {
        "PGHOST": "db.example.org",
        "PGUSER": "tally",
        "PGPASSWORD": "secret",
        "PGSSLMODE": "verify-full",
        "PGDATABASE": "tally",
    }
