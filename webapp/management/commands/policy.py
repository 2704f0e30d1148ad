"""`manage.py policy`: show, check, draft and publish what a tenant's cases live by.

`policy show lingyue > pack.json`, edit, `policy draft lingyue pack.json --title "…"`, and
somebody else: `policy publish lingyue lingyue-2`. Amounts are minor units of their currency.
"""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from viewflow.fsm.base import TransitionNotAllowed

from handlers.currencies import written
from handlers.orders import api as orders
from handlers.policies import api as policies


class Command(BaseCommand):
    help = "Show, check, draft and publish policies."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        show = verbs.add_parser("show", help="the content of a tenant's policy, as JSON")
        verbs.add_parser("check", help="which currencies of orders have no limits")
        draft = verbs.add_parser("draft", help="store the next version from a file of JSON")
        publish = verbs.add_parser("publish", help="make a draft the policy for new cases")
        for verb in (show, draft, publish):
            verb.add_argument("tenant", help="`platform` stands in for tenants without a policy")
        draft.add_argument("file", type=Path)
        draft.add_argument("--title", required=True)
        publish.add_argument("version")
        for verb in (draft, publish):
            verb.add_argument("--by", default=getpass.getuser(), help="default: your login")

    def handle(self, *_args: Any, **options: Any) -> None:
        verbs = {
            "show": self._show,
            "check": self._check,
            "draft": self._draft,
            "publish": self._publish,
        }
        verbs[options["verb"]](options)

    def _show(self, options: dict[str, Any]) -> None:
        content = policies.current_policy(options["tenant"]).content
        self.stdout.write(json.dumps(content, indent=2, ensure_ascii=False))

    def _check(self, _options: dict[str, Any]) -> None:
        in_use = orders.currencies_in_use()
        for tenant in sorted(in_use):
            self._tell(tenant)
        found = [gap for tenant in sorted(in_use) for gap in policies.gaps(tenant, in_use[tenant])]
        if found:
            raise CommandError("\n".join(found))

    def _tell(self, tenant: str) -> None:
        """What holds for the tenant, as people say it."""
        policy = policies.current_policy(tenant)
        self.stdout.write(f"{tenant} lives by {policy.version}: {policy.title}")
        for currency in sorted(policy.content["amounts"]):
            limits = policies.snapshot(tenant, currency)["limits"]
            amounts = {code: limits[code] for code in policy.amounts(currency)}
            told = (f"{code} {written(amount, currency)}" for code, amount in amounts.items())
            self.stdout.write(f"  {', '.join(told)}")

    def _draft(self, options: dict[str, Any]) -> None:
        tenant = options["tenant"]
        try:
            content = json.loads(options["file"].read_text(encoding="utf-8"))
            if not isinstance(content, dict):
                raise CommandError("Expected an object, as `policy show` prints it")
            drafted = policies.draft_policy(
                tenant=tenant, title=options["title"], content=content, by=options["by"]
            )
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(f"{drafted.version} is drafted; somebody else publishes it:")
        self.stdout.write(f"  manage.py policy publish {tenant} {drafted.version}")

    def _publish(self, options: dict[str, Any]) -> None:
        tenant, version = options["tenant"], options["version"]
        try:
            policies.publish_policy(tenant=tenant, version=version, by=options["by"])
        except policies.UnknownPolicy as error:
            raise CommandError(str(error)) from error
        except TransitionNotAllowed as error:
            raise CommandError(f"Expected a draft, but {version} was published") from error
        except IntegrityError as error:
            raise CommandError("Expected somebody else than who drafted it") from error
        self.stdout.write(f"{version} holds for cases that begin from now on")
        in_use = orders.currencies_in_use().get(tenant, set())
        for gap in policies.gaps(tenant, in_use):
            self.stdout.write(self.style.WARNING(gap))
