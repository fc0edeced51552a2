"""The property by which a corrected workbook is known as the correction of a submission."""

from __future__ import annotations

from lxml import etree

from xanh.feedback.marks.package import OFFICE, Package, tag

NAME = "xanh-submission-id"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"


def has_submission(package: Package) -> bool:
    """Whether the workbook was marked by us before."""
    found = package.relations("").first("custom-properties")
    return found is not None and NAME.encode() in package.parts.get(found[1], b"")


def set_submission(package: Package, submission_id: int) -> None:
    """Writes the id into the custom properties; those of the department stay."""
    root = _root(package)
    for each in list(root):
        if each.get("name") == NAME:
            root.remove(each)
    number = max([1, *(int(each.get("pid", "1")) for each in root)]) + 1
    attributes = {"fmtid": "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}", "pid": str(number), "name": NAME}
    value = etree.SubElement(etree.SubElement(root, tag("property", _PROPERTIES), attributes), tag("lpwstr", _VALUES))
    value.text = str(submission_id)


def _root(package: Package) -> etree._Element:
    relations = package.relations("")
    found = relations.first("custom-properties")
    if found is not None and found[1] in package.parts:
        return package.tree(found[1])
    name = (
        package.free_name("docProps/custom{}.xml") if "docProps/custom.xml" in package.parts else "docProps/custom.xml"
    )
    root = etree.Element(tag("Properties", _PROPERTIES), nsmap={None: _PROPERTIES, "vt": _VALUES})
    package.add(name, root, _TYPE)
    relations.add("custom-properties", name, base=OFFICE)
    return root
