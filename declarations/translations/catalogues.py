"""The source is the list of what must be translated: gathering reads it, updating carries it into each language's file.

Nothing is guessed: a sentence that changed loses its translation, and tests/test_languages.py names it until it has a new one.
This file also runs by itself, for ./dev, without loading the app: it compiles, and with the word "update" it updates first.
"""

import hashlib
import os
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}


def source_files(folder: Path = FOLDER) -> list[Path]:
    """The .po file of each language, in the order of their names."""
    return sorted(folder.glob("*/LC_MESSAGES/messages.po"))


def gather() -> Catalog:
    """Every sentence marked for translation in the source, with the files it stands in. Raises on a template that is broken."""
    with open(ROOT / "babel.cfg") as config:
        methods, options = parse_mapping_cfg(config, "babel.cfg")  # type: ignore[no-untyped-call]
    catalog = Catalog(fuzzy=False)
    wanted = {ROOT / name for name in ("declarations", "workflows", "templates")}
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
        directory_filter=lambda path: any(Path(path) == top or top in Path(path).parents for top in wanted),
    )
    for file, line, message, comments, context in found:
        catalog.add(message, None, [(Path(file).as_posix(), line)], auto_comments=comments, context=context)
    return catalog


def read(source: Path) -> Catalog:
    """The catalogue kept in a .po file."""
    with open(source, "rb") as file:
        return read_po(file, locale=source.parent.parent.name, abort_invalid=True)


def update(folder: Path = FOLDER) -> dict[str, int]:
    """Carry the source's sentences into every .po file; how many still lack words, by language."""
    template, lacking = gather(), {}
    for source in source_files(folder):
        catalog = read(source)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        save(catalog, source)
        lacking[source.parent.parent.name] = sum(1 for message in catalog if message.id and not all(_words(message.string)))
    return lacking


def told(lacking: dict[str, int]) -> list[str]:
    """What an update found, one sentence for each language."""
    return [
        f"{name}: {count} sentences lack a translation." if count else f"{name}: complete." for name, count in lacking.items()
    ]


def save(catalog: Catalog, source: Path) -> None:
    """Write a .po file so that the same words always give the same bytes: sorted, unwrapped, no line numbers."""
    out = BytesIO()
    write_po(out, catalog, width=0, sort_output=True, ignore_obsolete=True, include_lineno=False)
    _replace(source, out.getvalue())


def compile_stale(folder: Path = FOLDER) -> list[str]:
    """Compile each .po file that has no compiled catalogue of just its bytes; the languages that were compiled."""
    compiled = []
    for source in source_files(folder):
        stamp, digest = source.with_suffix(".stamp"), hashlib.sha256(source.read_bytes()).hexdigest()
        if source.with_suffix(".mo").exists() and stamp.exists() and stamp.read_text() == digest:
            continue
        out = BytesIO()
        write_mo(out, read(source))
        _replace(source.with_suffix(".mo"), out.getvalue())
        _replace(stamp, digest.encode())
        compiled.append(source.parent.parent.name)
    return compiled


def _words(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)


def _replace(path: Path, content: bytes) -> None:
    """All at once: a server that starts meanwhile reads the old bytes or the new ones."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        print(*told(update()), sep="\n")
    compile_stale()
