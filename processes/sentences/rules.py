"""What the deploy rules and the judges of tables say, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

RULES: Mapping[str, str] = {}
