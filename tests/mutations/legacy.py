"""Writes text the old way: TCVN3 under .Vn fonts. Its own table, so that the library's is not its own witness."""

from __future__ import annotations

import unicodedata

LOWER = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ",
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ",
        strict=True,
    )
)
CAPITALS = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))


def font_and_text(text: str) -> tuple[str, str]:
    """The font and the stored characters of a Vietnamese text: capitals with tones need the capitals font."""
    text = unicodedata.normalize("NFC", text)
    plain = {c for c in text if c.isalpha()}
    if plain and all(c.isupper() for c in plain) and any(c in LOWER for c in text.lower()):
        return ".VnTimeH", "".join(LOWER.get(c, c) for c in text.lower())
    return ".VnTime", "".join(LOWER.get(c) or CAPITALS.get(c) or LOWER.get(c.lower(), c) for c in text)
