"""Small XML tools of the readers: expat with the tricks refused, parts that fit in memory, relations between parts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from xanh.limits import Limits
from xanh.parsing.formats.grid import too_many
from xanh.parsing.unreadable import Unreadable

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Characters = Callable[[str], None]
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class Node:
    """An element of a small part: local name, attributes by local name, children, its own text."""

    name: str
    attributes: Attributes
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list[Node]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def value(self, name: str, attribute: str = "val") -> str | None:
        """An attribute of the first child of that name."""
        child = self.first(name)
        return child.attributes.get(attribute) if child else None

    def whole_text(self) -> str:
        """The text of the element and of all below it, in order of the children."""
        return self.text + "".join(child.whole_text() for child in self.children)


def local(name: str) -> str:
    """A name without its namespace prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def tree(content: bytes, limits: Limits, unread: re.Pattern[bytes] | None = None) -> Node:
    """The part as nodes, but what `unread` finds. For small parts (styles, relations, workbook); sheets are streamed with `stream`."""
    root = Node("", {})
    open_nodes = [root]

    def start(name: str, attributes: Attributes) -> None:
        node = Node(local(name), {local(key): value for key, value in attributes.items()})
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(_: str) -> None:
        open_nodes.pop()

    def characters(text: str) -> None:
        open_nodes[-1].text += text

    stream(content, limits, start, end, characters, unread)
    return root.children[0]


def check_tags(count: int, limits: Limits) -> None:
    """Refuses a part with so many tags that reading them would take longer than anybody's workbook does."""
    if count > limits.tag_count:
        raise too_many("thẻ đánh dấu", count, limits.tag_count)


def run_expat(
    content: bytes,
    limits: Limits,
    start: Start | None,
    end: End | None,
    characters: Characters | None,
    unread: re.Pattern[bytes] | None = None,
) -> None:
    """Runs expat over `content`; the handlers count depth themselves, and are not called for what `unread` finds. Raises
    Unreadable for bad XML, a document type, and more tags than the limit."""
    check_tags(content.count(b"<"), limits)
    read = without(content, unread) if unread else content
    try:
        parser_of(start, end, characters).Parse(read, True)
    except (expat.ExpatError, LookupError) as error:
        if read is not content:
            run_expat(content, limits, None, None, None)  # says where, counted in the whole
        raise Unreadable("U01", {"detail": f"XML: {error}"}) from error


def parser_of(start: Start | None, end: End | None, characters: Characters | None) -> expat.XMLParserType:
    """An expat parser with the handlers, that refuses document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    return parser


def without(content: bytes, unread: re.Pattern[bytes]) -> bytes:
    """The part without the elements that `unread`, one group, finds: they say nothing, and only have to be well formed.

    The part as it is where they are not, and where a `<` may stand in a text.
    """
    if not is_plain(content):
        return content
    pieces = unread.split(content)
    try:
        parser_of(None, None, None).Parse(b"<unread>%b</unread>" % b"".join(pieces[1::2]), True)
    except expat.ExpatError:
        return content
    return b"".join(pieces[::2])


def is_plain(content: bytes) -> bool:
    """Whether every `<` begins a tag, as there are no comments and the like, and the text is UTF-8."""
    head = content[: content.find(b">")].lower()
    is_utf8 = b"encoding" not in head or b"utf-8" in head
    return is_utf8 and b"<!--" not in content and b"<![" not in content and content.find(b"<?", 4) < 0


def stream(
    content: bytes,
    limits: Limits,
    start: Start,
    end: End,
    characters: Characters | None,
    unread: re.Pattern[bytes] | None = None,
) -> None:
    """As `run_expat`, and refuses nesting beyond the limit."""
    depth = 0

    def starting(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.xml_depth:
            raise too_many("tầng lồng nhau", depth, limits.xml_depth)
        start(name, attributes)

    def ending(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    run_expat(content, limits, starting, ending, characters, unread)


def _refuse(*_: object) -> None:
    raise Unreadable("U11", {"detail": "DOCTYPE"})


def part(members: Mapping[str, bytes], name: str) -> bytes:
    """A part by name, whatever the case of its letters. Raises Unreadable when it is missing."""
    found = optional_part(members, name)
    if found is None:
        raise Unreadable("U01", {"detail": f"thiếu {name}"})
    return found


def optional_part(members: Mapping[str, bytes], name: str) -> bytes | None:
    """A part by name, whatever the case of its letters, or None."""
    if name in members:
        return members[name]
    return next((content for key, content in members.items() if key.lower() == name.lower()), None)


def relations(members: Mapping[str, bytes], source: str, limits: Limits) -> dict[str, tuple[str, str]]:
    """Id to (last word of the type, part name) of what `source` refers to inside the package."""
    folder, _, file = source.rpartition("/")
    content = optional_part(members, f"{folder}/_rels/{file}.rels".lstrip("/"))
    if content is None:
        return {}
    found = {}
    for node in tree(content, limits).all("Relationship"):
        if node.attributes.get("TargetMode") == "External":
            continue
        target = node.attributes.get("Target", "").replace("\\", "/")
        name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[node.attributes.get("Id", "")] = (node.attributes.get("Type", "").rpartition("/")[2], name)
    return found


def unescape(text: str) -> str:
    """Office writes characters that XML cannot hold as _xHHHH_."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
