"""The marked workbook: the department's own file, its wrong cells coloured and explained, the tasks in front."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from xanh.feedback.marks.cells import Cells
from xanh.feedback.marks.comments import Comments
from xanh.feedback.marks.front import Front, add_front, shift_positions
from xanh.feedback.marks.package import NotPatchable, Package, TooLarge, tag
from xanh.feedback.marks.properties import has_submission, set_submission
from xanh.feedback.marks.styles import Styles
from xanh.feedback.marks.words import TITLE
from xanh.feedback.tasks import Task, marked_cells
from xanh.language.harmless import harmless
from xanh.model import Severity

MOST_COMMENTS = 500
"""Comments a sheet; further cells are coloured only (LibreOffice slows down with thousands)."""
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ADVICE = "\n(Quy tắc {rule})"
_OFFICE_DOCUMENT = "officeDocument"
_UNWANTED = ("vbaProject", "xlMacrosheet", "xlIntlMacrosheet")
"""Relations of macros: the copy that goes back is a plain .xlsx."""


def mark(content: bytes, front: Front, tasks: Sequence[Task]) -> bytes:
    """The .xlsx or .xlsm `content` as .xlsx, marked. Raises NotPatchable when the package is not what it should be."""
    try:
        return _patched(Package(content), front, tasks)
    except (NotPatchable, TooLarge):
        raise
    except (ValueError, LookupError) as error:  # a number that is none, a part or style that is not there
        raise NotPatchable(str(error)) from error


def _patched(package: Package, front: Front, tasks: Sequence[Task]) -> bytes:
    found = package.relations("").first(_OFFICE_DOCUMENT)
    if found is None:
        raise NotPatchable("the package has no workbook")
    workbook = found[1]
    _remove_macros_and_signatures(package, workbook)
    styles = Styles(package, workbook)
    _remove_old_front(package, workbook)
    messages = _messages(tasks)
    is_marked = has_submission(package)
    for name, part in _worksheets(package, workbook):
        if is_marked or name in messages or b"tabSelected" in package.parts[part]:
            _mark_sheet(package, part, styles, messages.get(name, {}))
    add_front(package, workbook, styles, front, tasks)
    set_submission(package, front.submission_id)
    return package.save()


def _messages(tasks: Sequence[Task]) -> dict[str, dict[str, tuple[Severity, list[str]]]]:
    """What to say at each cell of each sheet, with the gravest severity."""
    found: dict[str, dict[str, tuple[Severity, list[str]]]] = {}
    for task in tasks:
        for issue in task.issues if not task.is_ours else ():
            for cell in marked_cells(issue):
                severity, said = found.setdefault(issue.sheet or "", {}).setdefault(cell, (issue.severity, []))
                if issue.severity == "critical" and severity != "critical":
                    found[issue.sheet or ""][cell] = ("critical", said)
                said.append(harmless(issue.message_vi) + _ADVICE.format(rule=issue.rule))
    return found


def _worksheets(package: Package, workbook: str) -> list[tuple[str, str]]:
    """Name and part of each worksheet; chart sheets have no cells."""
    relations = package.relations(workbook)
    kinds, parts = {target: kind for _, kind, target in relations}, relations.targets()
    rid = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    listed = []
    for sheet in package.tree(workbook).iterfind(f"{tag('sheets')}/{tag('sheet')}"):
        part = parts.get(sheet.get(rid, ""), "")
        if part in package.parts and kinds.get(part) == "worksheet":
            listed.append((sheet.get("name", ""), part))
    if not listed:
        raise NotPatchable("the workbook has no worksheet")
    return listed


def _mark_sheet(package: Package, part: str, styles: Styles, messages: dict[str, tuple[Severity, list[str]]]) -> None:
    cells = Cells(package, part, styles)
    cells.deselect()
    cells.unmark()
    comments = Comments(package, part, cells)
    comments.clear()
    for address, (severity, _) in messages.items():
        cells.mark(address, severity)
    for address, (_, said) in islice(messages.items(), MOST_COMMENTS):
        comments.add(address, "\n\n".join(dict.fromkeys(said)))
    comments.finish()


def _remove_old_front(package: Package, workbook: str) -> None:
    """Our sheet of an earlier round, when the clerk sends a marked workbook back."""
    relations = package.relations(workbook)
    root = package.tree(workbook)
    sheets, parts = root.find(tag("sheets")), relations.targets()
    rid = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    for position, sheet in enumerate(list(sheets) if sheets is not None else ()):
        part = parts.get(sheet.get(rid, ""), "")
        if (
            part not in package.parts
            or not sheet.get("name", "").startswith("Phản hồi")
            or not _is_front(package, part)
        ):
            continue
        sheet.getparent().remove(sheet)
        relations.remove(sheet.get(rid, ""))
        package.remove(part)
        _drop_names_of(root, position)
        shift_positions(root, by=-1 if position == 0 else 0)


def _drop_names_of(root: object, position: int) -> None:
    names = root.find(tag("definedNames"))  # type: ignore[attr-defined]
    for name in list(names) if names is not None else ():
        if name.get("localSheetId") == str(position):
            names.remove(name)
    if names is not None and not len(names):
        names.getparent().remove(names)


def _is_front(package: Package, part: str) -> bool:
    """Whether cell A1 says that the sheet is ours, inline or in the shared strings."""
    first = next(package.tree(part).iter(tag("c")), None)
    if first is None or first.get("r") != "A1":
        return False
    text = "".join(first.itertext())
    if first.get("t") == "s":
        strings = package.tree("xl/sharedStrings.xml").findall(tag("si"))
        text = "".join(strings[int(text)].itertext()) if text.isdigit() and int(text) < len(strings) else ""
    return text.startswith(TITLE)


def _remove_macros_and_signatures(package: Package, workbook: str) -> None:
    package.set_type(workbook, _SPREADSHEET)
    relations = package.relations(workbook)
    for rid, kind, target in list(relations):
        if kind in _UNWANTED:
            relations.remove(rid)
            package.remove(target)
    root = package.relations("")
    for rid, kind, target in list(root):
        if kind == "origin" and "_xmlsignatures" in target:
            root.remove(rid)
    for name in [name for name in package.parts if name.startswith("_xmlsignatures/")]:
        package.remove(name)
