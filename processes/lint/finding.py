"""One finding as people read it: where it is, what is wrong, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from processes.engine.errors import Problem
from processes.sentences import in_chinese

from .catalogue import Severity, severity_of
from .editing import Edit


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A problem, and where in which file it is."""

    problem: Problem
    file: str = ""
    line: int = 0
    """0: it is about the whole file."""
    name: str = ""
    """Of the element, as drawn; empty when it has none."""
    chinese_name: str = ""
    """As drawn, too: a property of the element."""
    edits: tuple[Edit, ...] = ()
    """Of the file, which put it right; none when only a person can."""

    @property
    def severity(self) -> Severity:
        """Whether it stands against a deployment."""
        return severity_of(self.problem.rule)

    def said(self, language: str = "en") -> str:
        """Place, element and sentence, in English or, for `zh…`, in Chinese."""
        problem = self.problem
        sentence, name = problem.sentence, self.name
        if language.startswith("zh"):
            sentence, name = in_chinese(sentence), self.chinese_name or name
        element = problem.element_id
        if element and name not in ("", element):
            element = f"“{name}” ({element})"
        line = str(self.line) if self.line else ""
        place = ":".join(part for part in (self.file, line) if part)
        return ": ".join(part for part in (place, element, str(sentence)) if part)
