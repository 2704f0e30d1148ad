"""The shard number that large tables carry, for routing only."""

from __future__ import annotations

from zlib import crc32


def shard_of(business_key: str) -> int:
    """0 to 255, the same everywhere and for ever."""
    return crc32(business_key.encode()) % 256
