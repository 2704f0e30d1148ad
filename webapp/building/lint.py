"""Every check that needs no database: `make lint`. All are run, then it fails or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from webapp.building.stamps import ROOT, say

_PRODUCTION = {
    "AFTERFLOW_ENV": "production",
    "SECRET_KEY": "only-for-the-deployment-check-" + "0123456789abcdef" * 2,
    "STATE_KEY": "only-for-the-deployment-check-0123",
    "ALLOWED_HOSTS": "afterflow.example",
    "DATABASE_URL": "postgresql://afterflow@localhost/afterflow",
    "REDIS_URL": "redis://localhost:6379/0",
    "PAYMENT_PROVIDERS": '{"simulator": {}}',
    "CALLBACK_BASE_URL": "https://afterflow.example",
}
_TEST = {"AFTERFLOW_ENV": "test", "DATABASE_URL": "postgresql://afterflow@localhost/afterflow"}
CHECKS: tuple[tuple[str, list[str], dict[str, str]], ...] = (
    ("ruff check", ["-m", "ruff", "check", "."], {}),
    ("ruff format", ["-m", "ruff", "format", "--check", "."], {}),
    ("mypy", ["-m", "mypy", "webapp", "handlers", "processes", "forms", "benchmarks"], _TEST),
    ("import-linter", ["-c", "from importlinter.cli import lint_imports_command as c; c()"], _TEST),
    ("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], _TEST),
    ("deployment", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], _PRODUCTION),
)


def main() -> int:
    """Run all checks; 1 when one found something."""
    failed = [name for name, arguments, extra in CHECKS if not _passes(name, arguments, extra)]
    if failed:
        say(f"Lint: {', '.join(failed)} found something.")
    return 1 if failed else 0


def _passes(name: str, arguments: list[str], extra: dict[str, str]) -> bool:
    environment = {k: v for k, v in os.environ.items() if k not in _PRODUCTION} | extra
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode == 0:
        say(f"  {name}: clean")
        return True
    say(f"  {name}:\n{_quoted(done.stdout + done.stderr)}")
    return False


def _quoted(said: str) -> str:
    here = str(Path.cwd()) + os.sep
    return "\n".join("    " + line.replace(here, "") for line in said.strip().splitlines())


if __name__ == "__main__":
    sys.exit(main())
