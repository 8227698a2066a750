"""The world's time zones as people look for them: a region, then a city."""

from functools import cache
from importlib.resources import files

REGIONS = (
    "Africa",
    "America",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def list_cities(region: str) -> list[str]:
    """The zones of a region, by city; empty for a region that is not one of ours."""
    if region not in REGIONS:
        return []
    return [zone for zone in _list_zones() if zone.startswith(f"{region}/")]


@cache
def _list_zones() -> list[str]:
    """One name a place: the names of the past (Asia/Calcutta) work, but are not offered."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return sorted({columns[2] for columns in lines})


def search(text: str, limit: int) -> list[str]:
    """Zones whose name begins so, then those that hold it; the exact one alone."""
    wanted = _simplify(text)
    if not wanted:
        return []
    zones = ["UTC", *_list_zones()]
    by_name = {zone: _simplify(zone) for zone in zones}
    exact = [zone for zone, name in by_name.items() if wanted in (name, name.split("/")[-1])]
    if exact:
        return exact[:limit]
    begins = [zone for zone, name in by_name.items() if name.split("/")[-1].startswith(wanted)]
    holds = [zone for zone, name in by_name.items() if wanted in name and zone not in begins]
    return (begins + holds)[:limit]


def city_of(zone: str) -> str:
    """America/Argentina/Buenos_Aires: Argentina, Buenos Aires."""
    return zone.partition("/")[2].replace("/", ", ").replace("_", " ") or zone


def _simplify(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
