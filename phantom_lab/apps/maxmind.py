"""The local MaxMind app: `geolocate ip` by a real look-up in a real database."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.limits import STORED, open_plain
from phantom_lab.model import ActionResult, App, Asset
from phantom_lab.outcomes.answer import message_of
from phantom_lab.outcomes.declared import Declaration
from phantom_lab.outcomes.outcome import ActionCall, Outcome

ACTION = "geolocate ip"
NOT_FOUND = "IP not found"
APP = App("MaxMind", frozenset({ACTION}))
DECLARED = Declaration(APP.name, ACTION, "local MaxMind app", read_only=True,
                       parameters={"ip": {"data_type": "string", "required": True}})


class NoMaxMind:
    """Stands where the extra ``phantom-lab[maxmind]`` is not installed, and says what it would do."""

    def outcome(self, call: ActionCall) -> Outcome | None:
        """Nothing."""
        return None

    def assets(self, action: str) -> Iterable[Asset]:
        """None."""
        return ()

    def near(self, call: ActionCall) -> str:
        """Of ``geolocate ip`` how to have it looked up."""
        return (f"pip install 'phantom-lab[maxmind]' has '{ACTION}' looked up; or give one with --results FILE or "
                "--scenario FILE (Lab(results=…), Lab(scenario=…)).") if call.action.lower() == ACTION else ""

    def remarks(self) -> Iterable[str]:
        """Nothing."""
        return ()


class MaxMind:
    """Answers ``geolocate ip`` as the public MaxMind app does.

    An address that the database does not hold, a private or a malformed one is a success with data ``[{}]``. A
    comma-separated list gives one action result per distinct address. Keys without a value are left out.

    Args:
        database: a City database (``.mmdb``); None takes the one in the package ``maxminddb-geolite2``.
    """

    def __init__(self, database: str | Path | None = None) -> None:
        self._database = database
        if database is not None:
            self._reader  # noqa: B018 - a database that somebody names must be readable now, not at the first call

    @staticmethod
    @cache
    def installed() -> bool:
        """Whether the extra ``phantom-lab[maxmind]`` is installed."""
        return all(find_spec(one) for one in ("maxminddb", "_maxminddb_geolite2"))

    def outcome(self, call: ActionCall) -> Outcome | None:
        """Look the call's addresses up."""
        if call.action.lower() != ACTION or call.app != APP.name:
            return None
        if not str(call.parameter.get("ip") or "").strip():
            missing = ActionResult("failed", "Parameter 'ip' is required", call.parameter)
            return Outcome((missing,), f"{APP.name} app", own=True, by="app")
        given = str(call.parameter["ip"])
        parts = dict.fromkeys(part.strip() for part in given.split(",") if part.strip())
        results = [self._result(address, {**call.parameter, "ip": address}) for address in parts or [given]]
        return Outcome(tuple(results), f"{APP.name} app", own=True, by="app")

    def declaration(self, call: ActionCall) -> Declaration | None:
        """That a look-up changes nothing."""
        return DECLARED if (call.action.lower(), call.app) == (ACTION, APP.name) else None

    def assets(self, action: str) -> Iterable[Asset]:
        """The asset ``maxmind``."""
        return [Asset("maxmind", APP)] if action.lower() == ACTION else []

    def lookup(self, address: str) -> dict[str, Any] | None:
        """The app's data object for one address; None when it is not found."""
        try:
            found = self._reader.get(str(ipaddress.ip_address(address)))
        except ValueError:
            return None
        return _data(found) if found else None

    def _result(self, address: str, parameter: dict[str, Any]) -> ActionResult:
        found = self.lookup(address)
        data = found or {}
        keys = (("city", "city_name"), ("state", "state_iso_code"), ("country", "country_name"))
        summary = {short: data[key] for short, key in keys if key in data}
        return ActionResult("success", NOT_FOUND if found is None else message_of(summary), parameter, [data], summary)

    @cached_property
    def _reader(self) -> Any:
        return _packaged() if self._database is None else _opened(self._database)


@cache
def _packaged() -> Any:
    """The database of the package, opened once for all labs: it stays as it is, and may be read by any thread."""
    return _opened(None)


def _opened(database: str | Path | None) -> Any:
    try:
        maxminddb = import_module("maxminddb")
        path = database or import_module("_maxminddb_geolite2").geolite2_database()
        open_plain(path, STORED).close()  # whatever a pipe or a device would do
        return maxminddb.open_database(path)
    except ImportError:
        raise InputError("the MaxMind packages are not installed",
                         hint="pip install 'phantom-lab[maxmind]'") from None
    except Exception as exc:  # maxminddb raises OSError, InvalidDatabaseError and others of its own
        raise InputError(f"the MaxMind database cannot be opened: {exc}", where=str(database)) from None


def _data(found: dict[str, Any]) -> dict[str, Any]:
    place = found.get("location", {})
    subdivisions = found.get("subdivisions") or [{}]
    country = found.get("country", {})
    traits = found.get("traits", {})
    named = {
        "city_name": _name(found.get("city")), "state_name": _name(subdivisions[-1]),
        "state_iso_code": subdivisions[-1].get("iso_code"), "country_name": _name(country),
        # the app reads the country's code only where the country has a name
        "country_iso_code": country.get("iso_code") if _name(country) else None,
        "continent_name": _name(found.get("continent")), "latitude": place.get("latitude"),
        "longitude": place.get("longitude"), "time_zone": place.get("time_zone"),
        "postal_code": found.get("postal", {}).get("code"), "as_number": traits.get("autonomous_system_number"),
        "as_org": traits.get("autonomous_system_organization"), "domain": traits.get("domain"),
    }
    return {key: value for key, value in named.items() if value is not None}


def _name(record: dict[str, Any] | None) -> str | None:
    name: str | None = (record or {}).get("names", {}).get("en")
    return name
