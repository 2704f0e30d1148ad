"""`manage.py seed_demo`: load the demo world, or what is missing of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from webapp.demo.casework import seed_cases
from webapp.demo.people import seed_people
from webapp.demo.sales import seed_sales
from webapp.demo.stories import STORIES


class Command(BaseCommand):
    """Needs the diagrams deployed. Safe to run again: nothing is made twice."""

    help = "Load the demo world: people, orders and cases."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 (Django's signature)
        if settings.ENV == "production":
            raise CommandError("Expected a demo: demo logins never go into production.")
        people = seed_people()
        sales = seed_sales(tuple(story.sale for story in STORIES))
        cases = seed_cases()
        self.stdout.write(f"Demo world: {people} people, {sales} orders, {cases} cases added.")
