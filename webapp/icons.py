"""Our icons: strokes on a 24 by 24 grid, drawn for this project."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_SHAPES = {
    "inbox": '<path d="M4 13 6.5 5h11L20 13v6H4z"/><path d="M4 13h5l1 2.5h4L15 13h5"/>',
    "folder": '<path d="M3.5 6.5h6l2 2.5h9v9.5h-17z"/>',
    "bag": '<path d="M5.5 8h13l1 12h-15z"/><path d="M9 10.5V7a3 3 0 0 1 6 0v3.5"/>',
    "undo": '<path d="M8.5 5 4 9.5 8.5 14"/><path d="M4 9.5h10a5.5 5.5 0 0 1 0 11h-4"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "cross": '<path d="m6.5 6.5 11 11m0-11-11 11"/>',
    "warn": '<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.5m0 2.5v.2"/>',
    "back": '<path d="M14.5 5.5 8 12l6.5 6.5"/>',
    "next": '<path d="M9.5 5.5 16 12l-6.5 6.5"/>',
    "user": '<circle cx="12" cy="8" r="3.8"/><path d="M4.5 20c.8-4 3.8-5.8 7.5-5.8s6.7 1.8 '
    '7.5 5.8"/>',
    "out": '<path d="M13.5 4.5h6v15h-6"/><path d="M4 12h10.5m-4-4.2 4.2 4.2-4.2 4.2"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5.5 5.5 5.5 11.5 0 17'
    'c-5.5-5.500-5.500-11.500 0-17"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 3v2m0 14v2M3 12h2m14 0h2M5.600 '
    "5.600 7 7m10 "
    '10 1.400 1.400m0-12.800L17 7M7 17l-1.400 1.400"/>',
    "moon": '<path d="M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z"/>',
    "auto": '<circle cx="12" cy="12" r="8.500"/><path d="M12 3.500v17a8.500 8.500 0 0 0 0-17z" '
    'fill="currentColor"/>',
    "search": '<circle cx="10.500" cy="10.500" r="6"/><path d="m15 15 5 5"/>',
    "clip": '<path d="m19 11-7.500 7.500a4.500 4.500 0 0 1-6.400-6.400L13 4.300a3 3 0 0 1 '
    "4.300 "
    '4.300L9.700 16.200a1.500 1.500 0 0 1-2.100-2.100l7-7"/>',
    "money": '<rect x="3" y="6" width="18" height="12.500" rx="2"/><circle cx="12" cy="12.250" '
    'r="2.800"/><path d="M6.500 9.500v.1m11 5.400v.1"/>',
    "flow": '<rect x="3" y="4" width="7" height="5.500" rx="1.500"/><rect x="14" y="14.500" '
    'width="7" '
    'height="5.500" rx="1.500"/><path d="M6.500 9.500v7.800H14"/>',
    "list": '<path d="M8.500 6.500H20M8.500 12H20M8.500 17.500H20M4.300 6.500h.1M4.300 '
    '12h.1M4.300 17.500h.1"/>',
    "chat": '<path d="M4 5h16v11H11l-4.500 4v-4H4z"/>',
    "info": '<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5.500M12 7.700v.1"/>',
    "file": '<path d="M6.500 3.500h7.500l4 4v13h-11.500z"/><path d="M13.500 3.500V8H18"/>',
    "bell": '<path d="M6.500 16.500v-5.500a5.500 5.500 0 0 1 11 0v5.500l1.500 2h-14z"/>'
    '<path d="M10 21h4"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "store": '<path d="M4.500 10v10h15V10M3 9.500 5 4h14l2 5.500c-1.500 2-4 2-5.800 0-1.700 '
    "2-4.700 2-6.400 0"
    '-1.800 2-4.300 2-5.800 0z"/>',
}


def svg(name: str, css: str = "") -> SafeString:
    """The icon as inline SVG; an unknown name is an error of ours and raises KeyError."""
    shape = mark_safe(_SHAPES[name])  # noqa: S308 - a constant of this module
    return format_html(
        '<svg class="af-icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        css,
        shape,
    )
