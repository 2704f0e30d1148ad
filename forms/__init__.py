"""Forms: the form-js schemas of user tasks, and the Python that judges what was entered."""

from __future__ import annotations

from forms.judging import Judgement, judge
from forms.messages import FormError
from forms.schema import InvalidForm, load_form, problems_of

__all__ = ["FormError", "InvalidForm", "Judgement", "judge", "load_form", "problems_of"]
