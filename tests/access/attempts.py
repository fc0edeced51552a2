"""What a sender may try in order to speak for another: each attempt puts files into drop folders and says what must come of them."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

TRADE, NATURE, POWER, ZONES = "so-cong-thuong", "so-nong-nghiep-moi-truong", "dien-luc", "ban-quan-ly-khu-kinh-te"
MARKET, HOME, COMMUNE, NEIGHBOUR = "quan-ly-thi-truong", "so-noi-vu", "ubnd/xa-bao-lam", "ubnd/xa-ha-quang"

PRODUCTS = f"{TRADE}/Biểu số 01 tháng 3 năm 2025.xlsx"
STORES = f"{TRADE}/Biểu 04 siêu thị, chợ Q2.2025.xlsx"
VILLAGES = f"{TRADE}/Biểu 09 CCN, làng nghề 6T đầu năm 2025.xlsx"
SALES = f"{TRADE}/xuat_pos_T1.2025.csv"
REFUSE = f"{NATURE}/Biểu 06 chất thải rắn quý I năm 2025.xlsx"
SLAG = f"{NATURE}/Biểu 07 chất thải CN 6 tháng đầu năm 2025.xlsx"
ZONE_REPORT = f"{ZONES}/Biểu 09 6 tháng đầu năm 2025.xlsx"
INSPECTED = f"{MARKET}/Kết quả kiểm tra bao bì Q2.2025.xlsx"
OUTREACH = f"{COMMUNE}/Biểu 08 Xã Bảo Lâm 6 tháng cuối năm 2025.xlsx"
NEXT_OUTREACH = f"{NEIGHBOUR}/Biểu 08 Xã Hà Quảng 6 tháng cuối năm 2025.xlsx"
OLD_OUTREACH = "ubnd/huyen-hoa-an/Biểu 08 Huyện Hòa An 6 tháng đầu năm 2025.xlsx"
HONEST = (REFUSE, SLAG, ZONE_REPORT, INSPECTED, OUTREACH, STORES)


@dataclass(frozen=True)
class Attempt:
    """One attempt: how it is made, the folder it is made in, and the verdict; None: no submission comes of it."""

    name: str
    make: Callable[[Any, Attempt], None]
    folder: str
    verdict: str | None = "not_permitted"
    suffix: str = ".xlsx"

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.name}{self.suffix}"

    @property
    def place(self) -> str:
        """Its file below the drop folder."""
        return f"{self.folder}/{self.file_name}"


def copied(sample: str) -> Callable[[Any, Attempt], None]:
    """The report of another, byte for byte."""
    return lambda province, attempt: province.put(sample, attempt.place) and None


def edited(sample: str, change: Callable[[Any], None]) -> Callable[[Any, Attempt], None]:
    """A report with something changed in its workbook."""

    def make(province: Any, attempt: Attempt) -> None:
        book = openpyxl.load_workbook(province.samples / sample)
        change(book)
        path = province.settings.drop / attempt.place
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)

    return make


def reworded(words: Mapping[str, str]) -> Callable[[Any], None]:
    """Other words in the cells of the first sheet."""

    def change(book: Any) -> None:
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                for old, new in words.items():
                    if isinstance(cell.value, str):
                        cell.value = cell.value.replace(old, new)

    return change


def _with_sheet(sample: str) -> Callable[[Any, Attempt], None]:
    """An allowed report of the sender with a second sheet of another's, each under its own form number."""

    def make(province: Any, attempt: Attempt) -> None:
        other = openpyxl.load_workbook(province.samples / sample).worksheets[0]

        def change(book: Any) -> None:
            sheet = book.create_sheet(other.title + " 2")
            for row in other.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        sheet.cell(cell.row, cell.column, cell.value)

        own = PRODUCTS if attempt.folder == TRADE else OUTREACH
        edited(own, change)(province, attempt)

    return make


def _hidden_number(book: Any) -> None:
    """The number of a form that the sender may send, in a hidden row and column, above the visible one."""
    sheet = book.worksheets[0]
    sheet["Z1"] = "Biểu số 01/SCT-CN"
    sheet.column_dimensions["Z"].hidden = True
    other = book.create_sheet("an")
    other.sheet_state = "hidden"
    other["A1"] = "Biểu số 01/SCT-CN"


def _false_number(book: Any) -> None:
    """The visible number of an allowed form over the table of another's."""
    reworded({"06/TNMT-CTR": "01/SCT-CN"})(book)


def _linked_file(province: Any, attempt: Attempt) -> None:
    """A link in the own folder to the waiting report of another."""
    target = province.put(REFUSE, f"{NATURE}/{attempt.file_name}.part")
    _parent(province, attempt).symlink_to(target)


def _linked_folder(province: Any, attempt: Attempt) -> None:
    """A link in the own folder to the folder of another with a waiting report."""
    place = _parent(province, attempt).with_suffix("")
    place.symlink_to(province.settings.drop / NATURE, target_is_directory=True)


def _hard_link(province: Any, attempt: Attempt) -> None:
    target = province.put(REFUSE, f"{NATURE}/{attempt.file_name}.part")
    os.link(target, _parent(province, attempt))


def _parent(province: Any, attempt: Attempt) -> Path:
    path: Path = province.settings.drop / attempt.place
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _stamped(book: Any, number: object) -> None:
    """The property by which our marked workbooks are known."""
    from openpyxl.packaging.custom import StringProperty

    book.custom_doc_props.append(StringProperty(name="xanh-submission-id", value=str(number)))


def _feedback_sheet(book: Any, number: object, rule: str = "G12", sheet: str = "Bieu 06", cell: str = "E12") -> None:
    front = book.create_sheet("Phản hồi", 0)
    front["A1"] = f"PHẢN HỒI HỒ SƠ SỐ {number}"
    headings = ("TT", "Mức độ", "Trang tính", "Ô", "Giá trị đã ghi", "Nội dung và cách xử lý", "Số ô", "Quy tắc")
    front.append((*headings, "Xác nhận (nếu số liệu đúng)", "Người xác nhận, ghi chú", "English"))
    front.append((1, "Cảnh báo", sheet, cell, "1", "x", "1", rule, "Số liệu đúng theo thực tế", "Kẻ mạo danh", "x"))


def _forged(with_property: bool, number: object = None) -> Callable[[Any, Attempt], None]:
    """An own report with a feedback sheet that names the submission of another, or nonsense."""

    def make(province: Any, attempt: Attempt) -> None:
        said = province.id_of(Path(REFUSE).name, NATURE) if number is None else number

        def change(book: Any) -> None:
            book.worksheets[0]["Z40"] = attempt.name
            _feedback_sheet(book, said)
            if with_property:
                _stamped(book, said)

        edited(PRODUCTS, change)(province, attempt)

    return make


def _marked_copy(province: Any, attempt: Attempt) -> None:
    """The marked workbook of another, with a value changed, in the own folder."""
    (path,) = (province.settings.drop / NATURE / "_phan-hoi").glob("Biểu 06*.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[-1]["E14"] = 9999
    book.save(_parent(province, attempt))


def _external_link(province: Any, attempt: Attempt) -> None:
    """A cell that takes its value from the workbook of another by an external link; the cached result is missing."""

    def change(book: Any) -> None:
        sheet = book.worksheets[0]
        place = next(c for row in sheet.iter_rows(min_row=12) for c in row if isinstance(c.value, float))
        place.value = f"='file://{province.settings.drop / NATURE}/[{Path(REFUSE).name}]Bieu 06'!E14"

    edited(PRODUCTS, change)(province, attempt)


def _zipped(province: Any, attempt: Attempt) -> None:
    """A zip whose only member is named as if it lay in the folder of another."""
    with zipfile.ZipFile(_parent(province, attempt), "w") as archive:
        archive.write(province.samples / REFUSE, f"../{NATURE}/{Path(REFUSE).name}")


ATTEMPTS = (
    Attempt("form of another department", copied(REFUSE), TRADE),
    Attempt("form of another department, CSV", copied(SALES), POWER, suffix=".csv"),
    Attempt("any form from a department that reports none", copied(PRODUCTS), HOME),
    Attempt(
        "the words of the heading name another sender", edited(PRODUCTS, reworded({"CÔNG THƯƠNG": "ĐIỆN LỰC"})), POWER
    ),
    Attempt("measures of another part of a shared form", copied(STORES), MARKET),
    Attempt("zones in the report of villages", edited(ZONE_REPORT, lambda book: None), TRADE),
    Attempt("villages in the report of zones", copied(VILLAGES), ZONES),
    Attempt("area of another commune", copied(OUTREACH), NEIGHBOUR),
    Attempt("area of another commune on a second sheet", _with_sheet(NEXT_OUTREACH), COMMUNE, "unknown_form"),
    Attempt("form of another on a second sheet", _with_sheet(REFUSE), TRADE),
    Attempt("a period after the right ended", edited(INSPECTED, reworded({"QUÝ II ": "QUÝ III "})), MARKET),
    Attempt("a period before the commune was there", edited(OUTREACH, reworded({"CUỐI": "ĐẦU"})), COMMUNE, "rejected"),
    Attempt(
        "a period after the district was dissolved",
        edited(OLD_OUTREACH, reworded({"6 THÁNG ĐẦU": "6 THÁNG CUỐI"})),
        "ubnd/huyen-hoa-an",
        "rejected",
    ),
    Attempt("a folder that no department has", copied(PRODUCTS), "so-khong-co", None),
    Attempt("a committee that is not there", copied(OUTREACH), "ubnd/xa-khong-co", None),
    Attempt("the folder of another in capitals", copied(REFUSE), "SO-NONG-NGHIEP-MOI-TRUONG", None),
    Attempt("the folder of another with a Cyrillic letter", copied(REFUSE), NATURE.replace("o", "о"), None),
    Attempt("the root of the drop folder", copied(PRODUCTS), ".", None),
    Attempt("the name of another as a folder in the own", edited(REFUSE, lambda book: None), f"{TRADE}/{NATURE}"),
    Attempt("a path as a file name", edited(SLAG, lambda book: None), f"{TRADE}/x\\..\\..\\{NATURE}"),
    Attempt("in the feedback folder", copied(PRODUCTS), f"{TRADE}/_phan-hoi", None),
    Attempt("in the folder of notes", copied(PRODUCTS), f"{TRADE}/_da-nhan", None),
    Attempt("a link to the file of another", _linked_file, TRADE, None),
    Attempt("a link to the folder of another", _linked_folder, TRADE, None),
    Attempt("a hard link to the file of another", _hard_link, TRADE, None),
    Attempt("a hidden form number", edited(REFUSE, _hidden_number), TRADE),
    Attempt("a false form number", edited(REFUSE, _false_number), TRADE),
    Attempt("a zip with a path into another folder", _zipped, TRADE, "unreadable", ".zip"),
    Attempt("a forged confirmation with the property", _forged(True), TRADE, "accepted_with_warnings"),
    Attempt("a forged confirmation without the property", _forged(False), TRADE, "accepted_with_warnings"),
    Attempt("a submission id that is no number", _forged(True, "²"), TRADE, "accepted_with_warnings"),
    Attempt("a submission id beyond all numbers", _forged(True, "9" * 40), TRADE, "accepted_with_warnings"),
    Attempt("the marked workbook of another", _marked_copy, TRADE),
    Attempt("a value by a link to the file of another", _external_link, TRADE, "rejected"),
)
