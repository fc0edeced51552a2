"""What random input is fed to: a target takes bytes and may end only in a reading or in its own typed refusal.

Hypothesis feeds them in every run of the tests (test_fuzz.py); `python tests/hostile/fuzz_coverage.py` lets atheris search
by coverage. What either found once stands in FOUND and is tried again by each run.
"""

from __future__ import annotations

import contextlib
import functools
import tempfile
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from xanh.catalog import Catalog, load_catalog
from xanh.catalog.forms import Form
from xanh.catalog.rules import Rule
from xanh.catalog.strict import CatalogError, read_csv, read_yaml
from xanh.language import numbers, periods
from xanh.language.harmless import harmless, mask_personal
from xanh.language.text import bare_label, clean, decode, fold, plain
from xanh.limits import Limits
from xanh.parsing import answers, readers
from xanh.parsing.formats import delimited
from xanh.parsing.unreadable import Unreadable
from xanh.reading.harmonise import read
from xanh.settings import ROOT

LIMITS = Limits()
SENDERS = ("so-cong-thuong", "dien-luc", "so-nong-nghiep-moi-truong", "ubnd/xa-hoa-an", "cuc-thong-ke")


@functools.cache
def catalog() -> Catalog:
    """The catalogue of the project."""
    return load_catalog(ROOT / "include" / "catalog")


@functools.cache
def _file() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-")) / "file"


def _written(data: bytes) -> Path:
    _file().write_bytes(data)
    return _file()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def text(data: bytes) -> None:
    """Decoding of Vietnamese from any time, comparison keys, and what people are shown."""
    given = _text(data)
    decoded = decode(given).text
    for made in (clean(decoded), bare_label(decoded), plain(decoded)):
        assert isinstance(made, str)
    assert fold(fold(decoded)) == fold(decoded)
    assert not {unicodedata.category(letter) for letter in harmless(given) if letter not in "\n\t"} & {"Cc", "Cf", "Cs"}
    assert mask_personal(mask_personal(given)) == mask_personal(given)


def figures(data: bytes) -> None:
    """Numbers typed as text: a finite value or none, whatever the column decided."""
    lines = _text(data).splitlines()[:20]
    decided = numbers.decide_locale(lines)
    for locale in (decided if isinstance(decided, numbers.Locale) else None, numbers.Locale(","), numbers.Locale(".")):
        for line in lines:
            value = numbers.parse_number(line, locale).value
            assert value is None or (isinstance(value, Decimal) and value.is_finite())
            numbers.split_unit(line)


def time(data: bytes) -> None:
    """Periods in titles and file names, and what is computed of them."""
    given = _text(data)
    periods.find_mentions(given)
    periods.file_name_mentions(given)
    for found in periods.find_periods(given):
        assert found.start <= found.end
        for other in (periods.previous(found), periods.same_period_last_year(found), periods.year_to_date(found)):
            assert other.start <= other.end
        assert periods.day_after(found) > found.end


def table(data: bytes) -> None:
    """A text file, from its bytes to what a form says."""
    path = _written(data[1:])
    with contextlib.suppress(Unreadable):
        book = answers.workbook(answers.frames(readers.read_file(path, LIMITS)))
        sender = SENDERS[(data[0] if data else 0) % len(SENDERS)]
        read(book, catalog(), sender, "tệp.csv", date(2026, 3, 1))


def separated(data: bytes) -> None:
    """The reader of text files alone."""
    with contextlib.suppress(Unreadable):
        delimited.read(data, LIMITS)


def yaml(data: bytes) -> None:
    """The loader of catalogue files."""
    with contextlib.suppress(CatalogError):
        read_yaml(_written(data), Form)
    with contextlib.suppress(CatalogError):
        read_csv(_written(data), Rule)


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (text, figures, time, table, separated, yaml)
}
_CSV = "Biểu số 01/SCT-CN\nTÌNH HÌNH SẢN XUẤT SẢN PHẨM CÔNG NGHIỆP CHỦ YẾU THÁNG 3 NĂM 2025\nSTT;Sản phẩm;Đơn vị tính;"
SEEDS: dict[str, tuple[bytes, ...]] = {
    "text": ("Sở Công Thương".encode(), "Së C«ng Th­¬ng".encode(), b"So+? Co^ng Thu+o+ng", b"0912 345 678 a@b.vn"),
    "figures": (b"1.234,5\n12.345\n-7,5 %", "khoảng 30\n(12)\n1e5\n½".encode(), "１２３ 000\n12,5 (*)".encode()),
    "time": (
        "THÁNG 6 VÀ 6 THÁNG ĐẦU NĂM 2024".encode(),
        "Quý IV.2025; 9 tháng; từ 01/01/2025 đến 31/03/2025; T12-9999".encode(),
        "năm 0000 tháng 12 năm 9999 quý I/0001".encode(),
    ),
    "table": (
        b"\0" + (_CSV + "Ước tháng 3/2025\n1;Phôi thép;Tấn;12.345\n").encode(),
        b"\1ma_cua_hang,ten,thang,tui_nilon_cai\nST01,a,06/2025,10198\n",
    ),
    "separated": (b"a;b\n1,5;2\n", b'"a","b"\r\n"1","2"', "\ufeffx\ty\n".encode("utf-16")),
    "yaml": (b"code: F01\nname_vi: x\nlayouts: [{code: '1', tables: []}]", b"rule,severity\nA,critical\n", b"&a [*a]"),
}
FOUND: dict[str, tuple[bytes, ...]] = dict.fromkeys(TARGETS, ())
"""Input that once ended otherwise."""
