"""openpyxl makes the package, styles, tables and small sheets; the rows of the big ones are poured into its XML as they come.

The same content gives the same bytes: every part carries one fixed time, and so do the workbook's properties.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_STYLE, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, tostring

from declarations.registers.shared_strings import OVERRIDE, PART, RELATIONS, SharedStrings, told_of

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first one a zip file knows
_PROPERTIES_TIME = datetime(1980, 1, 1)  # noqa: DTZ001 - openpyxl writes it as UTC and wants no zone
_END_OF_ROWS = b"</sheetData>"
_LEVEL = 1  # a third larger than the best, three times as fast
_HUGE = 400_000  # rows beyond which a sheet's XML may pass 2 GiB


def _fonts_in_order(styles: bytes) -> bytes:
    """The styles with what each font says in the schema's order, which openpyxl does not keep and strict readers mind."""
    tree: Any = fromstring(styles)
    for font in tree.iter(f"{{{SHEET_MAIN_NS}}}font"):
        font[:] = sorted(font, key=lambda child: _OF_A_FONT.index(child.tag.rpartition("}")[2]))
    written: Any = tostring(tree)
    return written if isinstance(written, bytes) else str(written).encode()


_OF_A_FONT = "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()
_PUT_RIGHT: Mapping[str, Callable[[bytes], bytes]] = {RELATIONS: told_of, ARC_STYLE: _fonts_in_order}


class _FixedTimes(ZipFile):
    """A zip file whose parts all carry the same time. openpyxl writes through it; two of its parts are put right on the way."""

    def part(self, name: str, huge: bool = False) -> IO[bytes]:
        info = ZipInfo(name, _ZIP_TIME)
        info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
        info._compresslevel = _LEVEL  # type: ignore[attr-defined]
        return self.open(info, "w", force_zip64=huge)

    def writestr(self, name: Any, data: Any, *_compression: Any) -> None:
        content = data.encode() if isinstance(data, str) else data
        put_right = _PUT_RIGHT.get(name)
        with self.part(name) as part:
            part.write(put_right(content) if put_right else content)


class _Writer(ExcelWriter):
    """Writes a sheet as openpyxl would, and pours rows in after those it holds already."""

    _archive: _FixedTimes

    def __init__(self, workbook: Workbook, archive: _FixedTimes, pours: Mapping[str, "Pour"], strings: SharedStrings) -> None:
        super().__init__(workbook, archive)
        self._pours, self._strings = pours, strings
        self.manifest.Override.append(OVERRIDE)

    def write_data(self) -> None:
        super().write_data()
        with self._archive.part(PART) as part:
            for chunk in self._strings.part():
                part.write(chunk)

    def write_worksheet(self, sheet: Any) -> None:
        sheet._drawing = SpreadsheetDrawing()
        sheet._drawing.charts, sheet._drawing.images = sheet._charts, sheet._images
        writer: Any = WorksheetWriter(sheet, out=BytesIO())  # in memory: nothing personal in a shared temporary folder
        writer.write()
        sheet._rels = writer._rels
        head, found, tail = self._strings.share(writer.read()).partition(_END_OF_ROWS)
        pour = self._pours.get(sheet.title)
        if pour is not None:
            head = _with_dimension(head, sheet, pour.rows)
        with self._archive.part(sheet.path[1:], huge=pour is not None and pour.rows > _HUGE) as part:
            part.write(head)
            for chunk in pour.chunks if pour else ():
                part.write(chunk)
            part.write(found + tail)
        self.manifest.append(sheet)


class Pour:
    """The rows of one sheet, as XML to come: `rows` is how many, `chunks` their bytes, made while they are written."""

    def __init__(self, rows: int, chunks: Iterable[bytes]) -> None:
        self.rows, self.chunks = rows, chunks


def _with_dimension(head: bytes, sheet: Worksheet, rows: int) -> bytes:
    """openpyxl saw only the header row; the sheet reaches further."""
    seen = sheet.calculate_dimension()
    reaches = f"{seen.rsplit(str(sheet.max_row), 1)[0]}{sheet.max_row + rows}"
    return head.replace(f'<dimension ref="{seen}"'.encode(), f'<dimension ref="{reaches}"'.encode(), 1)


def write_package(workbook: Workbook, pours: Mapping[str, Pour], out: IO[bytes], strings: SharedStrings) -> None:
    """Write the workbook to `out`; `pours` gives the rows of the sheets that stream, by title, `strings` the texts they share."""
    workbook.properties.created = workbook.properties.modified = _PROPERTIES_TIME
    with _FixedTimes(out, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        _Writer(workbook, archive, pours, strings).write_data()
