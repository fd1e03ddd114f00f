"""Published policies are documents: each case of the files comes out as it must, and what cannot be asked is said, not passed."""

import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from workflows.policies.examples import example_texts
from workflows.policy.document import load
from workflows.policy.scenarios.run import Told, main, run
from workflows.policy.scenarios.settings import Documents

FOLDER = Path(__file__).parents[1] / "scenarios"
DOCUMENTS = Documents.of(example_texts())
FILES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
CASES = [(file, case["id"]) for file, content in FILES.items() for case in content["scenarios"]]
TOLD = {(file, told.id): told for file, content in FILES.items() for told in run(content, DOCUMENTS)}


@pytest.mark.parametrize(("file", "name"), CASES)
def test_a_case_comes_out_as_it_must(file: str, name: str) -> None:
    assert TOLD[file, name].differs == ()


def told(policy: str = "DEMO_DK", expect: Any = None, **more: Any) -> str:
    case = {"id": "one", "policy": policy, "when": {"date": "2026-02-02", "source": "A", "value": "10"}, "expect": expect or {}}
    (found,) = run({"scenarios": [case | more]}, DOCUMENTS)
    return "; ".join(found.differs)


def test_every_word_of_the_cases_is_used_by_one_of_them() -> None:
    """The fields of a case and of what is expected, each at least once."""
    from workflows.policy.scenarios.checks import CHECKS
    from workflows.policy.scenarios.words import FIELDS, KINDS, OUTCOMES

    cases = [case for content in FILES.values() for case in content["scenarios"]]
    entries = [entry for case in cases for entry in (*case.get("given", ()), case["when"])]
    expected = [case["expect"] for case in cases]
    expected += [wanted for each in expected for wanted in each.get("by_setting", {}).values() if isinstance(wanted, dict)]
    assert {word for entry in entries for word in entry} - {"policy_change"} == FIELDS
    assert {word for each in expected for word in each} - {"by_setting", "acceptable", "must"} == set(CHECKS)
    assert {entry["kind"] for entry in entries if "kind" in entry} == set(KINDS)
    assert {entry["outcome"] for entry in entries if "outcome" in entry} == set(OUTCOMES)


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"route": "REFUSE"}, "route: REFUSE expected, ALLOW found"),
        ({"route": "AMBIGUOUS", "acceptable": ["DECLARE", "INVALID"]}, "route: one of DECLARE, INVALID expected, ALLOW found"),
        ({"aggregate": "10.01"}, "aggregate: 10.01 expected, 10.00 found"),
        ({"due": "2026-02-15"}, "due: 2026-02-15 expected, 2026-02-16 found"),
        ({"purchase_price": "1.00"}, "purchase_price: 1.00 expected, nothing found"),
        ({"public_from": "2026-09-14"}, "public_from: 2026-09-14 expected, nothing found"),
        ({"default_if_no_approval": "REFUSE"}, "default_if_no_approval: REFUSE expected, nothing found"),
        ({"on_behalf_of": "organisation"}, "on_behalf_of: organisation expected, nothing found"),
        ({"recheck": ["2026-02-02"]}, "recheck: ['2026-02-02'] expected, [] found"),
        ({"recheck_aggregate": "1.00"}, "recheck_aggregate: 1.00 expected, nothing found"),
        ({"shares": ["5.00", "5.00"]}, "shares: ['5.00', '5.00'] expected, [Decimal('10.00')] found"),
        ({"approver_must_not_be": "compliance_officer"}, "approver_must_not_be: compliance_officer expected, True found"),
        ({"by_setting": {"calendar": "DECLARE"}}, "calendar: route: DECLARE expected, ALLOW found"),
    ],
)
def test_what_differs_is_said(expect: dict[str, Any], said: str) -> None:
    assert told(expect=expect) == said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"policy": "DEMO_DX"}, "“demo-dx” is not a known policy; did you mean “demo-dk”?"),
        ({"whim": 1}, "no field of a case is called whim"),
        ({"expect": {"whim": 1}}, "nothing expected is called whim"),
        ({"when": {"date": "2026-02-02", "whim": 1}}, "no field of an entry is called whim"),
        ({"when": {"date": "2026-02-02", "value": "1", "kind": "whim"}}, "no kind is called whim"),
        ({"when": {"date": "2026-02-02", "value": "1", "state": "whim"}}, "no state is called whim"),
        ({"when": {"date": "2026-02-02", "value": "1", "outcome": "whim"}}, "no outcome is called whim"),
        ({"when": {"date": "some day"}}, "“some day” is not a day"),
        ({"when": {"date": 7}}, "“7” is not a day"),
        ({"when": {}}, "an entry states no date"),
        ({"expect": {"by_setting": {"whim": "ALLOW"}}}, "no setting of the year is called whim"),
        ({"policy_change": {"from": "2000-01-01", "no_approval_up_to": "1"}}, "there is no version to change"),
        (
            {"policy": "US_OGE278", "policy_change": {"from": "2025-01-01", "no_approval_up_to": "1"}},
            "the document states no limit up to which nothing need be approved",
        ),
    ],
)
def test_what_cannot_be_asked_differs_and_says_why(more: dict[str, Any], said: str) -> None:
    assert told(**({"expect": {"route": "ALLOW"}} | more)) == f"cannot be asked: {said}"


@pytest.mark.parametrize("word", ["per_head", "per_head_unrounded", "converted", "parsed", "aggregate"])
def test_nothing_is_read_off_a_value_nobody_can_read(word: str) -> None:
    when = {"date": "2026-02-02", "value": "much"}
    assert told(when=when, expect={word: "1"}) == f"{word}: 1 expected, nothing found"
    assert told(when=when, expect={"shares": []}) == ""


def test_a_line_says_what_a_person_must_judge() -> None:
    assert str(Told("a", ())) == "a  pass"
    assert str(Told("a", ("x",), "whether")) == "a  differs: x  (for a person to judge: whether)"


def test_the_files_named_are_run_and_one_failure_is_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = "- {id: one, policy: DEMO_DK, when: {date: 2026-02-02, source: A, value: '10'}, expect: {route: %s}}\n"
    good, bad, empty = tmp_path / "good.yaml", tmp_path / "bad.yaml", tmp_path / "empty.yaml"
    good.write_text("scenarios:\n" + case % "ALLOW")
    bad.write_text("scenarios:\n" + case % "ALLOW" + case % "REFUSE")
    empty.write_text("")
    assert main([str(good)]) == 0
    assert capsys.readouterr().out == "one  pass\n1 cases: 1 pass, 0 differ.\n"
    assert main([str(good), str(bad)]) == 1
    assert capsys.readouterr().out.endswith("3 cases: 2 pass, 1 differ.\n")
    assert main([str(empty)]) == 1
    assert main([]) == 2
    assert main([str(tmp_path / "nowhere.yaml")]) == 2
    bad.write_text("scenarios: [")
    assert main([str(bad)]) == 2
    assert capsys.readouterr().err.count("cannot be read") == 2


def test_every_rule_of_an_example_says_where_it_comes_from() -> None:
    texts = example_texts()
    documents = [load(text, name) for name, text in texts.items()]
    assert len({document.key for document in documents}) == 15
    for document in documents:
        assert all(rule.source for rule in document.rules), document.key
        assert not document.company
    names = "".join(path.read_text(encoding="utf-8").lower() for path in Path("workflows").rglob("*.py"))
    assert not [document.key for document in documents if document.key in names or document.key.replace("-", "_") in names]


def test_the_package_is_the_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["scenarios"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("workflows.policy.scenarios")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "Name one or more files of cases.\n"


def test_under_a_document_without_reports_what_is_not_free_is_reported() -> None:
    assert told(expect={"report": False}) == ""
    assert told("CA_BC", {"report": True}, when={"date": "2026-02-02", "value": "251"}) == ""
