"""The fixed words of the feedback sheet: by them it is known, and read again, when a clerk sends it back."""

from __future__ import annotations

SHEET = "Phản hồi"
TITLE = "PHẢN HỒI HỒ SƠ SỐ"
"""Cell A1 is this and the submission id: the sign by which the sheet is known when a program lost the property."""
HEADINGS = (
    "TT", "Mức độ", "Trang tính", "Ô", "Giá trị đã ghi", "Nội dung và cách xử lý", "Số ô", "Quy tắc",
    "Xác nhận (nếu số liệu đúng)", "Người xác nhận, ghi chú", "English",
)  # fmt: skip
