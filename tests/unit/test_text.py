"""Legacy fonts and code pages become Unicode; correct text stays as it is; labels compare by their key."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xanh.language.legacy_text import TCVN3
from xanh.language.numbers import parse_number
from xanh.language.periods import find_periods
from xanh.language.syllables import is_syllable
from xanh.language.text import clean, decode, fold, plain

AREAS = Path(__file__).parents[2] / "include" / "catalog" / "codelists" / "areas.csv"
SENTENCES = """Sản lượng sản phẩm công nghiệp chủ yếu tháng sáu và sáu tháng đầu năm
Đơn vị tính nghìn tấn khối lượng chất thải rắn sinh hoạt phát sinh được thu gom xử lý đạt quy chuẩn
Tổng cộng trong đó quặng sắt và tinh quặng mangan phôi thép gạch xây rượu nước giải khát đường kính
Kết quả tuyên truyền phổ biến tập huấn lượt người tham dự hội nghị văn bản danh mục nhiệm vụ
Ủy ban nhân dân tỉnh Cao Bằng cộng hòa xã hội chủ nghĩa Việt Nam độc lập tự do hạnh phúc
Người lập biểu giám đốc ký đóng dấu ghi chú thực hiện chính thức ước tính cộng dồn so với cùng kỳ năm trước"""


def _vocabulary() -> list[str]:
    with AREAS.open(encoding="utf-8") as lines:
        names = " ".join(row["name_vi"] for row in csv.DictReader(lines))
    words = {unicodedata.normalize("NFC", word) for word in (SENTENCES + " " + names).split()}
    return sorted(word for word in words if is_syllable(word))


VOCABULARY = _vocabulary()
sentences = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=8).map(" ".join)
_TO_TCVN3 = str.maketrans({letter: code for code, letter in TCVN3.items()})
_VNI_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_WHOLE = {"đ": "ñ", "Đ": "Ñ", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}
_VNI_MODIFIED = {
    "\u0302": dict(zip(["", *_VNI_TONES], "âáàåãä", strict=True)),
    "\u0306": dict(zip(["", *_VNI_TONES], "êéèúüë", strict=True)),
}
_VIQR = {
    "\u0306": "(",
    "\u0302": "^",
    "\u031b": "+",
    "\u0301": "'",
    "\u0300": "`",
    "\u0309": "?",
    "\u0303": "~",
    "\u0323": ".",
}


def to_tcvn3(text: str) -> str:
    """As an ABC font keeps it: toned capitals have no code, so they are written small."""
    return "".join(letter if letter in TCVN3.values() else letter.lower() for letter in text).translate(_TO_TCVN3)


def to_vni(text: str) -> str:
    return "".join(_vni_letter(letter) for letter in text)


def _vni_letter(letter: str) -> str:
    if letter in _VNI_WHOLE:
        return _VNI_WHOLE[letter]
    base, *marks = unicodedata.normalize("NFD", letter)
    if "\u031b" in marks:
        base = {"o": "ô", "u": "ö", "O": "Ô", "U": "Ö"}[base]
        marks.remove("\u031b")
    modifier = next((mark for mark in marks if mark in _VNI_MODIFIED), None)
    tone = next((mark for mark in marks if mark in _VNI_TONES), "")
    code = _VNI_MODIFIED[modifier][tone] if modifier else _VNI_TONES.get(tone, "")
    return base + (code.upper() if letter.isupper() else code)


def to_viqr(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.replace("đ", "dd").replace("Đ", "DD"))
    ordered = "".join(_VIQR.get(letter, letter) for letter in _modifiers_first(letters))
    return ordered


def _modifiers_first(letters: str) -> str:
    """NFD sorts the dot below before the circumflex; VIQR writes the modifier first."""
    for modifier in ("\u0302", "\u0306"):
        letters = letters.replace("\u0323" + modifier, modifier + "\u0323")
    return letters


def to_cp1258_read_as_1252(text: str) -> str:
    split = "".join(_base_and_tone(letter) for letter in text)
    return split.encode("cp1258").decode("cp1252")


def _base_and_tone(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tone)) + tone


def misread_utf8(text: str) -> str:
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("S¶n xuÊt n«ng nghiÖp ®Õn ngµy 15/1/2000", "Sản xuất nông nghiệp đến ngày 15/1/2000"),
        ("§¬n vÞ tÝnh: Ngh×n ha", "Đơn vị tính: Nghìn ha"),
        ("n¨m tr\u00adíc", "năm trước"),
        ("TÊn", "Tấn"),
        ("Ngh×n tấn", "Nghìn tấn"),
        ("Tổng møc b¸n lÎ hµng ho¸", "Tổng mức bán lẻ hàng hoá"),
        ("TriÖu mÐt", "Triệu mét"),
        ("cïng kú năm 2007", "cùng kỳ năm 2007"),
        ("Khối lượng vèn ®Çu t\u00ad", "Khối lượng vốn đầu tư"),
        ("th¸ng 3 vµ qói I", "tháng 3 và qúi I"),
        ("XaÞ Nam Quang", "Xã Nam Quang"),
        ("Hieän traïng moâi tröôøng", "Hiện trạng môi trường"),
        ("ÑÔN VÒ TÍNH", "ĐƠN VỊ TÍNH"),
        ("Cao Ba(`ng", "Cao Bằng"),
        ("Ddo+n vi. ti'nh", "Đơn vị tính"),
        ("Cao Báº±ng", "Cao Bằng"),
        ("NgÃ nh hÃ ng", "Ngành hàng"),
        ("TiêÌng Viêòt", "Tiềng Việt"),
        ("Ðơn vị", "Đơn vị"),
        (unicodedata.normalize("NFD", "Quảng Hòa"), "Quảng Hòa"),
    ],
)
def test_legacy_text_is_decoded_without_knowing_the_font(stored: str, meant: str) -> None:
    assert decode(stored).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "Sản xuất",
        "Hòa An",
        "cá",
        "Müller größe",
        "Café",
        "µm",
        "N·m",
        "2m×3m",
        "5×10 m² ± 3 °C",
        "Excel® ©",
        "½ lít",
        "Ferro mangan các loại",
        "kWh/tấn",
        "«Than»",
        "Điều chỉnh tháng 4: +55,8",
        "Có/Không?",
        "C + O (1) a(b)",
        "naïve",
        "El Niño",
        "Mã số thuế",
        "São Paulo",
        "Công ty TNHH Gạch tuynel Pò Lài",
        "Xóm Bó Mé",
        "XÃ AN LẠC",
        "MÃ SỐ",
        "đ/c",
        "01/SCT-CN",
        "Biểu số 07/tnmt-cn",
        "m³/ngày",
    ],
)
def test_correct_text_stays_as_it_is(text: str) -> None:
    decoded = decode(text)
    assert (decoded.text, decoded.encoding, decoded.is_lossy) == (text, "unicode", False)


@pytest.mark.parametrize("font", [".VnTimeH", ".VnArialH"])
def test_a_capitals_font_makes_capitals(font: str) -> None:
    assert decode("GI¸ TRÞ S¶N XUÊT", font).text == "GIÁ TRỊ SẢN XUẤT"
    assert decode("Gi¸ trÞ s¶n xuÊt", font).text == "GIÁ TRỊ SẢN XUẤT"


def test_the_font_decides_where_both_readings_are_possible() -> None:
    assert decode("Sè").text == "Sè"
    assert decode("Sè", ".VnTime").text == "Số"
    assert decode("Cã radio", hint="tcvn3").text == "Có radio"


def test_unicode_words_in_a_legacy_font_stay() -> None:
    assert decode("Tổng số", ".VnTime").text == "Tổng số"


@pytest.mark.parametrize(
    "text", ["Công tác bo vmôi trường tnh Cao Bng", "S?n xu?t công nghi?p", "Cao B\ufffdng", "Quỹ ñất nông nghiệp"]
)
def test_lost_glyphs_are_reported_and_not_guessed(text: str) -> None:
    decoded = decode(text)
    assert decoded.is_lossy
    assert decoded.text == text


@settings(max_examples=300, deadline=None)
@given(sentences)
def test_unicode_vietnamese_is_never_changed(sentence: str) -> None:
    assert decode(sentence).text == sentence
    assert decode(sentence.upper()).text == sentence.upper()


@settings(max_examples=200, deadline=None)
@given(sentences)
def test_tcvn3_comes_back_with_its_font(sentence: str) -> None:
    assert decode(to_tcvn3(sentence), ".VnTime").text.lower() == sentence.lower()


@settings(max_examples=200, deadline=None)
@given(sentences)
def test_tcvn3_comes_back_by_statistics_beside_a_clear_word(sentence: str) -> None:
    assert decode(to_tcvn3("Đơn vị " + sentence)).text.lower() == ("Đơn vị " + sentence).lower()


@settings(max_examples=200, deadline=None)
@given(sentences)
def test_vni_comes_back(sentence: str) -> None:
    assert decode(to_vni(sentence), "VNI-Times").text == sentence
    assert decode(to_vni("nghiệp " + sentence)).text == "nghiệp " + sentence


@settings(max_examples=200, deadline=None)
@given(sentences)
def test_viqr_comes_back(sentence: str) -> None:
    assert decode(to_viqr("tiền vốn đầu " + sentence)).text == "tiền vốn đầu " + sentence


@settings(max_examples=200, deadline=None)
@given(sentences)
def test_windows_1258_read_as_1252_comes_back(sentence: str) -> None:
    assert decode(to_cp1258_read_as_1252("nghiệp " + sentence)).text == "nghiệp " + sentence


@settings(max_examples=200, deadline=None)
@given(sentences)
def test_misread_utf8_comes_back_also_when_it_happened_twice(sentence: str) -> None:
    once = misread_utf8(sentence)
    assert decode(once).text == sentence
    assert decode(misread_utf8(once)).text == sentence


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà An", "HÒA  AN"),
        ("Thuỷ", "Thủy"),
        ("tỉ đồng", "Tỷ đồng"),
        ("Trừơng", "trường"),
        ("Quí III", "Quý III"),
        ("Gỗ xẻ, gỗ bóc", "gỗ xẻ - gỗ bóc"),
        ("m³", "m3"),
        ("Hồng Sỹ", "Hồng Sĩ"),
        ("TP.Cao\u00a0Bằng", "tp cao bằng"),
        ("Ðình Phong", "Đình Phong"),
        ("hòan", "hoàn"),
        ("gía", "giá"),
    ],
)
def test_spellings_of_one_label_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Bảo Lâm", "Bảo Lạc"), ("Quý Quân", "Quy Quân"), ("đá", "da"), ("85%", "85")]
)
def test_different_labels_have_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_the_plain_key_has_no_marks() -> None:
    assert plain("Biểu số 06: Thị trấn Đông Khê") == "bieu so 06 thi tran dong khe"


def test_cleaning_keeps_words_and_drops_what_cannot_be_seen() -> None:
    assert clean(" Tổng\u00a0số\n\u200b(hộ) ") == "Tổng số (hộ)"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_can_be_decoded_and_keys_are_stable(text: str) -> None:
    decoded = decode(text).text
    assert decode(decoded).text == decode(decode(decoded).text).text
    assert fold(fold(decoded)) == fold(decoded)


@pytest.mark.parametrize("piece", ["a", "é ", "\u00ad", "«", "Ã", "¸ ", "a^", "d d", " ", "sè ", "ấ ©"])
def test_the_longest_cell_of_one_piece_is_read_like_any_other(piece: str) -> None:
    text = piece * (32_767 // len(piece))
    assert len(decode(text).text) > 100 or not text.strip()
    assert isinstance(fold(text), str)
    assert find_periods(text) == ()
    assert parse_number("1" + text + "1", None).kind == "not_number"
