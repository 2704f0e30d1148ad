"""Which adapter speaks for which provider: one file and one entry of PAYMENT_PROVIDERS each."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from handlers.refunds.port import ProviderConfig, RefundProvider

_made: dict[tuple[str, str], RefundProvider] = {}


class UnknownProvider(LookupError):
    def __init__(self, name: str) -> None:
        super().__init__(f"Expected PAYMENT_PROVIDERS to have {name!r}")


def provider(name: str) -> RefundProvider:
    """The adapter of that name, made once for each content of its settings.

    Raises:
        UnknownProvider: the settings have none.
    """
    entry = settings.PAYMENT_PROVIDERS.get(name)
    if entry is None:
        raise UnknownProvider(name)
    key = (name, repr(sorted(entry.items())))
    if key not in _made:
        _made[key] = cast(
            "RefundProvider",
            import_string(entry["adapter"])(ProviderConfig.read(name, entry)),
        )
    return _made[key]
