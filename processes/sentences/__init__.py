"""Sentences for people, in English and in Chinese, for those who know no Django. Pure.

The English template is written where it is said, and is the key of the Chinese one:
`say("Expected {what}, found none", what=…)`. A sentence may be a parameter of another.
"""

from __future__ import annotations

from .said import Said, in_chinese, say

__all__ = ["Said", "in_chinese", "say"]
