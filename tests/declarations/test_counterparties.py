"""Who is found, who is made anew, and who is only suggested."""

import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from declarations.counterparties import ALIKE, NewCounterparty, Suggestion, find_or_create, suggest
from declarations.extensions import db, writing
from declarations.models import Counterparty, CounterpartyGroup, Event, NameToken, Spelling
from tests.support.story import Story
from workflows.spelling import fold

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
Meet = Callable[..., int]


@pytest.fixture
def meet(app: Flask) -> Meet:
    """Find or create, and answer with the id."""

    def by_name(
        name: str, class_: str = "supplier", country: str | None = "DK", number: str | None = None, by: int | None = None
    ) -> int:
        with app.app_context(), writing() as session:
            return find_or_create(session, new=NewCounterparty(name, class_, country, number), by_id=by, now=NOW).id

    return by_name


def _suggested(app: Flask, text: str, **more: int) -> list[Suggestion]:
    with app.app_context():
        return suggest(db.session(), text, **more)


def _count(app: Flask, model: type, session: Callable[[], Session] = lambda: db.session()) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(model)) or 0


def test_the_same_name_in_another_unicode_form_is_the_same_counterparty(app: Flask, meet: Meet) -> None:
    first = meet("Ærø Færgen A/S")
    assert meet(unicodedata.normalize("NFD", "ærø  færgen a/s")) == first
    assert _count(app, Counterparty) == 1
    assert _count(app, Spelling) == 2


def test_the_same_number_joins_two_spellings(app: Flask, meet: Meet) -> None:
    first = meet("Kestrel Logistics GmbH", country="DE", number="DE 0123")
    assert meet("Kestrel Spedition", country="DE", number="123") == first
    with app.app_context():
        written = set(db.session.scalars(select(Spelling.written).where(Spelling.counterparty_id == first)))
    assert written == {"Kestrel Logistics GmbH", "Kestrel Spedition"}


def test_the_same_number_in_another_country_is_another_firm(meet: Meet) -> None:
    assert meet("Kestrel", country="DE", number="123") != meet("Kestrel", country="PL", number="123")


def test_a_look_alike_is_a_new_counterparty_and_only_suggested(app: Flask, meet: Meet) -> None:
    first = meet("Acme Nordic ApS")
    second = meet("ACME Nordic A/S")
    assert first != second
    found = _suggested(app, "Acme Nordik")
    assert {one.id for one in found} == {first, second}
    assert all(one.score >= ALIKE and not one.same for one in found)


def test_a_number_that_was_missing_is_learned(app: Flask, meet: Meet) -> None:
    first = meet("Acme Nordic ApS")
    assert meet("Acme Nordic ApS", number="31 42 77 55") == first
    assert [one.id for one in _suggested(app, "DK31427755")] == [first]


def test_two_colleagues_friends_of_one_name_are_two_people(meet: Meet, app: Flask) -> None:
    story = Story(app).house()
    a, b = story.ids["Amalie"], story.ids["Ben"]
    first = meet("Lars Jensen", "private_person", by=a)
    assert meet("Lars Jensen", "private_person", by=b) != first
    assert meet("Lars Jensen", "private_person", by=a) == first


def test_private_persons_are_suggested_only_to_who_named_them(app: Flask, meet: Meet) -> None:
    story = Story(app).house()
    a, b = story.ids["Amalie"], story.ids["Ben"]
    meet("Lars Jensen", "private_person", by=a)
    assert _suggested(app, "Lars Jen", viewer_id=a)
    assert not _suggested(app, "Lars Jen", viewer_id=b)


def test_a_linked_counterparty_receives_what_is_filed_on_its_spelling(app: Flask, meet: Meet) -> None:
    first, second = meet("Acme Nordic ApS"), meet("ACME Nordic A/S")
    with app.app_context(), writing() as session:
        session.get_one(Counterparty, second).same_as_id = first
    assert meet("ACME Nordic A/S") == first
    assert [one.id for one in _suggested(app, "acme nordic")] == [first]


def test_each_new_counterparty_is_in_the_record(app: Flask, meet: Meet) -> None:
    meet("Acme Nordic ApS")
    meet("Acme Nordic ApS")
    with app.app_context():
        told = select(Event.action).where(Event.action.startswith("counterparty")).order_by(Event.id)
        assert db.session.scalars(told).all() == [
            "counterparty_group:named",
            "counterparty:created",
            "counterparty:spelled",
        ]


@pytest.mark.parametrize("text", ["", " ", "a", "%", "_", "\\", "'; drop table spelling; --", "\x00", "￿" * 400, "()"])
def test_odd_text_finds_nothing_and_breaks_nothing(app: Flask, meet: Meet, text: str) -> None:
    meet("Sakura Denki")
    assert _suggested(app, text) == []


@pytest.mark.parametrize("text", ["corvi", "Corvina Clowd", "cloud corvina", "CORVINA CLOUD APS", "corvina c"])
def test_beginnings_slips_and_other_orders_find_the_firm_first(app: Flask, meet: Meet, text: str) -> None:
    for name in ("Corvina Cloud A/S", "Corvette Motors", "Cloudberry Foods", "Halden Foods plc"):
        meet(name)
    assert _suggested(app, text)[0].name == "Corvina Cloud A/S"


def test_a_japanese_name_is_found_by_a_part_of_it(app: Flask, meet: Meet) -> None:
    first = meet("株式会社東京電力", country="JP")
    assert [one.id for one in _suggested(app, "東京")] == [first]


def test_among_fifty_thousand_a_look_up_stays_quick(app: Flask) -> None:
    roots = [
        f"{a}{b}"
        for a in ("Nord", "Sund", "Berg", "Lind", "Stor", "Vind", "Skov", "Hav")
        for b in ("data", "byg", "lys", "bro", "hus")
    ]
    names = [
        f"{root} {word}{number} A/S" for root in roots for word in ("Rev", "Kon", "Til", "Bro", "Mas") for number in range(250)
    ]
    with app.app_context(), writing() as session:
        group = CounterpartyGroup(name="Many")
        session.add(group)
        session.flush()
        first = (session.scalar(select(func.max(Counterparty.id))) or 0) + 1
        ids = range(first, first + len(names))
        folded = [name.removesuffix(" A/S").lower() for name in names]
        assert folded[7] == fold(names[7])
        plain = {"class_": "supplier", "group_id": group.id, "created_at": NOW}
        session.execute(
            insert(Counterparty),
            [{"id": n, "public_id": f"p{n}", "name": name, **plain} for n, name in zip(ids, names, strict=True)],
        )
        spellings = [
            {"id": n, "counterparty_id": n, "written": w, "folded": f} for n, w, f in zip(ids, names, folded, strict=True)
        ]
        session.execute(insert(Spelling), spellings)
        session.execute(
            insert(NameToken), [{"token": word, "spelling_id": n} for n, f in zip(ids, folded, strict=True) for word in f.split()]
        )
    assert len(names) == 50_000
    with app.app_context():
        suggest(db.session(), "warm up")
        before = time.process_time()
        for text in ("nordlys rev12", "sundbro", "no", "havhus mas249 a/s", "vindbyg kno7"):
            assert suggest(db.session(), text) or text == "warm up"
        assert time.process_time() - before < 5  # a second each even on a machine that is busy with much else
