"""openpyxl makes the package, styles, tables, charts and small sheets; the rows of the big ones, deflated already, go between its XML.

The same content gives the same bytes: every part carries one fixed time, and so do the workbook's properties.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_STYLE, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, tostring

from declarations.registers.pieces import Packed, Packer, combined, copy
from declarations.registers.shared_strings import OVERRIDE, PART, RELATIONS, SharedStrings, told_of

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first one a zip file knows
_PROPERTIES_TIME = datetime(1980, 1, 1)  # noqa: DTZ001 - openpyxl writes it as UTC and wants no zone
_END_OF_ROWS = b"</sheetData>"
_LEVEL = 1  # a third larger than the best, three times as fast


def _fonts_in_order(styles: bytes) -> bytes:
    """The styles with what each font says in the schema's order, which openpyxl does not keep and strict readers mind."""
    tree: Any = fromstring(styles)
    for font in tree.iter(f"{{{SHEET_MAIN_NS}}}font"):
        font[:] = sorted(font, key=lambda child: _OF_A_FONT.index(child.tag.rpartition("}")[2]))
    written: Any = tostring(tree)
    return written if isinstance(written, bytes) else str(written).encode()


_OF_A_FONT = "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()
_PUT_RIGHT: Mapping[str, Callable[[bytes], bytes]] = {RELATIONS: told_of, ARC_STYLE: _fonts_in_order}


def _told_of(name: str) -> ZipInfo:
    info = ZipInfo(name, _ZIP_TIME)
    info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
    return info


class _FixedTimes(ZipFile):
    """A zip file whose parts all carry the same time. openpyxl writes through it; two of its parts are put right on the way."""

    def part(self, name: str) -> IO[bytes]:
        info = _told_of(name)
        info._compresslevel = _LEVEL  # type: ignore[attr-defined]
        return self.open(info, "w")

    def packed_part(self, name: str, packed: Sequence[Packed]) -> None:
        """A part that is deflated already, out of its pieces."""
        zip_file: Any = self  # what zipfile does itself when it closes a part
        info = _told_of(name)
        info.file_size, info.compress_size, info.CRC = combined(packed)
        info.header_offset = zip_file.fp.tell()
        zip_file.fp.write(info.FileHeader())
        for one in packed:
            copy(one, zip_file.fp)
        zip_file.start_dir = zip_file.fp.tell()
        zip_file.filelist.append(info)
        zip_file.NameToInfo[name] = info
        zip_file._didModify = True

    def writestr(self, name: Any, data: Any, *_compression: Any) -> None:
        content = data.encode() if isinstance(data, str) else data
        put_right = _PUT_RIGHT.get(name)
        with self.part(name) as part:
            part.write(put_right(content) if put_right else content)


class _Writer(ExcelWriter):
    """Writes a sheet as openpyxl would, and pours rows in after those it holds already."""

    _archive: _FixedTimes

    def __init__(self, workbook: Workbook, archive: _FixedTimes, pours: Mapping[str, "Pour"], folder: Path) -> None:
        super().__init__(workbook, archive)
        self._pours, self._strings, self._folder, self._around = pours, SharedStrings(), folder, 0
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
        if pour is None:
            with self._archive.part(sheet.path[1:]) as part:
                part.write(head + found + tail)
        else:
            around = [self._packed(_with_dimension(head, sheet, pour.rows)), self._packed(found + tail, last=True)]
            self._archive.packed_part(sheet.path[1:], [around[0], *pour.pieces, around[1]])
        self.manifest.append(sheet)

    def _packed(self, xml: bytes, *, last: bool = False) -> Packed:
        self._around += 1
        with closing(Packer(self._folder / f"around-{self._around}.xml")) as packer:
            packer.write(xml)
            return packer.done(last=last)


@dataclass(frozen=True)
class Pour:
    """The rows of one sheet, as deflated XML: how many, and the pieces they are in."""

    rows: int
    pieces: Sequence[Packed]


def _with_dimension(head: bytes, sheet: Worksheet, rows: int) -> bytes:
    """openpyxl saw only the header row; the sheet reaches further."""
    seen = sheet.calculate_dimension()
    reaches = f"{seen.rsplit(str(sheet.max_row), 1)[0]}{sheet.max_row + rows}"
    return head.replace(f'<dimension ref="{seen}"'.encode(), f'<dimension ref="{reaches}"'.encode(), 1)


def write_package(workbook: Workbook, pours: Mapping[str, Pour], out: IO[bytes], folder: Path) -> None:
    """Write the workbook to `out`; `pours` gives the rows of the big sheets by title, `folder` is where pieces may be put."""
    workbook.properties.created = workbook.properties.modified = _PROPERTIES_TIME
    with _FixedTimes(out, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        _Writer(workbook, archive, pours, folder).write_data()
