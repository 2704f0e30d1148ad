"""What FEEL and decisions say when they are read, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

EXPRESSIONS: Mapping[str, str] = {}
