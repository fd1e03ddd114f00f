"""What the verifier reads quickly, it reads as RFC 8785 says, and as rfc8785 itself would."""

from __future__ import annotations

import json

import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support import verifiers  # noqa: F401 - it puts the verifier on the path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3),
    max_leaves=6,
)
TEXTS = st.builds(
    lambda content, ordered, narrow, ascii_: json.dumps(
        content, sort_keys=ordered, ensure_ascii=ascii_, separators=(",", ":") if narrow else None
    ),
    JSON, st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip


def canonical(text: str) -> bool:
    try:
        return bool(rfc8785.dumps(json.loads(text)) == text.encode())
    except ValueError:
        return False


@settings(deadline=None, max_examples=200)
@given(TEXTS)
@example('{"\U00010000":1,"\uffff":2}')  # in order by code points, not by UTF-16's units
@example('{"\uffff":2,"\U00010000":1}')
@example("9007199254740993")
@example("1.0")
@example("1e16")
@example("-0")
@example("NaN")
@example('{"a":1,"a":1}')
@example('"\\u001f\\n\x7f"')
def test_only_what_is_written_in_the_one_way_is_read(text: str) -> None:
    from aboveboard_verifier.proofs import parsed

    for written in (text, text.encode(errors="surrogatepass")):
        try:
            read = parsed(written)
        except ValueError:
            assert not canonical(text)
        else:
            assert canonical(text)
            assert read == json.loads(text)
