"""The declarations of some people, all of them, as columns, with what several rules ask about worked out once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np

from declarations import packing
from declarations.rehearsing.glass import Common
from declarations.rehearsing.money import LARGE, Amounts, Changer
from declarations.rehearsing.sums import Layout, layout
from workflows.policy.look import NOT_KEPT
from workflows.policy.sound import ONE_OFF
from workflows.words import Direction, Kind

KINDS = list(Kind)
DIRECTIONS: list[Direction | None] = [None, *Direction]
MANY = 10_000  # heads; more of them are left to the engine


class Once:
    """Keeps what was worked out. Two threads may both work out the same; either result is right."""

    def __init__(self) -> None:
        self._kept: dict[object, Any] = {}

    def once(self, name: object, work: Callable[[], Any]) -> Any:
        """What `work` gives, worked out the first time."""
        if name not in self._kept:
            self._kept[name] = work()
        return self._kept[name]


class Profiles(Once):
    """Every profile, and tables with a value of each, to look rows up in; shared by all blocks."""

    def __init__(self, commons: Sequence[Common]) -> None:
        super().__init__()
        self.commons = commons

    def table(self, read: Callable[[Common], Any], kind: Any = np.int8) -> Any:
        """A value of each profile."""
        return np.array([read(common) for common in self.commons], kind)

    @cached_property
    def kind(self) -> Any:
        """Each profile's place in KINDS."""
        return self.table(lambda common: KINDS.index(common.facts.kind))

    @cached_property
    def direction(self) -> Any:
        """Each profile's place in DIRECTIONS."""
        return self.table(lambda common: DIRECTIONS.index(common.facts.direction))

    @cached_property
    def undated(self) -> Any:
        """Profiles without a day of the event."""
        return self.table(lambda common: common.undated, bool)

    @cached_property
    def unsound(self) -> Any:
        """Profiles that no policy can answer."""
        return self.table(lambda common: common.unsound, bool)

    @cached_property
    def given_back(self) -> Any:
        """Profiles of what was not kept."""
        return self.table(lambda common: common.facts.disposition in NOT_KEPT, bool)

    @cached_property
    def one_off(self) -> Any:
        """Profiles of events on a day."""
        return self.table(lambda common: common.facts.kind in ONE_OFF, bool)

    @cached_property
    def givers(self) -> Any:
        """How many gave it jointly, one at least."""
        return self.table(lambda common: max(common.facts.givers, 1), np.int64)

    def having(self, names: frozenset[str]) -> Any:
        """Profiles that state any of these rare answers."""
        return self.once(("rare", names), lambda: self.table(lambda common: not names.isdisjoint(common.rare), bool))


class Block(Once):
    """`rows` as reading.py gives them, their counterparty `group`, and the profiles they refer to."""

    def __init__(self, rows: Any, group: Any, profiles: Profiles, changer: Changer) -> None:
        super().__init__()
        self.rows, self.group, self.profiles, self.changer = rows, group, profiles, changer

    @cached_property
    def profile(self) -> Any:
        """The number of each row's profile."""
        return self.rows["profile"].copy()

    @cached_property
    def day(self) -> Any:
        """The event's day, that of filing where none is stated, since 1970."""
        return self.rows["day"].copy()

    @cached_property
    def filed(self) -> Any:
        """The day of filing, since 1970."""
        return self.rows["filed"].copy()

    @cached_property
    def value(self) -> Any:
        """The whole value in minor units of its own currency, NOTHING where it is not known."""
        return self.rows["value"].copy()

    @cached_property
    def heads(self) -> Any:
        """Among how many it was shared, one at least."""
        return np.maximum(self.rows["heads"], 1)

    @cached_property
    def rated(self) -> Any:
        """The day whose rate holds for the thing itself."""
        return np.minimum(self.day, self.filed)

    @cached_property
    def in_future(self) -> Any:
        """Whether the event lay ahead on the day of filing."""
        return self.day > self.filed

    @cached_property
    def beyond(self) -> Any:
        """Rows whose numbers are so large that only the engine's arithmetic is trusted with them."""
        large = (self.value != packing.NOTHING) & (np.abs(self.value) > LARGE)
        return large | ((self.rows["base"] != packing.NOTHING) & (np.abs(self.rows["base"]) > LARGE)) | (self.heads > MANY)

    # money

    def whole(self, currency: str, max_age: timedelta) -> Amounts:
        """The whole value of each row in `currency`, at the rate that holds for the thing itself."""
        codes = self.once("currencies", lambda: self._codes(lambda common: common.currency)[self.profile])
        return self.once(  # type: ignore[no-any-return]
            ("whole", currency, max_age), lambda: self.changer.into(currency, self.value, codes, self.rated, max_age)
        )

    def share(self, currency: str, max_age: timedelta) -> Amounts:
        """One head's share of each row in `currency` as totals count it: as kept in the company's, else at its own day's rate."""
        return self.once(("share", currency, max_age), lambda: self._share(currency, max_age))  # type: ignore[no-any-return]

    def _share(self, currency: str, max_age: timedelta) -> Amounts:
        """As the engine picks: what is kept in that currency; else the share as stated; else what is kept, converted."""
        base, wanted = self.rows["base"].copy(), self.changer.code.get(currency, -1)
        own = self._codes(lambda common: common.currency)[self.profile]
        kept = self._codes(lambda common: common.base_currency)[self.profile]
        stated = self.value != packing.NOTHING
        heads = self.heads
        part = np.where(stated, np.sign(self.value) * ((2 * np.abs(self.value) + heads) // (2 * heads)), packing.NOTHING)
        as_kept = (base != packing.NOTHING) & ((kept == wanted) | ~stated)
        minor, codes = np.where(as_kept, base, part), np.where(as_kept, kept, own)
        return self.changer.into(currency, minor, codes, self.day, max_age)

    def _codes(self, read: Callable[[Common], str | None]) -> Any:
        code = self.changer.code
        return self.profiles.table(lambda common: code.get(read(common) or "", -1), np.int32)

    # what comes together

    def layout(self, per: str, both_directions: bool) -> Layout:
        """The rows in the order of totals kept by `per` ("counterparty" or "declarant")."""
        return self.once(("layout", per, both_directions), lambda: self._layout(per, both_directions))  # type: ignore[no-any-return]

    def _layout(self, per: str, both_directions: bool) -> Layout:
        keys = [self.rows["declarant"]]
        if per == "counterparty":
            keys.append(self.group)
        if not both_directions:
            keys.append(self.profiles.direction[self.profile])
        return layout(keys, self.day)
