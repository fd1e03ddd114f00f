"""Every word a person reads exists in every language, and reaches the page in theirs."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask

from config import LANGUAGES
from declarations.extensions import writing
from declarations.models import Counterparty, Person
from declarations.translations import catalogues
from tests.support.story import Story
from workflows.words import Action, Kind

ROOT = Path(__file__).resolve().parents[1]
FOREIGN = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"%\(\w+\)[a-z]|%%|%(?!\()")
TAG = re.compile(r"</?\w+[^>]*>|&\w+;")
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "content", "label", "placeholder", "title", "value"}
NAMES = {"Aboveboard", "English", "Dansk", "日本語", "SHA-256"}  # the same in every language
MARKERS = {"_", "_l", "N_", "gettext", "lazy_gettext", "ngettext", "pgettext", "lazy_pgettext"}


@pytest.fixture
def backend() -> str:
    """Words do not depend on the database."""
    return "sqlite"


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogues.gather()


@pytest.fixture(scope="module", params=FOREIGN)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return catalogues.read(catalogues.FOLDER / request.param / "LC_MESSAGES" / "messages.po")


def sentences(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def forms(words: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [words or ""] if isinstance(words, str | None) else list(words)


def translated(catalog: Catalog) -> Iterator[Message]:
    return (message for message in sentences(catalog) if all(forms(message.string)))


# the catalogues


def test_every_sentence_in_the_source_is_translated(template: Catalog, catalog: Catalog) -> None:
    missing = []
    for message in sentences(template):
        kept = catalog.get(message.id, message.context)
        if kept is None or not all(forms(kept.string)):
            missing.append(f"{message.id!r} in {', '.join(sorted({file for file, _line in message.locations}))}")
    assert not missing, f"{catalog.locale} lacks {len(missing)} (./dev messages brings them):\n" + "\n".join(missing)


def test_nothing_is_guessed_and_nothing_is_left_over(template: Catalog, catalog: Catalog) -> None:
    assert not [message.id for message in sentences(catalog) if message.fuzzy]
    assert not [message.id for message in sentences(catalog) if template.get(message.id, message.context) is None]


def test_places_are_kept(catalog: Catalog) -> None:
    for message in translated(catalog):
        wanted = sorted(PLACE.findall(forms(message.id)[-1]))
        for words in forms(message.string):
            found = sorted(PLACE.findall(words))
            one = message.pluralizable and set(found) <= set(wanted)  # the form for one may say the number in a word
            assert found == wanted or one, f"{message.id!r}: {words!r}"


def test_markup_and_edges_are_kept(catalog: Catalog) -> None:
    for message in translated(catalog):
        source = forms(message.id)[-1]
        for words in forms(message.string):
            assert sorted(TAG.findall(words)) == sorted(TAG.findall(source)), f"{message.id!r}: {words!r}"
            assert words == words.strip() or source != source.strip(), f"{message.id!r}: {words!r}"
            assert "<" not in TAG.sub("", words)


def test_plural_forms_are_complete(catalog: Catalog) -> None:
    for message in translated(catalog):
        if message.pluralizable:
            assert len(forms(message.string)) == catalog.num_plurals, message.id


def test_the_same_words_always_give_the_same_file(tmp_path: Path) -> None:
    for source in catalogues.source_files():
        copy = tmp_path / source.parent.parent.name / "LC_MESSAGES" / source.name
        copy.parent.mkdir(parents=True)
        catalogues.save(catalogues.read(source), copy)
        assert copy.read_bytes() == source.read_bytes(), f"{source} was edited by hand: run ./dev messages"


def test_a_catalogue_is_compiled_when_its_words_changed_and_only_then(tmp_path: Path) -> None:
    source = tmp_path / "da" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Gift"\nmsgstr "Gave"\n')
    assert catalogues.compile_stale(tmp_path) == ["da"]
    assert catalogues.compile_stale(tmp_path) == []
    source.write_text(source.read_text().replace("Gave", "Gåve"))
    assert catalogues.compile_stale(tmp_path) == ["da"]
    assert "Gåve".encode() in source.with_suffix(".mo").read_bytes()


# the policy pack


@pytest.mark.parametrize("path", sorted((ROOT / "workflows" / "policies").glob("*.toml")), ids=lambda path: path.stem)
def test_the_policy_speaks_every_language(path: Path) -> None:
    tables = list(_texts(tomllib.loads(path.read_text())))
    assert tables
    for table in tables:
        assert set(table) == set(LANGUAGES), table
        assert all(words.strip() for words in table.values()), table
        assert len(set(table.values())) > 1 or not re.search("[a-z]", table["en"]), table


def _texts(node: object) -> Iterator[dict[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("en"), str):
            yield node
        for child in node.values():
            yield from _texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from _texts(child)


# the source


class Words(HTMLParser):
    """What a person reads or hears of a page: texts, and the attributes that are spoken or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.silent += tag in ("script", "style")
        spoken = SPOKEN_ATTRIBUTES - ({"content"} if tag == "meta" else set())
        if tag in ("option", "li") or given.get("type") in ("hidden", "radio", "checkbox", "text", "search", "number", "date"):
            spoken -= {"value"}
        if tag == "button":
            spoken -= {"value"}
        self.found += [value for name, value in given.items() if name in spoken and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.found.append(" ".join(data.split()))


def words_in(html: str) -> list[str]:
    page = Words()
    page.feed(html)
    page.close()
    return page.found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT / "templates"))
)
def test_no_template_holds_words_of_its_own(path: Path) -> None:
    source = re.sub(r"(</?)\{\{.*?\}\}", r"\1div", path.read_text())  # a tag whose name is computed
    source = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", source, flags=re.S)
    source = re.sub(r"^\s*[a-z-]+=\"[^<>]*$", "", source, flags=re.M)  # a macro that writes attributes
    bare = [words for words in words_in(source) if re.search(r"[^\W\d_]{2,}", words) and words.strip(" ·") not in NAMES]
    assert not bare, f"{path.name} holds {bare} outside _()"


def _calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for folder in ("declarations", "workflows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    called = node.func
                    yield path, node, called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _bare(node: ast.expr | None) -> bool:
    """Whether it is words written here and now, that no translator will see."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and " " in node.value.strip()
    return isinstance(node, ast.JoinedStr | ast.BinOp)


def test_a_sentence_is_marked_whole_so_that_it_can_be_found() -> None:
    for path, call, name in _calls():
        if name in MARKERS and call.args:
            assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), f"{path.name}:{call.lineno} marks a pieced sentence"


def test_what_people_are_told_is_marked_for_translation() -> None:
    told = {"flash": 0, "ValidationError": 0, "Forbidden": 1, "Invalid": 1, "Refused": 1, "Stale": 1, "Changed": 0}
    for path, call, name in _calls():
        if name in told and path.name != "cli.py" and len(call.args) > told[name]:
            assert not _bare(call.args[told[name]]), f"{path.name}:{call.lineno} tells people words that no translator sees"


def test_form_labels_and_messages_are_marked_for_translation() -> None:
    for path, call, name in _calls():
        if path.name == "forms.py" and (
            name.endswith("Field") or name in ("InputRequired", "DataRequired", "Length", "NumberRange")
        ):
            shown = [*call.args, *(word.value for word in call.keywords if word.arg in ("label", "message", "description"))]
            assert not any(_bare(each) for each in shown), f"{path.name}:{call.lineno} shows words that no translator sees"


# the pages


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme Nordic")
    return story


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_door_speaks_the_browsers_language(app: Flask, language: str) -> None:
    page = app.test_client().get("/sign-in", headers={"Accept-Language": language}).text
    assert f'<html lang="{language}">' in page
    assert {"en": "Welcome", "da": "Velkommen"}.get(language, "") in page


@pytest.fixture
def another_language(app: Flask, template: Catalog, tmp_path: Path) -> Iterator[None]:
    """Instead of Japanese a language in which every sentence is 訳, so that on a page only words of no catalogue are legible."""
    made = Catalog(locale="ja")
    for message in sentences(template):
        shown = "訳".join(["", *dict.fromkeys(PLACE.findall(forms(message.id)[-1])), ""]) or "訳"
        made.add(message.id, (shown,) if message.pluralizable else shown, context=message.context)
    source = tmp_path / "ja" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    catalogues.save(made, source)
    assert catalogues.compile_stale(tmp_path) == ["ja"]
    speaking = app.extensions["babel"]
    with app.app_context():
        cache = speaking.instance.domain_instance.cache
    kept = speaking.translation_directories
    speaking.translation_directories = [str(tmp_path)]
    cache.clear()
    yield
    speaking.translation_directories = kept
    cache.clear()


DATA = re.compile(
    r"Board of Nordlys \w+|Amalie|Ben|Gerda|Dee|Tomasz|Ilse|Otto|Vera|Aud|Adam|Nordlys|Acme Nordic|Vin|A wine hamper|Account manager"
    r"|[\w.]+@nordlys\.example"
    r"|NL(-D[EK])?|[A-Z]+-2026-\d+|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])|Europe/\w+|[0-9a-f]{8,}|Aboveboard|English|Dansk"
)


@pytest.mark.usefixtures("another_language")
def test_nothing_on_a_page_is_beyond_its_readers_language(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme Nordic", worth="600", title="Vin")
    asked = story.declare(
        "Amalie", Kind.ENTERTAINMENT, firm="Acme Nordic", worth="900", form="event", occurred_on=date(2026, 12, 1)
    )
    story.act("Ben", Action.SEND_BACK, asked, reason="?")
    with story.app.app_context(), writing() as session:
        for person in session.query(Person):
            person.language = "ja"
    asking = [f"/declare/{kind.value}" for kind in Kind]
    amalie, acme = (
        story.column(Person, story.ids["Amalie"], "public_id"),
        story.column(Counterparty, story.ids["Acme Nordic"], "public_id"),
    )
    particular = [
        f"/declarations/{gift}",
        f"/declarations/{asked}",
        f"/people/{amalie}",
        f"/counterparties/{acme}",
        f"/directory/people/{amalie}",
        f"/directory/people/{amalie}/change",
        "/directory/companies/NL",
        f"/counterparties/{acme}/correct",
        f"/counterparties/{acme}/link",
    ]
    general = [rule.rule for rule in story.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    shown: set[str] = set()
    found: dict[str, set[str]] = {}
    for name in ("Amalie", "Ben", "Ilse", "Aud", "Adam"):
        client = story.client(name)
        answers = [(path, client.get(path)) for path in (*general, *particular, "/nothing-here")]
        answers += [(path, answer) for path in asking if name == "Amalie" for answer in (client.get(path), client.post(path))]
        for path, answer in answers:
            assert answer.status_code in (200, 302, 303, 403, 404, 422), f"{path} for {name}"
            shown |= {path} if answer.status_code == 200 else set()
            if answer.mimetype == "text/html" and answer.status_code not in (302, 303):
                assert '<html lang="ja">' in answer.text, path
                for words in words_in(answer.text):
                    if re.search(r"[A-Za-z]{3}", DATA.sub("", words)):
                        found.setdefault(words, set()).add(path)
    assert {*particular, *asking, "/", "/queue", "/compliance", "/registers", "/directory", "/policy"} <= shown
    assert not found, "\n".join(f"{words!r} on {sorted(paths)}" for words, paths in found.items())
