"""Context functions (DMN 1.4 table 80)."""

from __future__ import annotations

from processes.feel.builtins.registry import builtin
from processes.feel.run import MAX_DEPTH, Run
from processes.feel.values import FeelValue

Context = dict[str, FeelValue]


@builtin("get value", "m: context, key: string")
def get_value(_run: Run, context: Context, key: str) -> FeelValue:
    return context.get(key)


@builtin("get value", "context: context, keys: list")
def get_value_at(run: Run, context: Context, keys: list[FeelValue]) -> FeelValue:
    run.spend(len(keys))
    value: FeelValue = context
    for key in keys:
        value = value.get(key) if type(value) is dict and type(key) is str else None
    return value


@builtin("get entries", "m: context")
def get_entries(run: Run, context: Context) -> list[Context]:
    run.spend(len(context) * 4)
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context(run: Run, entries: list[FeelValue]) -> Context | None:
    result: Context = {}
    run.spend(len(entries))
    for entry in entries:
        if type(entry) is not dict or not {"key", "value"} <= entry.keys():
            return None
        key = entry["key"]
        if type(key) is not str or key in result:
            return None
        result[key] = entry["value"]
    return result


@builtin("context put", "context: context, key: string, value: any")
def context_put(run: Run, context: Context, key: str, value: FeelValue) -> Context:
    run.spend(len(context) + 1)
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def context_put_at(
    run: Run, context: Context, keys: list[FeelValue], value: FeelValue
) -> Context | None:
    if not keys or len(keys) > MAX_DEPTH or any(type(key) is not str for key in keys):
        return None
    return _put(run, context, keys, value)


def _put(run: Run, context: Context, keys: list[str], value: FeelValue) -> Context | None:
    key, *rest = keys
    if rest:
        inner = context.get(key)
        if type(inner) is not dict:
            return None
        value = _put(run, inner, rest, value)
        if value is None:
            return None
    return context_put(run, context, key, value)


@builtin("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[FeelValue]) -> Context | None:
    merged: Context = {}
    for context in contexts:
        if type(context) is not dict:
            return None
        run.spend(len(context) + 1)
        merged.update(context)
    return merged
