"""Amounts of a policy: by currency, checked when drafted, moved there by the migration."""

from __future__ import annotations

import importlib
import json

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations import RunSQL

from handlers.policies import api as policies
from handlers.policies.checking import BadPack, check_pack
from handlers.policies.models import Policy
from handlers.policies.pack import default_pack
from tests.handlers.shop import shop_order

migration = importlib.import_module("handlers.policies.migrations.0003_amounts_by_currency")
OLD = {"four_eyes": 50_000, "auto_approve": 2_000, "freight_cap": 3_000, "compensation_cap": 20_000}
NONE = dict.fromkeys(OLD, 0)


def test_what_was_bare_was_the_home_currencys_and_there_and_back_is_the_same():
    old = default_pack() | {"limits": {"rounds": 5, **OLD}}
    del old["amounts"]

    new = migration.by_currency(old)

    assert new == default_pack()
    assert migration.bare(new) == old
    assert migration.by_currency(new) == new


def test_the_country_of_the_calendar_says_which_currency_is_at_home():
    old = {"limits": {"rounds": 5, **OLD}, "calendar": {"country": "JP"}}

    assert migration.by_currency(old)["amounts"] == {"JPY": OLD}
    with pytest.raises(ValueError, match=r"Expected a policy's country .* found 'XX'"):
        migration.by_currency(old | {"calendar": {"country": "XX"}})


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        ("amounts", {"XXY": OLD}, "a known ISO 4217 code, but found 'XXY'"),
        ("amounts", {"JPY": {}}, "minor units of JPY, auto_approve: .* found None"),
        ("amounts", {"JPY": OLD | {"four_eyes": 12.5}}, "four_eyes: .* found 12.5"),
        ("amounts", {"JPY": OLD | {"four_eyes": True}}, "four_eyes: .* found True"),
        ("amounts", {"JPY": OLD | {"four_eyes": 10**16}}, "four_eyes: "),
        ("amounts", {"JPY": OLD | {"for_eyes": 1}}, "Amount for_eyes of JPY is not known"),
        ("amounts", {"JPY": 5}, "Amounts of JPY: expected an object"),
        ("amounts", [], "Expected 'amounts' as an object"),
        ("limits", {"rounds": 5, **OLD}, "four_eyes is money and belongs to a currency"),
        ("calendar", {"zone": "Mars/Base"}, "Calendar, zone: .*Mars/Base"),
        ("calendar", {"zone": "../etc"}, "Calendar, zone: "),
        ("calendar", {"opens": "nine"}, "Calendar, opens: .*nine"),
        ("timers", None, "Expected 'timers' as an object"),
        ("extensions", [{"from": "2026-06-10", "codes": ["T-X"]}], "add.*codes.*from.*offset.*to"),
        ("currencies", {}, "Expected no 'currencies' in a policy"),
    ],
)
def test_a_policy_nobody_could_live_by_is_refused_with_its_place(part, value, sentence):
    with pytest.raises(BadPack, match=sentence):
        check_pack(default_pack() | {part: value})


@pytest.mark.django_db
def test_the_migration_moves_published_amounts_and_the_guard_stands_again():
    draft = policies.draft_policy(tenant="lingyue", title="t", content=default_pack(), by="ada")
    policies.publish_policy(tenant="lingyue", version=draft.version, by="leo")
    operations = migration.Migration.operations

    with connection.schema_editor() as editor:
        for operation in reversed(operations):
            _run(operation, editor, forward=False)
    assert Policy.objects.get().content["limits"]["four_eyes"] == 50_000
    with connection.schema_editor() as editor:
        for operation in operations:
            _run(operation, editor, forward=True)

    assert Policy.objects.get().content == default_pack()
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.update(content={})


def _run(operation, editor, *, forward):
    if isinstance(operation, RunSQL):
        editor.execute(operation.sql if forward else operation.reverse_sql)
    else:
        (operation.code if forward else operation.reverse_code)(apps, editor)


@pytest.mark.django_db
class TestCommand:
    def draft(self, tmp_path, content, by="ada"):
        file = tmp_path / "pack.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        call_command("policy", "draft", "lingyue", str(file), title="Yen", by=by)

    def test_an_operator_is_told_which_currencies_have_no_limits(self, capsys):
        shop_order(lines=[(1, 100)])
        call_command("policy", "check")
        assert "four_eyes CN¥500.00" in capsys.readouterr().out

        shop_order(lines=[(1, 100)], currency="JPY")
        with pytest.raises(CommandError) as found:
            call_command("policy", "check")
        policy, house = str(found.value).splitlines()
        assert policy.startswith("Policy built-in-1 of lingyue has no amounts for JPY: two people")
        assert house.startswith("FOUR_EYES_LIMITS does not name JPY: two people")

    def test_a_currency_is_added_by_one_and_published_by_another(self, capsys, tmp_path):
        call_command("policy", "show", "lingyue")
        content = json.loads(capsys.readouterr().out)
        content["amounts"]["JPY"] = OLD | {"four_eyes": 10_000}
        self.draft(tmp_path, content)

        with pytest.raises(CommandError, match="somebody else"):
            call_command("policy", "publish", "lingyue", "lingyue-1", by="ada")
        call_command("policy", "publish", "lingyue", "lingyue-1", by="leo")

        current = policies.current_policy("lingyue")
        assert current.amounts("JPY")["four_eyes"] == 10_000
        assert current.amounts("CNY") == OLD
        assert current.amounts("USD") == NONE
        with pytest.raises(CommandError, match="was published"):
            call_command("policy", "publish", "lingyue", "lingyue-1", by="leo")
        with pytest.raises(CommandError, match="lingyue-7"):
            call_command("policy", "publish", "lingyue", "lingyue-7", by="leo")

    @pytest.mark.parametrize("content", ["{", "[]", {}, {"timers": []}])
    def test_a_file_that_is_no_policy_is_refused_with_a_sentence(self, content, tmp_path):
        with pytest.raises(CommandError, match="Expect"):
            self.draft(tmp_path, content)
