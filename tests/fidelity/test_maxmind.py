"""The local MaxMind app: `geolocate ip` is a real look-up in a real database."""

from __future__ import annotations

import ipaddress
import json
import random

import pytest

from phantom_lab import InputError, Lab

maxminddb = pytest.importorskip("maxminddb")
packaged = pytest.importorskip("_maxminddb_geolite2")

SOURCE = """
import json

def on_start(container):
    phantom.act("geolocate ip", parameters={parameters}, assets=["maxmind"], name="geolocate_ip_1", callback=done)

def done(success=None, results=None, **kwargs):
    phantom.debug(json.dumps([success, results[0]]))
"""
FIELDS = {  # the app's key, and where the database holds its value
    "city_name": ("city", "names", "en"), "country_name": ("country", "names", "en"),
    "continent_name": ("continent", "names", "en"), "latitude": ("location", "latitude"),
    "longitude": ("location", "longitude"), "time_zone": ("location", "time_zone"), "postal_code": ("postal", "code"),
}


@pytest.fixture
def geolocate(incident, playbook):
    """Look addresses up through a playbook: whether the callback was told success, and the app run."""

    def look_up(*addresses, **options):
        parameters = [{"ip": address} for address in addresses]
        run = Lab(incident, **options).run(playbook(SOURCE.format(parameters=parameters)))
        return json.loads(run.summary().debug[0])

    return look_up


@pytest.fixture(scope="module")
def reader():
    """The database, without the lab."""
    with maxminddb.open_database(packaged.geolite2_database()) as opened:
        yield opened


def expected(record):
    """What the app makes of a database record, written from the app's description."""
    data = {}
    for key, path in FIELDS.items():
        found = record
        for step in path:
            found = (found or {}).get(step)
        data[key] = found
    region = (record.get("subdivisions") or [{}])[-1]
    data["state_name"], data["state_iso_code"] = region.get("names", {}).get("en"), region.get("iso_code")
    data["country_iso_code"] = record.get("country", {}).get("iso_code") if data["country_name"] else None
    data = {key: found for key, found in data.items() if found is not None}
    summary = {short: data[key] for short, key in (
        ("city", "city_name"), ("state", "state_iso_code"), ("country", "country_name")) if key in data}
    message = ", ".join(f"{short.capitalize()}: {text}" for short, text in summary.items())
    return [data], summary, message


@pytest.mark.observed
def test_the_reference_case(lab, samples):
    """The sample playbook on 1.1.1.1: data, summary, messages and what its last block logs."""
    run = lab.run(samples / "playbooks" / "geolocate_ip.py")
    summary = run.summary()
    assert run.status == "success"
    assert [one["block"] for one in summary.invocations] == ["on_start", "geolocate_ip_1", "log_location", "on_finish"]
    assert summary.debug[3] == "1.1.1.1 is in Research, Australia"
    (action_run,) = summary.action_runs
    assert (action_run["status"], action_run["message"]) == ("success", "1 action succeeded")
    (app_run,) = action_run["results"]
    assert (app_run["app"], app_run["asset"], app_run["status"]) == ("MaxMind", "maxmind", "success")
    assert app_run["message"] == (
        "'geolocate_ip_1' on asset 'maxmind': 1 action succeeded. "
        '(1)For Parameter: {"ip":"1.1.1.1"} Message: "City: Research, State: VIC, Country: Australia"')
    (result,) = app_run["action_results"]
    assert (result["status"], result["message"]) == ("success", "City: Research, State: VIC, Country: Australia")
    assert result["summary"] == {"city": "Research", "state": "VIC", "country": "Australia"}
    assert result["data"] == [{
        "city_name": "Research", "state_name": "Victoria", "state_iso_code": "VIC", "country_name": "Australia",
        "country_iso_code": "AU", "continent_name": "Oceania", "latitude": -37.7, "longitude": 145.1833,
        "time_zone": "Australia/Melbourne", "postal_code": "3095"}]


@pytest.mark.parametrize("address", [
    *(pytest.param(known, marks=pytest.mark.observed)
      for known in ("10.0.0.1", "192.168.1.1", "127.0.0.1", "0.0.0.0", "::1", "fe80::1", "240.0.0.1")),
    *(pytest.param(malformed, marks=pytest.mark.assumed)
      for malformed in ("999.1.1.1", "1.1.1", "not an address", "1.1.1.1/24", "www.example.com")),
])
def test_an_address_that_is_not_found_is_a_success_without_content(geolocate, address):
    """Private, unassigned and malformed ones alike: data holds one empty object, the summary nothing."""
    success, app_run = geolocate(address)
    assert success is True
    (result,) = app_run["action_results"]
    assert (result["status"], result["message"]) == ("success", "IP not found")
    assert (result["data"], result["summary"], result["parameter"]["ip"]) == ([{}], {}, address)


@pytest.mark.observed
def test_a_comma_separated_list_gives_one_result_per_distinct_address(geolocate):
    """In the order of first mention, each with its own address as parameter."""
    _, app_run = geolocate("8.8.8.8, 1.1.1.1,8.8.8.8,, 10.0.0.1")
    results = app_run["action_results"]
    assert [one["parameter"]["ip"] for one in results] == ["8.8.8.8", "1.1.1.1", "10.0.0.1"]
    assert [one["data"][0].get("country_name") for one in results] == ["United States", "Australia", None]
    assert app_run["summary"] == {"total_objects": 3, "total_objects_successful": 3}


@pytest.mark.observed
def test_keys_without_a_value_are_left_out(geolocate):
    """An address known by country only has no city, state or postal code, in data, summary and message."""
    _, app_run = geolocate("8.8.8.8")
    (result,) = app_run["action_results"]
    assert result["data"] == [{"country_name": "United States", "country_iso_code": "US", "latitude": 37.751,
                               "continent_name": "North America", "longitude": -97.822}]
    assert result["summary"] == {"country": "United States"}
    assert result["message"] == "Country: United States"


@pytest.mark.observed
def test_a_thousand_addresses_are_answered_as_the_database_has_them(geolocate, reader):
    """IPv4 and IPv6, with and without a city, found and not: the same as a look-up of our own."""
    chance = random.Random(2018)
    addresses = [str(ipaddress.IPv4Address(chance.getrandbits(32))) for _ in range(600)]
    while len(addresses) < 1000:  # IPv6 is sparse: half of these are drawn until the database holds them
        drawn = str(ipaddress.IPv6Address((0x2001 << 112) | chance.getrandbits(112)))
        if len(addresses) % 2 or reader.get(drawn):
            addresses.append(drawn)
    records = [reader.get(address) for address in addresses]
    kinds = {(":" in address, record is not None, "city" in (record or {}))
             for address, record in zip(addresses, records, strict=True)}
    assert kinds >= {(False, True, True), (False, True, False), (False, False, False), (True, True, False),
                     (True, False, False)}
    assert sum(":" in address and record is not None for address, record in zip(addresses, records, strict=True)) >= 200
    _, app_run = geolocate(*addresses)
    results = app_run["action_results"]
    assert [one["parameter"]["ip"] for one in results] == addresses
    for result, record in zip(results, records, strict=True):
        data, summary, message = expected(record) if record else ([{}], {}, "IP not found")
        assert (result["data"], result["summary"], result["status"]) == (data, summary, "success"), result["parameter"]
        assert result["message"] == message, result["parameter"]


@pytest.mark.observed
@pytest.mark.parametrize("address", ["5.145.149.142", "23.129.65.1", "23.129.72.9"])
def test_a_record_without_a_usable_value_is_found_and_says_nothing(geolocate, reader, address):
    """The database holds the address with a registered country only: one empty object, and no message."""
    assert "registered_country" in reader.get(address)
    success, app_run = geolocate(address)
    (result,) = app_run["action_results"]
    assert (success, result["status"], result["message"]) == (True, "success", "")
    assert (result["data"], result["summary"]) == ([{}], {})


@pytest.mark.observed
def test_the_most_specific_subdivision_is_the_state(geolocate):
    """Of a region and a province the province counts; an IPv6 address may have a city, too."""
    _, app_run = geolocate("2a01:c501:85:424f:bdd3:f772:1cd8:1569")
    (result,) = app_run["action_results"]
    (data,) = result["data"]
    assert (data["city_name"], data["state_name"], data["state_iso_code"]) == ("Madrid", "Madrid", "M")
    assert result["message"] == "City: Madrid, State: M, Country: Spain"


@pytest.mark.assumed
@pytest.mark.parametrize("parameters", [(), ("",), ("  ",), (None,)])
def test_a_missing_address_fails(lab, playbook, parameters):
    """The app's only parameter is required."""
    sets = [{"ip": one} for one in parameters] or [{}]
    run = lab.run(playbook(SOURCE.format(parameters=sets)))
    success, app_run = json.loads(run.summary().debug[0])
    assert (success, app_run["action_results"][0]["message"]) == (False, "Parameter 'ip' is required")


@pytest.mark.assumed
def test_another_database_can_be_named(geolocate, tmp_path):
    """A path to a City database is used instead; one that cannot be opened is an error at once."""
    copy = tmp_path / "other.mmdb"
    with open(packaged.geolite2_database(), "rb") as source:
        copy.write_bytes(source.read())
    assert geolocate("1.1.1.1", maxmind=copy)[1]["action_results"][0]["summary"]["city"] == "Research"
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"no database")
    for path in (broken, str(tmp_path / "missing.mmdb")):
        with pytest.raises(InputError, match="the MaxMind database cannot be opened") as caught:
            Lab(maxmind=path)
        assert str(path) in str(caught.value)


@pytest.mark.assumed
def test_without_the_app_the_action_has_no_outcome(incident, playbook):
    """`maxmind=False` leaves it out."""
    run = Lab(incident, maxmind=False).run(playbook(SOURCE.format(parameters=[{"ip": "1.1.1.1"}])))
    assert run.status == "needs_outcome"


@pytest.mark.assumed
def test_no_parameter_set_looks_nothing_up(incident, playbook):
    """The app requires an address: an empty list runs nothing, and the callback is called all the same."""
    run = Lab(incident).run(playbook(SOURCE.format(parameters=[]).replace("results[0]", "results")))
    assert json.loads(run.summary().debug[0]) == [True, []]
