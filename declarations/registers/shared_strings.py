"""Texts that come again and again stand once in the workbook, in the table of shared strings that openpyxl reads but never writes."""

import re
from collections.abc import Iterator

from openpyxl.packaging.manifest import Override

PART = "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OVERRIDE = Override(
    PartName=f"/{PART}", ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
)
_RELATION = (
    b'<Relationship Id="sharedStrings" Target="/xl/sharedStrings.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
)
_INLINE = re.compile(rb' t="inlineStr"><is>(<t(?: [^>]*)?>[^<]*</t>)</is></c>')


class SharedStrings:
    """Numbers texts as they come; a text is its `<t>` element."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, element: str) -> int:
        """Where the text stands, entered if it is new."""
        return self._places.setdefault(element, len(self._places))

    def share(self, xml: bytes) -> bytes:
        """A sheet as openpyxl wrote it, its texts in the table instead of in their cells."""

        def shared(found: re.Match[bytes]) -> bytes:
            return b' t="s"><v>%d</v></c>' % self.place(found[1].decode())

        return _INLINE.sub(shared, xml)

    def part(self) -> Iterator[bytes]:
        """The table's own XML."""
        yield (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="%d">' % len(self._places)
        )
        for element in self._places:
            yield f"<si>{element}</si>".encode()
        yield b"</sst>"


def told_of(relations: bytes) -> bytes:
    """The workbook's list of its parts, with the table."""
    return relations.replace(b"</Relationships>", _RELATION + b"</Relationships>")
