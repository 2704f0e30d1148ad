"""Ways in which FEEL refuses. What the standard answers with null is not an error here."""

from __future__ import annotations

from processes.sentences import Said, say


class FeelError(Exception):
    """Base of all errors that this package raises."""


class FeelSyntaxError(FeelError):
    """The text is not FEEL. The sentence says what stood where something else was expected."""

    def __init__(self, sentence: Said, *, text: str, position: int) -> None:
        self.position = position
        """Offset of the character it is about, from 0; the length of the text for its end."""
        self.line = text.count("\n", 0, position) + 1
        self.column = position - (text.rfind("\n", 0, position) + 1) + 1
        self.sentence = sentence
        super().__init__(
            say(
                "{sentence} (line {line}, column {column})",
                sentence=sentence,
                line=self.line,
                column=self.column,
            )
        )


class FeelBudgetError(FeelError):
    """The text or its evaluation is larger, deeper or longer than one expression may be."""


class OutOfReach(FeelError):
    """A moment or a duration that FEEL knows and Python does not.

    Null would be wrong: the standard has an answer.
    """

    def __init__(self) -> None:
        super().__init__(say("Expected a year from 1 to 9999 and at most 999999999 days"))


class NoFeelValue(FeelError):
    """Who asks for the evaluation, or a function he lends, gives what FEEL has no type for.

    The standard does not speak of it. Null would be a wrong answer where something was said.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(say("Expected plain JSON or a value of FEEL, found {kind}", kind=kind))


class UnsupportedPattern(FeelError):
    """A regular expression of XPath that cannot be matched in linear time, or not by RE2."""

    def __init__(self, found: str) -> None:
        super().__init__(f"Expected a pattern without '{found}', which is not supported")


class UnknownFunction(FeelError):
    """The expression calls a function that neither FEEL nor the host knows.

    The standard would answer null. A rule about money must not turn into null because
    a function was renamed, so this one is refused.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"Expected a function named {name!r}, found none")
        self.name = name


class HostFunctionFailed(FeelError):
    """A function lent by the host raised; its own error is the cause."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f"Function {name!r} failed with {type(error).__name__}")
        self.name = name
