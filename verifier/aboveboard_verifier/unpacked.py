"""Lines of a part are read again where they are wanted: all of a large register would not fit into memory."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping

from .bundle import Bundle


class Unpacked:
    """A part in a file without a name, which is gone with this program."""

    def __init__(self, bundle: Bundle, name: str) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lasts as long as this does
        weakref.finalize(self, self._file.close)
        with bundle.zip.open(name) as part:
            shutil.copyfileobj(part, self._file)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Every line and its place. Nothing else may be read meanwhile."""
        self._file.seek(0)
        place = 0
        for line in self._file:
            yield place, line
            place += len(line)

    def at(self, place: int) -> bytes:
        self._file.seek(place)
        return self._file.readline()


class Entries(Mapping[str, bytes]):
    """Lines by the number of their declaration."""

    def __init__(self, unpacked: Unpacked) -> None:
        self._unpacked = unpacked
        self._places: dict[str, int] = {}

    def keep(self, number: str, place: int) -> None:
        self._places[number] = place

    def __getitem__(self, number: str) -> bytes:
        return self._unpacked.at(self._places[number])

    def __contains__(self, number: object) -> bool:
        return number in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
