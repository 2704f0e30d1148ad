"""String functions (DMN 1.4 table 73). Characters are Unicode code points."""

from __future__ import annotations

from decimal import Decimal

from processes.feel.builtins.registry import builtin
from processes.feel.decimals import truncated
from processes.feel.regex import compile_pattern, compile_replacement
from processes.feel.run import Run


@builtin("substring", "string: string, start position: number, length: number?")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first = truncated(start)
    if not first or abs(first) > len(text):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    run.text(len(text))
    if length is None:
        return text[begin:]
    count = truncated(length)
    return text[begin : begin + count] if count is not None and count > 0 else None


@builtin("string length", "string: string")
def string_length(_run: Run, text: str) -> Decimal:
    return Decimal(len(text))


@builtin("upper case", "string: string")
def upper_case(run: Run, text: str) -> str:
    run.text(len(text))
    upper = text.upper()
    run.text(len(upper))  # "ΐ" becomes three characters
    return upper


@builtin("lower case", "string: string")
def lower_case(run: Run, text: str) -> str:
    run.text(len(text))
    return text.lower()


@builtin("trim", "string: string")
def trim(run: Run, text: str) -> str:
    run.text(len(text))
    return text.strip()


@builtin("substring before", "string: string, match: string")
def substring_before(run: Run, text: str, match: str) -> str:
    run.text(len(text))
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string")
def substring_after(run: Run, text: str, match: str) -> str:
    run.text(len(text))
    _, found, after = text.partition(match) if match else ("", "-", text)
    return after if found else ""


@builtin("contains", "string: string, match: string")
def contains(run: Run, text: str, match: str) -> bool:
    run.text(len(text))
    return match in text


@builtin("starts with", "string: string, match: string")
def starts_with(run: Run, text: str, match: str) -> bool:
    run.text(len(match))
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(run: Run, text: str, match: str) -> bool:
    run.text(len(match))
    return text.endswith(match)


@builtin("matches", "input: string, pattern: string, flags: string?")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    compiled = compile_pattern(pattern, flags or "", text, run)
    return None if compiled is None else compiled.found_in(text, run)


@builtin("replace", "input: string, pattern: string, replacement: string, flags: string?")
def replace(
    run: Run, text: str, pattern: str, replacement: str, flags: str | None = None
) -> str | None:
    compiled = compile_pattern(pattern, flags or "", text, run)
    parts = compile_replacement(replacement, run, literal="q" in (flags or ""))
    if compiled is None or parts is None:
        return None
    return compiled.replaced(text, parts, run)


@builtin("split", "string: string, delimiter: string")
def split(run: Run, text: str, delimiter: str) -> list[str] | None:
    compiled = compile_pattern(delimiter, "", text, run)
    return None if compiled is None else compiled.split(text, run)


@builtin("extract", "input: string, pattern: string")
def extract(run: Run, text: str, pattern: str) -> list[str] | None:
    """All matches of the pattern; an extension that Camunda's FEEL has too."""
    compiled = compile_pattern(pattern, "", text, run)
    return None if compiled is None else compiled.all_in(text, run)


@builtin("string join", "list: list, delimiter: string?")
def string_join(run: Run, items: list[str | None], delimiter: str | None = None) -> str | None:
    run.spend(len(items))
    texts = [item for item in items if item is not None]
    if any(type(item) is not str for item in texts):
        return None
    between = delimiter or ""
    run.text(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)
