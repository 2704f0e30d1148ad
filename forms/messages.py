"""Everything a form may answer to the person who filled it in.

A `FormError` is its English sentence, and carries what a translator needs: the template,
which is also the message id, and the values to put into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final


def _(template: str) -> str:
    """Mark for makemessages; this package knows no Django."""
    return template


REQUIRED: Final = _("Please fill in this field.")
TICK: Final = _("Please tick this box.")
UNKNOWN_FIELD: Final = _("Unknown field: %(name)s")
NOT_TEXT: Final = _("Please enter text.")
BAD_CHARACTERS: Final = _("Please remove the characters that cannot be stored.")
NOT_NUMBER: Final = _("Please enter a number.")
NOT_WHOLE: Final = _("Please enter a whole number.")
TOO_MANY_DECIMALS: Final = _("Please enter at most %(digits)s digits after the point.")
NOT_A_STEP: Final = _("Please enter a multiple of %(step)s.")
TOO_SMALL: Final = _("Please enter at least %(min)s.")
TOO_LARGE: Final = _("Please enter at most %(max)s.")
TOO_SHORT: Final = _("Please enter at least %(length)s characters.")
TOO_LONG: Final = _("Please enter at most %(length)s characters.")
NOT_EMAIL: Final = _("Please enter an e-mail address.")
NOT_PHONE: Final = _("Please enter an international phone number, such as +8613800138000.")
NOT_OF_PATTERN: Final = _("Please enter it in the form %(pattern)s.")
NOT_YES_OR_NO: Final = _("Please tick the box or leave it empty.")
NOT_AN_OPTION: Final = _("Please choose one of the options.")
NOT_OPTIONS: Final = _("Please choose from the options.")
NOT_DATE: Final = _("Please enter a date.")
NOT_TIME: Final = _("Please enter a time.")
NOT_DATE_TIME: Final = _("Please enter a date and a time.")
IN_THE_PAST: Final = _("Please enter a day that has not passed.")
NOT_FILES: Final = _("Please choose the files again.")
NOT_A_LIST: Final = _("Please send a list.")
TOO_MANY_ROWS: Final = _("Please enter at most %(rows)s rows.")
NOT_A_GROUP: Final = _("Please send the fields of this group.")
NO_LIMIT: Final = _("This field cannot be checked now: its limit is not known.")


class FormError(str):
    """One sentence for the person; a plain English text where nobody translates it."""

    __slots__ = ("params", "template")

    template: str
    params: Mapping[str, Any]

    def __new__(cls, template: str, **params: Any) -> FormError:
        error = super().__new__(cls, template % params if params else template)
        error.template = template
        error.params = params
        return error

    @classmethod
    def in_own_words(cls, sentence: str) -> FormError:
        """A sentence that the form itself brings, e.g. as `patternErrorMessage`."""
        error = super().__new__(cls, sentence)
        error.template = sentence.replace("%", "%%")
        error.params = {}
        return error
