"""`make run`: from a clone to the running product, and its end."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from webapp import environment
from webapp.building import assets, messages, stamps
from webapp.building.stamps import ROOT, Problem, say
from webapp.embedded.binaries import NoServerFound
from webapp.embedded.postgres import Cluster, PostgresFailed
from webapp.embedded.valkey import Valkey
from webapp.environment import DEMO_FILE
from webapp.supervisor import checks, prepare, product, reachable
from webapp.supervisor.supervisor import Supervisor

PORT = 8000
_START_PATIENCE = 120


def main() -> None:
    """Start everything, tell where, and stay until told to stop."""
    started = time.monotonic()
    os.environ.setdefault("AFTERFLOW_ENV", "demo")
    environment.kind()
    host = os.environ.get("HOST") or "127.0.0.1"
    port = checks.port_of(os.environ.get("PORT") or str(PORT))
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    os.environ["DATA_DIR"] = str(data_dir)
    lock = checks.own(data_dir)
    checks.require_port(host, port)
    checks.require_space(data_dir)
    assets.ensure()
    messages.ensure()
    reachable.require(product.given())
    os.umask(0o077)  # logs, evidence and the simulator's books are nobody else's to read
    supervisor = Supervisor(data_dir / "log")
    try:
        addresses = product.Addresses.around(host, port)
        _start(supervisor, data_dir, addresses)
        if not supervisor.stopping:
            _greet(addresses, data_dir, time.monotonic() - started)
        supervisor.run()
        say("Stopping…")
    finally:
        _stop(supervisor)
        lock.close()


def _start(supervisor: Supervisor, data_dir: Path, addresses: product.Addresses) -> None:
    given = product.given()
    cluster = Cluster(data_dir / "pg")
    if "DATABASE_URL" not in given and not (cluster.folder / "PG_VERSION").exists():
        say("Making the private PostgreSQL…")
        cluster.create()
        for step in prepare.STEPS:
            (data_dir / "prepared" / step).unlink(missing_ok=True)
    supervisor.start(product.private_servers(data_dir, given), patience=_START_PATIENCE)
    if supervisor.stopping:
        return
    if "DATABASE_URL" not in given:
        cluster.ensure_database()
    variables = _variables(data_dir, addresses, given)
    _prepare(supervisor, data_dir, variables, always="DATABASE_URL" in given)
    if not supervisor.stopping:
        supervisor.start(product.processes(addresses, variables), patience=_START_PATIENCE)


def _variables(
    data_dir: Path, addresses: product.Addresses, given: dict[str, str]
) -> dict[str, str]:
    """Settle keys and addresses and, in a demo, keep them for `manage.py` commands."""
    path = data_dir / DEMO_FILE
    variables = {
        "DATABASE_URL": Cluster(data_dir / "pg").url,
        "REDIS_URL": Valkey(data_dir / "valkey").url,
        **addresses.environment(),
    }
    if os.environ["AFTERFLOW_ENV"] == "demo":
        kept = _read(path)
        variables |= {name: kept.get(name, value) for name, value in product.new_keys().items()}
    variables |= given
    if os.environ["AFTERFLOW_ENV"] == "demo":
        making = path.with_suffix(".making")
        making.touch(mode=0o600)
        making.write_text("".join(f"{k}={v}\n" for k, v in variables.items()), encoding="utf-8")
        making.replace(path)
    return variables


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _prepare(
    supervisor: Supervisor, data_dir: Path, variables: dict[str, str], *, always: bool
) -> None:
    """Do the steps whose sources changed since they were last done on this data folder.

    A database of somebody else's may have been restored from a backup: there, always all.
    """
    folder = data_dir / "prepared"
    wanted = {step: prepare.sources_digest(step) for step in prepare.STEPS}
    steps = [step for step in wanted if always or not stamps.is_fresh(folder / step, wanted[step])]
    if os.environ["AFTERFLOW_ENV"] != "demo" and "seed" in steps:
        steps.remove("seed")
    if not steps:
        return
    say("Preparing: " + ", ".join(steps) + "…")
    supervisor.run_once(product.preparation(variables, *steps))
    for step in steps if not supervisor.stopping else []:
        stamps.put(folder / step, wanted[step])


def _greet(addresses: product.Addresses, data_dir: Path, seconds: float) -> None:
    say(f"\nAfterflow runs at {addresses.url} (up in {seconds:.1f} s, data and logs in {data_dir})")
    if os.environ["AFTERFLOW_ENV"] == "demo":
        from django.conf import settings

        settings.configure(USE_I18N=False)  # the logins' words are translated on pages only
        from webapp.accounts.demo import LOGINS, PASSWORD

        for person in LOGINS:
            say(f"  {person.login:<11} {person.role}: {person.does}")
        say(f"  The password of all is {PASSWORD}. Ctrl-C stops everything, the data stays.")
        provider = f"http://127.0.0.1:{addresses.simulator}/admin"
        say(f"  The payment provider, and how to make it fail: {provider}\n")


def _stop(supervisor: Supervisor) -> None:
    """Stop our processes first, then what they talk to."""
    servers = [name for name in ("valkey", "postgres") if name in supervisor.children]
    ours = [name for name in supervisor.children if name not in servers]
    for names in (ours, servers):
        if names:
            supervisor.stop(names)


if __name__ == "__main__":
    try:
        main()
    except (
        Problem,
        NoServerFound,
        PostgresFailed,
        PermissionError,
        ImproperlyConfigured,
    ) as problem:
        sys.exit(f"Afterflow cannot start. {problem}")
    except OSError as error:
        sys.exit(f"Afterflow cannot start: {error.strerror or error}.")
    except KeyboardInterrupt:
        sys.exit(130)
