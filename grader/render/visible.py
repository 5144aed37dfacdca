"""Makes a stranger's text safe and honest to show: controls visible, nothing cut silently. Text to text."""

from __future__ import annotations

import unicodedata

_LONGEST = 4000


def visible(text: str, longest: int = _LONGEST, *, lines: bool = True) -> str:
    """Show control, formatting and surrogate characters by name; cut visibly in the middle, both ends kept.

    `lines`: whether line ends and tabs stay what they are (else they are shown as ↵ and ⇥).
    """
    if len(text) > longest:
        half = longest // 2
        text = f"{text[:half]} [… {len(text) - 2 * half:,} characters left out …] {text[-half:]}"
    if (text.replace("\n", "").replace("\t", "") if lines else text).isprintable():
        return text  # the usual case, and quick
    return "".join(_shown(sign, lines) for sign in text)


def _shown(sign: str, lines: bool) -> str:
    if sign in "\n\t":
        return sign if lines else ("↵" if sign == "\n" else "⇥")
    code = ord(sign)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"  # as Python writes it; the pictures of Unicode are missing in many fonts
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte that was not UTF-8
    if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return sign
