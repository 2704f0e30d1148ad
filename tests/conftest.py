"""What every test may use. The servers behind `db` and `valkey` are this run's own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import redis
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests import moving, private_servers
from tests.sharing import LongestFirst, rank_of

# Two shared cores may pause for longer than any deadline; slowness is measured elsewhere.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin in English: a request leaves its language behind in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have PostgreSQL up before Django makes its test database."""
    private_servers.need_postgres()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Drop no database that goes with its server: a session that ends late would forbid it."""
    return private_servers.is_thrown_away()


@pytest.fixture(scope="session")
def valkey_url() -> str:
    """The address of a running Valkey."""
    private_servers.need_valkey()
    return os.environ["REDIS_URL"]


@pytest.fixture
def valkey(valkey_url: str) -> Iterator[redis.Redis]:
    """A client of this run's Valkey, emptied."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
        yield client


def pytest_configure(config: pytest.Config) -> None:
    """Where the random tests begin is settled before other processes are started."""
    moving.settle()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how to play the same random cases again."""
    terminalreporter.write_line(f"Random tests began at {moving.OPTION}={moving.start()}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several processes, the longest first."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank_of(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LongestFirst:
    """Share tests out as `tests.sharing` says."""
    config.option.loadscopereorder = False
    return LongestFirst(config, log)
