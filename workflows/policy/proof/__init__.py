"""Before an amendment takes effect it is proved to be nowhere looser than the Code.

Read `prove` first, then `search`; `axes` says for each predicate where its settings cut the answers, `space` and `sums` what is
left of them; `witness` and `words` show and tell a counter-example. Why it is done so: docs/decisions/0006.
"""
