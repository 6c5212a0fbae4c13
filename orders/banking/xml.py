"""XML as banks send it, read piece by piece, with nothing in it that could do harm.

Expat is the parser beneath the standard library's others; it alone tells the line of an element.
A document type ends the reading before anything of it is believed, so there are no entities of the
file's own to grow or to fetch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from orders.banking.facts import Problem, UnreadableStatement

DEEPEST = 40
_CHUNK = 64 * 1024
_LAST = True


@dataclass(slots=True)
class Node:
    """An element: its name without a namespace, its text, and what is in it."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, path: str) -> list["Node"]:
        """Find the elements at a path, such as Refs/AcctSvcrRef."""
        found = [self]
        for name in path.split("/"):
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def first(self, *paths: str) -> "Node | None":
        """Find the first element at the first of some paths that leads to one."""
        for path in paths:
            for node in self.all(path):
                return node
        return None

    def said(self, *paths: str) -> str:
        """Give the words of the first element at the paths that has any."""
        for path in paths:
            for node in self.all(path):
                if node.text.strip():
                    return " ".join(node.text.split())
        return ""


class _Builder:
    """Gathers the elements of the wanted names, and lets go of all others once they end."""

    def __init__(self, wanted: frozenset[str], parser: expat.XMLParserType) -> None:
        self.wanted = wanted
        self.parser = parser
        self.path: list[Node] = []
        self.within = 0
        self.ready: list[tuple[tuple[str, ...], Node]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        node = Node(name.rpartition(":")[2], line, attributes)
        if len(self.path) >= DEEPEST:
            raise UnreadableStatement(Problem("too_deep", line, node.name))
        if self.within and self.path:
            self.path[-1].children.append(node)
        self.within += bool(self.within) or node.name in self.wanted
        self.path.append(node)

    def words(self, text: str) -> None:
        if self.within:
            self.path[-1].text += text

    def end(self, name: str) -> None:
        node = self.path.pop()
        if self.within:
            self.within -= 1
            if not self.within:
                self.ready.append((tuple(each.name for each in self.path), node))

    def doctype(self, *facts: object) -> None:
        raise UnreadableStatement(Problem("doctype", self.parser.CurrentLineNumber))


def elements(content: bytes, *wanted: str) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Give the elements of some names, each whole, with the names of those that it stands in.

    :raises UnreadableStatement: where the XML is damaged, or brings a document type.
    """
    parser = expat.ParserCreate()
    builder = _Builder(frozenset(wanted), parser)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.words
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.doctype
    parser.buffer_text = True
    try:
        for begin in range(0, len(content), _CHUNK):
            parser.Parse(content[begin : begin + _CHUNK])
            yield from builder.ready
            builder.ready = []
        parser.Parse(b"", _LAST)
        yield from builder.ready
    except expat.ExpatError as trouble:
        raise UnreadableStatement(Problem("not_xml", trouble.lineno)) from trouble
    except (LookupError, ValueError) as trouble:  # an encoding that nobody knows
        raise UnreadableStatement(Problem("not_xml", 1)) from trouble
