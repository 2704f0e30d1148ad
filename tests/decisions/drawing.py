"""DMN files, written as a person would draw them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

Row = tuple[Sequence[str], Sequence[str]]


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[Row],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    types: Sequence[str] = (),
    allowed: Sequence[str] = (),
    values: Sequence[str] = (),
    defaults: Sequence[str] = (),
) -> str:
    """A decision table; `types`, `allowed`, `values`, `defaults` go with inputs and outputs."""
    parts = [
        f"<input id='i{at}' label={quoteattr(text)}><inputExpression id='e{at}'"
        f" typeRef={quoteattr(_at(types, at))}>{_text(text)}</inputExpression>"
        f"{_boxed('inputValues', _at(allowed, at))}</input>"
        for at, text in enumerate(inputs)
    ]
    parts += [
        f"<output id='o{at}' name={quoteattr(name)}>{_boxed('outputValues', _at(values, at))}"
        f"{_boxed('defaultOutputEntry', _at(defaults, at))}</output>"
        for at, name in enumerate(outputs)
    ]
    parts += [
        f"<rule id='r{number}'>{_cells('inputEntry', tests)}{_cells('outputEntry', results)}</rule>"
        for number, (tests, results) in enumerate(rows, 1)
    ]
    how = f" aggregation='{aggregation}'" if aggregation else ""
    return f"<decisionTable id='t' hitPolicy='{policy}'{how}>{''.join(parts)}</decisionTable>"


def literal(text: str) -> str:
    return f"<literalExpression id='l'>{_text(text)}</literalExpression>"


def decision(logic: str, *, id: str = "D", name: str = "", needs: Sequence[str] = ()) -> str:
    required = "".join(
        f"<informationRequirement><requiredDecision href='#{need}'/></informationRequirement>"
        for need in needs
    )
    named = quoteattr(name or id)
    return f"<decision id='{id}' name={named}><variable name={named}/>{required}{logic}</decision>"


def file(*decisions: str) -> bytes:
    return (
        "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='f' name='f'"
        f" namespace='http://afterflow'>{''.join(decisions)}</definitions>"
    ).encode()


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _boxed(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>" if text else ""


def _cells(name: str, texts: Sequence[str]) -> str:
    return "".join(f"<{name}>{_text(text)}</{name}>" for text in texts)


def _at(texts: Sequence[str], at: int) -> str:
    return texts[at] if at < len(texts) else ""
