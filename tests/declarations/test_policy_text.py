"""A form writes single values into the text of a policy: all else stays to the letter, and what is read back is what was asked."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from config import Settings
from declarations.policy_drafts import shape, text
from declarations.policy_drafts.text import NotToml, Path, Value, changed, content, with_rule
from declarations.policy_drafts.typed import read
from tests.conftest import SECRET, make_app
from tests.support.story import PACK
from workflows.policy.document import load

EXAMPLES = sorted((PACK / "examples").glob("*.toml"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in (*sorted(PACK.glob("*.toml")), *EXAMPLES)}
CODE = TEXTS["group-code-2026"]
DENMARK = TEXTS["denmark"]


def lines_changed(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def leaves(data: Any, path: Path = ()) -> list[Path]:
    if isinstance(data, dict):
        return [leaf for key, value in data.items() for leaf in leaves(value, (*path, key))]
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return [leaf for number, value in enumerate(data) for leaf in leaves(value, (*path, number))]
    return [path]


SMALL = {name: written for name, written in TEXTS.items() if len(written) < 6_000}  # a long one takes its time
LEAVES = [(name, leaf) for name, written in SMALL.items() for leaf in leaves(tomllib.loads(written))]


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("rules", 0, "when", "per_head", "over", "DKK"), "400", '+ when.per_head.over = { DKK = "400", EUR = "60" }'),
        (("filing", "days"), 14, "+ days = 14 # after the event"),
        (("effective_from",), date(2027, 1, 1), "+ effective_from = 2027-01-01"),
        (("deadlines", "manager", "remind_after"), 1, "+ manager = { remind_after = 1, escalate_after = 4 }"),
        (("rules", 0, "when", "official"), True, "+ when.official = true"),
        (("rules", 1, "unless", "form"), ["meal"], '+ unless.form = ["meal"]'),
        (("classes", "gold"), ["ring", "watch"], '+ gold = ["ring", "watch"]'),
    ],
)
def test_a_value_changes_its_own_line_and_no_other(path: Path, value: Value, line: str) -> None:
    after = changed(DENMARK, {path: value})
    assert at(content(after), path) == value
    added = [one for one in lines_changed(DENMARK, after) if one.startswith("+") and one.strip() != "+"]
    assert added == [line]


@given(
    st.sampled_from(LEAVES), st.one_of(st.text(max_size=30), st.integers(0, 999), st.booleans(), st.lists(st.text(max_size=5)))
)
@settings(deadline=None, max_examples=60)
def test_what_is_read_back_is_what_was_asked_for(where: tuple[str, Path], value: Value) -> None:
    name, path = where
    wanted = tomllib.loads(TEXTS[name])
    at(wanted, path[:-1])[path[-1]] = value
    after = changed(TEXTS[name], {path: value})
    assert tomllib.loads(after) == wanted
    comments = [line for line in TEXTS[name].splitlines() if line.startswith("#")]
    assert [line for line in after.splitlines() if line.startswith("#")] == comments


@given(st.sampled_from(LEAVES))
@settings(deadline=None, max_examples=60)
def test_what_is_taken_away_is_gone_and_leaves_nothing_empty(where: tuple[str, Path]) -> None:
    name, path = where
    after = tomllib.loads(changed(TEXTS[name], {path: None}))
    assert path not in leaves(after)
    kept = [leaf for leaf in leaves(tomllib.loads(TEXTS[name])) if leaf != path]
    assert leaves(after) == kept


def test_a_rule_is_added_at_the_end_and_taken_away_again() -> None:
    rule = {"id": "x", "clause": "9", "heading": {"en": "A", "da": "B", "ja": "C"}, "kinds": ["gift"], "outcome": "manager",
            "when": {"official": True, "per_head": {"over": {"EUR": "1"}}}}  # fmt: skip
    after = with_rule(CODE, rule)
    assert after.startswith(CODE.rstrip("\n"))
    assert content(after)["rules"][-1] == rule
    number = len(content(CODE)["rules"])
    assert content(changed(after, {("rules", number): None})) == content(CODE)


def test_where_the_careful_way_would_write_anything_else_the_text_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_edit", lambda document, path, value: None)
    after = changed(DENMARK, {("filing", "days"): 14})
    assert content(after)["filing"]["days"] == 14
    assert "#" not in after


def test_a_text_that_is_no_toml_says_where() -> None:
    for act in (lambda: content("a = ["), lambda: changed("a = [", {("a",): 1}), lambda: with_rule("a = [", {})):
        with pytest.raises(NotToml, match=r"line 1|at its end"):
            act()


# the form


@pytest.mark.parametrize("locale", ["en", "da", "ja"])
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_form_sent_back_as_it_was_shown_changes_nothing(context: None, name: str, locale: str) -> None:
    raw = content(TEXTS[name])
    forms = [shape.of_document(raw, locale)]
    forms += [shape.of_rule(rule, number, locale, of_group="company" not in raw) for number, rule in enumerate(raw["rules"])]
    for form in forms:
        found = read(form, sent(form), locale)
        assert (found.changes, found.slips) == ({}, {})


def sent(form: tuple[shape.Item, ...], typed: Mapping[str, str] | None = None) -> MultiDict[str, str]:
    """What a browser sends of a form: every field as it is shown, save what was `typed`."""
    posted: MultiDict[str, str] = MultiDict()
    for one in shape.fields(form):
        if one.kind == "picks":
            posted.add(f"{one.name}:shown", "1")
            for slug in one.picked:
                posted.add(one.name, slug)
        elif one.kind == "limit":
            for currency, shown, _written in one.amounts:
                posted[f"{one.name}:{currency}"] = shown
            posted[f"{one.name}:operator"] = one.operator
        else:
            posted[one.name] = one.shown.replace("\n", "\r\n")
            posted[f"{one.name}:operator"] = one.operator
    for name, value in (typed or {}).items():
        posted[name] = value
    return posted


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_everything_a_document_states_has_its_field(context: None, name: str) -> None:
    """Every leaf of the text but what the form may not change stands in a field's path or below it."""
    raw = content(TEXTS[name])
    of_group = "company" not in raw
    places = {one.path for one in shape.fields(shape.of_document(raw, "en"))}
    for number, rule in enumerate(raw["rules"]):
        places |= {one.path for one in shape.fields(shape.of_rule(rule, number, "en", of_group=of_group))}
    for leaf in leaves(raw):
        settled = leaf in (("key",), ("company",)) or leaf[-1] in ("amend", "replaces")
        assert settled or any(leaf[: len(place)] == place for place in places), leaf


@pytest.mark.parametrize(
    ("locale", "typed", "written"),
    [
        ("en", "400", "400"),
        ("en", "1,500.00", "1500"),
        ("da", "1.500,00", "1500"),
        ("da", "400,50", "400.50"),
        ("en", "400.50", "400.50"),
    ],
)
def test_an_amount_is_read_as_its_writer_writes_it(context: None, locale: str, typed: str, written: str) -> None:
    form = shape.of_rule(content(DENMARK)["rules"][0], 0, locale, of_group=False)
    posted = sent(form, {"rules/0/when/per_head:DKK": typed})
    assert read(form, posted, locale).changes == {("rules", 0, "when", "per_head", "over", "DKK"): written}


@pytest.mark.parametrize("typed", ["1.500", "many", "-4"])
def test_an_amount_that_could_mean_two_things_is_asked_again_and_not_kept(context: None, typed: str) -> None:
    form = shape.of_rule(content(DENMARK)["rules"][0], 0, "en", of_group=False)
    found = read(form, sent(form, {"rules/0/when/per_head:DKK": typed}), "en")
    assert found.changes == {}
    assert set(found.slips) == {"rules/0/when/per_head:DKK"}


def test_a_comparison_is_turned_with_its_amounts(context: None) -> None:
    form = shape.of_rule(content(DENMARK)["rules"][0], 0, "en", of_group=False)
    place = "rules/0/when/per_head"
    more = {f"{place}:operator": "at_least", f"{place}:EUR": "", f"{place}:+currency": "sek", f"{place}:+amount": "600"}
    after = content(changed(DENMARK, read(form, sent(form, more), "en").changes))
    assert after["rules"][0]["when"]["per_head"] == {"at_least": {"DKK": "450", "SEK": "600"}}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"rules/1/when/count": "4"}, {"at_least": 4}),
        ({"rules/1/when/count:operator": "over"}, {"over": 5}),
        ({"rules/1/when/count/months": "24"}, {"at_least": 5, "months": 24}),
    ],
)
def test_a_number_is_compared_as_chosen(context: None, typed: dict[str, str], kept: dict[str, int]) -> None:
    form = shape.of_rule(content(DENMARK)["rules"][1], 1, "en", of_group=False)
    after = content(changed(DENMARK, read(form, sent(form, typed), "en").changes))
    settings_of = after["rules"][1]["when"]["count"]
    assert kept.items() <= settings_of.items()
    assert {"over", "at_least"} & set(settings_of) == {"over", "at_least"} & set(kept)


def test_what_was_chosen_is_written_as_documents_write_it(context: None) -> None:
    form = shape.of_rule(content(DENMARK)["rules"][0], 0, "en", of_group=False)
    posted = sent(form, {"rules/0/outcome": "manager compliance", "rules/0/attributes/beforehand": "yes"})
    posted.setlist("rules/0/kinds", ["gift", "entertainment"])
    written = changed(DENMARK, read(form, posted, "en").changes)
    rule = load(written, "denmark").rules[0]
    assert content(written)["rules"][0]["outcome"] == ["manager", "compliance"]
    assert rule.attributes.beforehand
    assert [kind.value for kind in rule.kinds] == ["gift", "entertainment"]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Words need an app, and no database."""
    folder = tmp_path_factory.mktemp("words")
    app = make_app(Settings(data_dir=folder, database_url="sqlite://", secret_key=SECRET))
    with app.test_request_context():
        yield
