"""Ends the open streams of sessions that are over and of people whose rights have changed.

Called by Django's signals, so that no page, command or shell has to remember it. What the
broker could not be told is made good when it is back: then every page shows itself again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone

from processes import hints
from webapp import ended
from webapp.accounts.models import User

_HARMLESS = frozenset({"last_login", "language", "theme", "first_name", "last_name", "email"})
"""What may change without anybody's rights being others."""


@receiver(post_delete, sender=Session)
def session_is_over(instance: Session, **_signal: Any) -> None:
    """Logged out, by whatever; one that had run out anyway needs no word."""
    if instance.expire_date > timezone.now():
        _end([ended.of_session(instance.session_key)])


@receiver(post_save, sender=User)
def person_has_changed(
    instance: User, created: bool, update_fields: Iterable[str] | None, **_signal: Any
) -> None:
    """Another password, no longer active, another house."""
    if not created and not (update_fields and _HARMLESS.issuperset(update_fields)):
        _end([ended.of_person(instance.username)])


@receiver(post_delete, sender=User)
def person_is_gone(instance: User, **_signal: Any) -> None:
    _end([ended.of_person(instance.username)])


@receiver(m2m_changed, sender=User.groups.through)
def groups_have_changed(
    instance: User | Group, action: str, pk_set: set[int] | None, **_signal: Any
) -> None:
    """Somebody came into a group or left it, from whichever side it was done."""
    if isinstance(instance, User):
        _end([ended.of_person(instance.username)])
    elif action == "pre_clear":
        group_is_gone(instance)
    elif pk_set:
        people = User.objects.filter(pk__in=pk_set).values_list("username", flat=True)
        _end([ended.of_person(name) for name in people])


@receiver(pre_delete, sender=Group)
def group_is_gone(instance: Group, **_signal: Any) -> None:
    people = User.objects.filter(groups=instance).values_list("username", flat=True)
    _end([ended.of_person(name) for name in people])


def _end(names: list[str]) -> None:
    if names and settings.REDIS_URL:
        transaction.on_commit(lambda: _tell(names))


def _tell(names: list[str]) -> None:
    if hints.broker_is_down():
        return hints.make_good()
    now = time.time()
    try:
        with (
            redis.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5
            ) as client,
            client.pipeline(transaction=False) as pipe,
        ):
            for name in names:
                pipe.set(ended.mark(name), now, ex=ended.KEPT_SECONDS)
            pipe.publish(settings.CHANGED_CHANNEL, json.dumps({"ended": names, "at": now}))
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        hints.make_good(error)
    return None
