"""What the suite lays down quickly is what a deployment leaves behind."""

from __future__ import annotations

import pytest
from django.apps import apps

from processes import deployment
from processes.contract import SYSTEM
from processes.models import ProcessDefinition
from tests.deployed import deploy, kept, sources

pytestmark = pytest.mark.django_db


def test_a_deployment_leaves_rows_of_one_table_which_are_laid_down_again():
    tables = [model for model in apps.get_models() if model is not ProcessDefinition]
    before = {model: model.objects.count() for model in tables}
    deployment.deploy(sources(), actor=SYSTEM)
    left = kept()
    assert {model: model.objects.count() for model in tables} == before
    ProcessDefinition.objects.all().delete()

    for _ in range(2):
        deploy()
        assert kept() == left
        ProcessDefinition.objects.all().delete()


def test_what_was_laid_down_counts_as_deployed():
    deploy()
    deploy()

    assert set(ProcessDefinition.objects.values_list("version", flat=True)) == {1}
