"""Settings: safe by default, and a sentence for what is missing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from webapp import environment
from webapp.building.lint import CHECKS
from webapp.building.stamps import ROOT
from webapp.supervisor import product

PRODUCTION = dict(CHECKS[-1][2])


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process that has these variables and no others of ours."""
    inherited = {k: os.environ[k] for k in ("PATH", "HOME", "LANG") if k in os.environ}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import webapp.settings as s; print(s.ENV, s.DEBUG, s.CLOCK_MAY_MOVE)",
        ],
        cwd=ROOT,
        env=inherited | variables,
        capture_output=True,
        text=True,
    )


def test_production_is_what_you_get_when_nothing_is_said():
    variables = {k: v for k, v in PRODUCTION.items() if k != "AFTERFLOW_ENV"}

    assert start(**variables).stdout == "production False False\n"


@pytest.mark.parametrize("name", sorted({*PRODUCTION} - {"AFTERFLOW_ENV"}))
def test_production_refuses_to_start_without(name, tmp_path):
    variables = PRODUCTION | {"DATA_DIR": str(tmp_path)}
    del variables[name]

    refused = start(**variables)

    assert refused.returncode != 0
    assert f"{name} is not set: " in refused.stderr.splitlines()[-1]


def test_a_misspelt_environment_is_refused():
    assert "AFTERFLOW_ENV is 'prod': expected one of" in start(AFTERFLOW_ENV="prod").stderr


def test_production_refuses_a_default_provider_that_it_does_not_have():
    variables = PRODUCTION | {"PAYMENT_PROVIDERS": '{"bank": {}}'}

    assert "PAYMENT_DEFAULT_PROVIDER is 'simulator'" in start(**variables).stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("STAFF_IDLE_SECONDS", "soon", "expected a whole number"),
        ("JOB_LEASE_SECONDS", "0", "expected a whole number"),
        ("EVIDENCE_MAX_BYTES", "1e6", "expected a whole number"),
        ("PAYMENT_PROVIDERS", "{bank}", "PAYMENT_PROVIDERS is no JSON"),
        ("PAYMENT_PROVIDERS", '["bank"]', "expected an object"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named_in_a_sentence(name, value, sentence):
    last = start(**PRODUCTION | {name: value}).stderr.splitlines()[-1]

    assert name in last
    assert sentence in last


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "SECRET_KEY is not set: it signs sessions and event tokens. Unset, AFTERFLOW_ENV"),
        (PRODUCTION | {"DATABASE_URL": "postgresql://me@127.0.0.1:9/x"}, "cannot be reached"),
    ],
)
def test_a_command_that_cannot_start_says_why_in_one_line(variables, sentence):
    said = subprocess.run(
        [sys.executable, "manage.py", "duties"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
    )

    assert said.returncode == 1
    assert sentence in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_the_simulator_pays_nothing_out_in_production(monkeypatch):
    monkeypatch.setenv("AFTERFLOW_ENV", "production")
    addresses = product.Addresses(host="127.0.0.1", web=1, events=2, simulator=3)
    assert "simulator" not in [one.name for one in product.processes(addresses, {})]

    monkeypatch.setenv("AFTERFLOW_ENV", "demo")
    assert "simulator" in [one.name for one in product.processes(addresses, {})]


def test_production_takes_no_key_from_a_demo_beside_it(tmp_path):
    (tmp_path / environment.DEMO_FILE).write_text("SECRET_KEY=known\n")
    variables = PRODUCTION | {"DATA_DIR": str(tmp_path), "SECRET_KEY": ""}

    assert "SECRET_KEY is not set" in start(**variables).stderr


def test_a_demo_command_finds_the_servers_that_make_run_started(tmp_path):
    names = ("SECRET_KEY", "STATE_KEY", "ALLOWED_HOSTS", "DATABASE_URL")
    lines = (f"{name}={PRODUCTION[name]}\n" for name in names)
    (tmp_path / environment.DEMO_FILE).write_text("".join(lines))

    assert start(AFTERFLOW_ENV="demo", DATA_DIR=str(tmp_path)).stdout == "demo False True\n"


def test_a_database_is_named_by_url_over_a_socket_or_a_network():
    socket = environment.database("postgresql://me@/shop?host=/var/run/pg")
    network = environment.database("postgresql://me:p%40ss@db.example:6432/shop?sslmode=require")

    assert (socket["HOST"], socket["NAME"], socket["USER"]) == ("/var/run/pg", "shop", "me")
    assert (network["HOST"], network["PORT"], network["PASSWORD"]) == ("db.example", "6432", "p@ss")
    assert network["OPTIONS"]["sslmode"] == "require"
    assert network["OPTIONS"]["tcp_user_timeout"] == "15000"


def test_another_database_than_postgresql_is_refused():
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        environment.database("sqlite:///shop.db")


def test_amounts_in_settings_have_their_currency_and_its_decimals(monkeypatch):
    monkeypatch.setenv("FOUR_EYES_LIMITS", "CNY 500, JPY 10000,KWD 10.125")

    found = environment.amounts("FOUR_EYES_LIMITS", "CNY 500")

    assert found == {"CNY": 50_000, "JPY": 10_000, "KWD": 10_125}


@pytest.mark.parametrize("text", ["50000", "JPY 0.5", "XXY 5", "CNY", "CNY -1", "", "cny 5"])
def test_an_amount_without_sense_is_refused(text, monkeypatch):
    monkeypatch.setenv("FOUR_EYES_LIMITS", text)

    with pytest.raises(ImproperlyConfigured, match=r"FOUR_EYES_LIMITS has .*[eE]xpected"):
        environment.amounts("FOUR_EYES_LIMITS", "CNY 500")


def test_a_limit_that_names_no_currency_any_more_is_refused(monkeypatch):
    monkeypatch.setenv("FOUR_EYES_LIMIT", "50000")

    with pytest.raises(ImproperlyConfigured, match=r'write FOUR_EYES_LIMITS .* "CNY 500, JPY'):
        environment.amounts("FOUR_EYES_LIMITS", "CNY 500")
