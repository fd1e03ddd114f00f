"""Cases written down in a file are asked of the policy documents of the examples; every expected word must come out.

`python -m workflows.policy.scenarios FILE…` prints one line for each case and a total, and ends with 1 if a case fails.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workflows.policies.examples import example_texts
from workflows.policy.scenarios.checks import differences
from workflows.policy.scenarios.settings import Documents, changed, under
from workflows.policy.scenarios.words import Unreadable


@dataclass(frozen=True)
class Told:
    """What became of one case: how it differs from what was expected, and what a person must judge."""

    id: str
    differs: tuple[str, ...]
    must: str = ""

    def __str__(self) -> str:
        line = f"{self.id}  " + ("differs: " + "; ".join(self.differs) if self.differs else "pass")
        return f"{line}  (for a person to judge: {self.must})" if self.must else line


def run(content: Mapping[str, Any], documents: Documents) -> Iterator[Told]:
    """Each case of a file's `content`, told."""
    for case in content.get("scenarios") or ():
        must = str((case.get("expect") or {}).get("must", ""))
        try:
            found = tuple(_differs(case, content.get("policies") or {}, documents))
        except (ArithmeticError, KeyError, TypeError, ValueError) as problem:  # whatever is written there, the others still run
            found = (f"cannot be asked: {problem}",)
        yield Told(str(case.get("id", "a case without id")), found, must)


def _differs(case: Mapping[str, Any], policies: Mapping[str, Any], documents: Documents) -> Iterator[str]:
    unknown = set(case) - {"id", "policy", "tags", "title", "why", "given", "when", "expect", "acceptable", "policy_change"}
    if unknown:
        raise Unreadable(f"no field of a case is called {', '.join(sorted(unknown))}")
    versions = documents.versions(str(case.get("policy")))
    about = policies.get(str(case.get("policy"))) or {}
    expect = dict(case.get("expect") or {})
    settings = expect.pop("by_setting", None) or {}
    when = dict(case.get("when") or {})
    change = case.get("policy_change") or when.pop("policy_change", None)
    if change:
        versions = changed(versions, change)
    asked = {**case, "when": when}
    if expect:
        yield from differences(asked, expect, versions, about)
    for setting, wanted in settings.items():
        nested = wanted if isinstance(wanted, Mapping) else {"route": wanted}
        for difference in differences(asked, nested, under(versions, setting), about):
            yield f"{setting}: {difference}"


def main(names: Sequence[str]) -> int:
    """Run the files named, printing as it goes; 0 if every case passes, else 1, and 2 for what cannot be run."""
    if not names:
        print("Name one or more files of cases.", file=sys.stderr)
        return 2
    documents, passed, failed = Documents.of(example_texts()), 0, 0
    for name in names:
        try:
            content = yaml.safe_load(Path(name).read_text(encoding="utf-8")) or {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
            print(f"{name} cannot be read: {problem}", file=sys.stderr)
            return 2
        for told in run(content, documents):
            print(told)
            passed, failed = passed + (not told.differs), failed + bool(told.differs)
    print(f"{passed + failed} cases: {passed} pass, {failed} differ.")
    return 1 if failed or not passed else 0
