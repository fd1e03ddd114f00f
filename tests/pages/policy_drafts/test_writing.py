"""A draft is written in two views: what is typed is kept, every problem is said beside its field, nobody writes over another."""

from tests.pages.policy_drafts.desk import MEAL, Desk, words
from tests.support.story import Story
from workflows.policy.document import load
from workflows.words import Role


def test_the_code_is_the_groups_and_an_amendment_its_companys(story: Story) -> None:
    story.person("Uta", company="NL-DE")
    story.grant("Uta", Role.COMPLIANCE_OFFICER, "NL-DE")
    assert story.client("Ilse").post("/policy/drafts", data={"key": "group-code"}).status_code == 404
    assert story.client("Uta").post("/policy/drafts", data={"key": "denmark"}).status_code == 404
    code, danish = Desk(story, "Otto", key="group-code"), Desk(story)
    assert "Can sign it: Nora." in words(code.by("Otto").get(code.url).text)
    for name, desk, seen in (("Ilse", code, False), ("Uta", danish, False), ("Otto", danish, True), ("Aud", danish, True)):
        for page in ("", "/form", "/about", "/rules/1", "/text", ".toml", "/rehearsals"):
            with desk.by(name).get(desk.url + page) as answer:
                assert (answer.status_code == 200) is seen, (name, page)
    for name in ("Amalie", "Ben", "Adam", "Vera"):
        for page in ("/policy/drafts", danish.url, "/policy/documents/group-code/2026-01-01"):
            assert danish.by(name).get(page).status_code == 404, (name, page)


def test_internal_audit_reads_and_changes_nothing(story: Story) -> None:
    desk = Desk(story)
    before = desk.row.text
    assert "disabled" in desk.by("Aud").get(desk.url + MEAL).text
    for where in ("/submit", "/sign", "/publish", "/withdraw", "/send-back", "/rules", "/resolution"):
        assert desk.post("Aud", where).status_code == 404
    assert desk.limit("Aud", "1").status_code == 404
    assert desk.post("Aud", "/text", text="x").status_code == 404
    assert desk.row.text == before


def test_a_draft_is_kept_as_typed_even_where_it_does_not_read(story: Story) -> None:
    desk = Desk(story)
    broken = desk.row.text + "\nrules = [\n# half a thought"
    assert desk.post("Ilse", "/text", text=broken.replace("\n", "\r\n")).status_code == 303
    assert desk.row.text == broken
    assert "cannot be read as TOML" in words(desk.by("Ilse").get(desk.url + "/form").text)
    assert "One thing stands against it" in words(desk.by("Ilse").get(desk.url).text)
    assert desk.limit("Ilse", "400").status_code == 422
    assert desk.post("Ilse", "/submit").status_code == 422
    assert desk.row.state == "draft"


def test_every_problem_is_said_beside_its_field_with_its_rule(story: Story) -> None:
    desk = Desk(story)
    written = desk.row.text.replace('outcome = "manager"', 'outcome = "manger"', 1).replace("at_least = 5", 'at_least = "many"')
    desk.post("Ilse", "/text", text=written)
    page = words(desk.by("Ilse").get(desk.url).text)
    assert "2 things stand against it" in page
    first, second = desk.by("Ilse").get(desk.url + MEAL).text, desk.by("Ilse").get(desk.url + "/rules/2").text
    assert 'id="rules/0/outcome-error"' in first
    assert "did you mean “manager”?" in words(first)
    assert 'id="rules/1/when/count-error"' in second


def test_what_is_wrong_is_said_in_the_language_of_who_reads(story: Story) -> None:
    desk = Desk(story)
    desk.post("Ilse", "/text", text=desk.row.text.replace('outcome = "manager"', 'outcome = "manger"', 1))
    for language, sentence in (
        ("da", "kendes ikke som udfald; mente du “manager”?"),
        ("ja", "という結果はありません。「manager」"),
    ):
        browser = desk.by("Ilse")
        with browser.session_transaction() as cookie:
            cookie["language"] = language
        assert sentence in words(browser.get(desk.url).text)


def test_what_somebody_else_saved_meanwhile_is_not_written_over(story: Story) -> None:
    desk = Desk(story)
    old = str(desk.row.revision)
    desk.limit("Otto", "410")
    late = desk.by("Ilse").post(desk.url + MEAL, data={"seen": old, "rules/0/when/per_head:DKK": "390"})
    assert late.status_code == 409
    assert 'value="390"' in late.text
    assert 'DKK = "410"' in desk.row.text
    text = desk.by("Ilse").post(desk.url + "/text", data={"seen": old, "text": "my own words"})
    assert text.status_code == 409
    assert "my own words" in text.text
    assert desk.by("Otto").post(desk.url + "/submit", data={"seen": old}).status_code == 409


def test_an_ambiguous_amount_is_asked_again_and_all_else_is_saved(story: Story) -> None:
    desk = Desk(story)
    place = "rules/0/when/per_head"
    answer = desk.by("Ilse").post(desk.url + MEAL, data={"seen": "1", f"{place}:DKK": "1.500", "rules/0/clause": "DK 7"})
    assert answer.status_code == 422
    assert "This could be read in two ways." in words(answer.text)
    assert 'value="1.500"' in answer.text
    assert 'clause = "DK 7"' in desk.row.text
    assert 'DKK = "450"' in desk.row.text


def test_conditions_and_rules_are_added_and_taken_away(story: Story) -> None:
    desk = Desk(story)
    assert desk.post("Ilse", MEAL, do="add:when", **{"add:when": "official"}).status_code == 303
    assert "when.official = true" in desk.row.text
    assert desk.post("Ilse", MEAL, do="drop:when/official").status_code == 303
    assert "when.official" not in desk.row.text
    added = desk.post("Ilse", "/rules", replaces="gift-manager")
    assert added.headers["Location"].endswith("/rules/4")
    assert desk.post("Ilse", "/rules", replaces="cash").status_code == 404  # fixed
    assert desk.post("Ilse", "/rules", replaces="gift-manager").status_code == 404  # there already
    rules = load(desk.row.text, "denmark").rules
    assert (rules[3].id, rules[3].replaces, rules[3].clause) == ("dk-gift-manager", "gift-manager", "2.1")
    assert desk.post("Ilse", "/rules/4", do="remove").status_code == 303
    assert len(load(desk.row.text, "denmark").rules) == 3
    assert desk.by("Ilse").get(desk.url + "/rules/4").status_code == 404


def test_a_class_is_added_and_a_word_of_it_taken_away(story: Story) -> None:
    desk = Desk(story)
    more = {"classes/+name": "Fine Things", "classes/+words": "watch, ring", "classes/meal": "meal"}
    assert desk.post("Ilse", "/about", **more).status_code == 303
    classes = load(desk.row.text, "denmark").classes
    assert classes == {"meal": frozenset({"meal"}), "fine_things": frozenset({"watch", "ring"})}


def test_a_company_without_one_begins_its_amendment(story: Story) -> None:
    story.company("NL-SE", under="NL", currency="SEK", country="SE", zone="Europe/Stockholm", calendar="SE")
    desk = Desk(story, "Otto", company="NL-SE")
    assert desk.row.key == "nl-se"
    assert "Nowhere looser than the Code." in words(desk.by("Otto").get(desk.url).text)
    desk.post("Otto", "/rules", replaces="gift-manager")
    desk.by("Otto").post(desk.url + "/rules/1", data={"seen": str(desk.row.revision), "rules/0/when/occasion_total:SEK": "700"})
    assert desk.post("Otto", "/submit").status_code == 303
    assert desk.post("Nora", "/sign").status_code == 303
    assert Desk(story, "Nora", company="NL-SE").public_id == desk.public_id  # one is open already


def test_where_the_code_forbids_it_a_counter_example_says_why(story: Story) -> None:
    desk = Desk(story)
    for amount, stands in (("560", True), ("560.01", False), ("559.99", True)):
        desk.limit("Ilse", amount)
        page = words(desk.by("Ilse").get(desk.url).text)
        assert ("Nowhere looser than the Code." in page) is stands, amount
        assert ("Clause 3.1 of the Code asks for more: entertainment of DKK 560" in page) is not stands
        assert desk.post("Ilse", "/submit").status_code == (303 if stands else 422)
        if stands:
            desk.post("Ilse", "/send-back", reason="Not yet")


def test_nothing_new_is_not_submitted(story: Story) -> None:
    desk = Desk(story)
    refused = desk.post("Ilse", "/submit")
    assert refused.status_code == 422
    assert "there is nothing to submit" in words(refused.text)
