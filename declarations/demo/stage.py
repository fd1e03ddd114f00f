"""The story is played, not painted: every declaration goes through casework at its own moment, in the order of time."""

import heapq
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Row, bindparam, select

from declarations import casework
from declarations.compliance import linking
from declarations.compliance.commands import link
from declarations.compliance.firms import firm
from declarations.compliance.reach import reach_of
from declarations.counterparties import NewCounterparty
from declarations.deciding.commands import set_substitute
from declarations.demo.house import Absence, House
from declarations.demo.scene import Ending, Scene
from declarations.demo.turns import decision
from declarations.direct import run
from declarations.extensions import db, writing
from declarations.models import Condition, Counterparty, Declaration, Draft, Person
from declarations.people_in_question import holders
from declarations.viewer import Viewer, viewer
from workflows.case import Forbidden, Inputs, Refused
from workflows.facts import Facts
from workflows.kinds import KINDS
from workflows.kinds.hearing import hear
from workflows.kinds.reading import OtherSide, problems, read
from workflows.words import WAITING, Action, Kind, Role, State

_SAID = {  # what somebody asked for more information writes back
    "Who else was there?": "Two of their engineers and the three of us.",
    "What was the occasion?": "The end of the project.",
}

Seen = Row[*tuple[Any, ...]]  # what the players know of a declaration before they act

_SEEN = select(
    Declaration.id, Declaration.public_id, Declaration.version, Declaration.state, Declaration.filing, Declaration.company_id,
    Declaration.prohibited, Declaration.escalated, Declaration.returns_to, Declaration.assignee_id,
    Declaration.pool_company_id, Declaration.due_on, Declaration.reminded,
).where(Declaration.public_id == bindparam("address"))  # fmt: skip
_OTHER_SIDE = (
    select(Counterparty.id, Counterparty.group_id, Counterparty.name, Counterparty.class_, Counterparty.country)
    .join(Declaration, Declaration.counterparty_id == Counterparty.id)
    .where(Declaration.public_id == bindparam("address"))
)


class Stage:
    """Plays scenes up to `end` (UTC). While it plays, the app's clock stands at the moment of the scene."""

    def __init__(self, house: House, end: datetime, chance: Random) -> None:
        self.house, self.end, self.chance = house, end, chance
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = count()
        self._known: dict[str, OtherSide] = {}
        self._viewers: dict[int, Viewer] = {}

    def at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        """Put something on the agenda; what lies after the end never happens."""
        if moment < self.end:
            heapq.heappush(self._agenda, (moment, next(self._order), act))

    def add(self, scenes: list[Scene]) -> None:
        """Put the filing of each on the agenda; what follows from it comes when it is filed. Drafts wait in advance."""
        moments = [self._hour(scene.who, scene.filed_on) for scene in scenes]
        with writing() as session:
            drafts = [_draft(scene, self.house, moment) for scene, moment in zip(scenes, moments, strict=True)]
            session.add_all(drafts)
            session.flush()
            for scene, moment, draft in zip(scenes, moments, drafts, strict=True):
                self.at(moment, lambda now, scene=scene, draft=draft.public_id: self._file(scene, draft, now))  # type: ignore[misc]

    def play(self) -> None:
        """Everything on the agenda, in the order of time; afterwards the clock is the real one again."""
        before = current_app.config.get("CLOCK")
        try:
            while self._agenda:
                moment, _, act = heapq.heappop(self._agenda)
                current_app.config["CLOCK"] = lambda moment=moment: moment
                act(moment)
        finally:
            current_app.config["CLOCK"] = before

    def substitute(self, plan: Absence, now: datetime) -> None:
        """Somebody will be away, and names who decides meanwhile."""
        who, other, first, last = plan
        set_substitute(
            person=self._viewer(who, now),
            substitute_id=self.house.people[other],
            first_on=first,
            last_on=last,
            today=min(first, now.date()),
        )

    def link(self, officer: str, name: str, other: str, reason: str, now: datetime) -> None:
        """An officer finds that two spellings are one firm; what is filed from then on lands on the one it is the same as."""
        session, who = db.session(), self._viewer(officer, now)
        here, there = (session.get_one(Counterparty, self._known[spelling].id) for spelling in (name, other))
        shown = linking.seen(firm(session, reach_of(session, who), here.public_id), there)
        public_id, other_public_id = here.public_id, there.public_id
        link(officer=who, public_id=public_id, other_public_id=other_public_id, how=linking.SAME, seen=shown, reason=reason)
        self._known[name] = self._known[other]

    # filing

    def _file(self, scene: Scene, draft: str, now: datetime) -> None:
        typed = typed_in_full(scene, self._known)
        facts, new = self._understood(scene, typed, now)
        try:
            casework.file(
                draft_public_id=draft, actor=self._viewer(scene.who, now), facts=facts, answers=typed, new_counterparty=new
            )
        except Refused as refusal:
            raise RuntimeError(
                f"{scene.who} cannot file {typed}: {refusal.sentence} {getattr(refusal, 'problems', '')}"
            ) from None
        if scene.firm and scene.firm.name not in self._known:
            self._known[scene.firm.name] = self._other_side(draft)
        self._go_on(scene, draft, now)

    def _understood(self, scene: Scene, typed: Mapping[str, str], now: datetime) -> tuple[Facts, NewCounterparty | None]:
        """The facts of what was typed, by the way the form takes."""
        person, company = self.house.people[scene.who], self.house.company_of(scene.who)
        other = self._known.get(scene.firm.name) if scene.firm else None
        answers, misheard = hear(KINDS[scene.kind], typed, locale="en", currency=company.currency, colleagues=self.house.by_email)
        today = now.astimezone(ZoneInfo(company.time_zone)).date()
        wrong = misheard | problems(scene.kind, answers, filed_on=today, direction=scene.direction, counterparty=other)
        if wrong:
            raise RuntimeError(f"{scene.who} typed {typed}: {wrong}")
        facts = read(
            scene.kind,
            answers,
            declarant_id=person,
            filed_on=today,
            direction=scene.direction,
            counterparty=other,
            country=company.country,
        )
        firm = scene.firm
        new = NewCounterparty(firm.name, firm.class_, firm.country, firm.number or None) if firm and other is None else None
        return facts, new

    def _other_side(self, public_id: str) -> OtherSide:
        return OtherSide(*run(db.session(), _OTHER_SIDE, {"address": public_id}).one())

    # what follows

    def _go_on(self, scene: Scene, public_id: str, now: datetime) -> None:
        """Whose turn it is will act after their time; whoever is slow is reminded, as the worker would."""
        if scene.ending is Ending.WAIT:
            self._watch_from(scene, public_id, now)
            return
        moment = self._later(scene.who, now, scene.after)
        self.at(moment, lambda then: self._act(scene, public_id, then))
        if scene.after > 2:
            self._watch_from(scene, public_id, now)

    def _watch_from(self, scene: Scene, public_id: str, now: datetime, row: Seen | None = None) -> None:
        """The worker looks again on the morning on which something may be due next; `row` is given where it was just read."""
        row = row or self._row(public_id)
        days = 1
        if row.due_on is not None:
            days = max(1, (_next_look(row) - now.date()).days)
        self.at(self._morning(scene.who, now, days), lambda then: self._watch(scene, public_id, then))

    def _watch(self, scene: Scene, public_id: str, now: datetime) -> None:
        """What the worker does in the morning: remind, and pass on what is overdue."""
        row = self._row(public_id)
        if row.state not in WAITING | {State.SENT_BACK}:
            return
        done = None
        if row.due_on is not None and now.weekday() < 5:
            if row.state != State.WITH_EXECUTIVE and row.state != State.SENT_BACK and now.date() > row.due_on:
                done = casework.by_clock(declaration_id=row.id, action=Action.ESCALATE)
            elif now.date() >= row.due_on + timedelta(days=4 * row.reminded - 2):
                done = casework.by_clock(declaration_id=row.id, action=Action.REMIND)
        self._watch_from(scene, public_id, now, None if done else row)

    def _act(self, scene: Scene, public_id: str, now: datetime) -> None:
        """What comes next, until nobody has anything to do with it any more."""
        row = self._row(public_id)
        state, ending = State(row.state), scene.ending
        if state in WAITING:
            if not self._decide(scene, row, now):
                return
        elif state is State.SENT_BACK and ending is Ending.ASK:
            said = _SAID.get(scene.reason, "I looked it up in a shop.")
            self._do(scene.who, Action.ANSWER, row, Inputs(reason=said), now)
        elif ending is Ending.CORRECT and state in (State.RECORDED, State.APPROVED) and row.filing == 1:
            self._correct(scene, row, now)
        elif ending is Ending.END and state in (State.RECORDED, State.APPROVED):
            self._do(scene.who, Action.END, row, Inputs(ended_on=now.date() - timedelta(days=1)), now)
        elif state is State.APPROVED_WITH_CONDITIONS:
            self.at(self._later(scene.who, now, self.chance.uniform(5, 20)), lambda then: self._fulfil(scene, public_id, then))
            return
        else:
            return
        slow = 40.0 if ending is Ending.END else self.chance.uniform(0.2, 2.0)
        self.at(self._later(scene.who, now, slow), lambda then: self._act(scene, public_id, then))

    def _fulfil(self, scene: Scene, public_id: str, now: datetime) -> None:
        """Conditions are met before their day, one after the other."""
        row = self._row(public_id)
        left = db.session.scalars(
            select(Condition.id).where(Condition.declaration_id == row.id, Condition.met_at.is_(None)).order_by(Condition.id)
        ).first()
        if left is not None and row.state == State.APPROVED_WITH_CONDITIONS:
            self._do(scene.who, Action.FULFIL, row, Inputs(reason="Done, as agreed.", condition_id=left), now)
            self.at(self._later(scene.who, now, 1.0), lambda then: self._fulfil(scene, public_id, then))

    def _decide(self, scene: Scene, row: Seen, now: datetime) -> bool:
        """Whoever's turn it is does what the scene says; False if they leave it where it is."""
        action, inputs = decision(scene, row, now.date())
        if action is None:
            return False
        for name in [scene.who] if action is Action.WITHDRAW else self._whose_turn(row, now):
            if self._tried(name, action, row, inputs, now):
                return True
        return any(self._tried(name, Action.APPROVE, row, Inputs(), now) for name in self._whose_turn(row, now))

    def _tried(self, name: str, action: Action, row: Seen, inputs: Inputs, now: datetime) -> bool:
        """False if they may not, such as an officer who works for the declarant."""
        try:
            self._do(name, action, row, inputs, now)
        except Forbidden:
            return False
        return True

    def _correct(self, scene: Scene, row: Seen, now: datetime) -> None:
        typed = typed_in_full(scene, self._known) | dict(scene.then)
        facts, _ = self._understood(scene, typed, now)
        casework.act(
            casework.Act(
                public_id=row.public_id,
                action=Action.CORRECT,
                actor=self._viewer(scene.who, now),
                seen_version=row.version,
                facts=facts,
                answers=typed,
                inputs=Inputs(reason="I had the amount wrong."),
            )
        )

    def _do(self, name: str, action: Action, row: Seen, inputs: Inputs, now: datetime) -> None:
        casework.act(
            casework.Act(
                public_id=row.public_id, action=action, actor=self._viewer(name, now), seen_version=row.version, inputs=inputs
            )
        )

    # who and when

    def _whose_turn(self, row: Seen, now: datetime) -> list[str]:
        if row.assignee_id is not None:
            return [self.house.names[row.assignee_id]]
        pool = holders(db.session(), Role.COMPLIANCE_OFFICER, [row.pool_company_id or row.company_id])
        return [self.house.names[person] for people in pool.values() for person in people]

    def _viewer(self, name: str, now: datetime) -> Viewer:
        """As they were on that day; those whom nobody made a substitute never change."""
        person = self.house.people[name]
        if person in self._viewers:
            return self._viewers[person]
        made = viewer(db.session(), db.session.get_one(Person, person), now)
        if name not in self.house.substitutes:
            self._viewers[person] = made
        return made

    def _row(self, public_id: str) -> Seen:
        db.session.rollback()
        return run(db.session(), _SEEN, {"address": public_id}).one()

    def _hour(self, name: str, day: date) -> datetime:
        """A moment of that person's working day; today only what has passed already."""
        zone = ZoneInfo(self.house.company_of(name).time_zone)
        moment = datetime.combine(day, time(8), zone) + timedelta(minutes=self.chance.randint(5, 560))
        latest = self.end - timedelta(minutes=self.chance.randint(10, 90))
        return min(moment.astimezone(UTC), latest)

    def _later(self, name: str, now: datetime, working_days: float) -> datetime:
        """So many working days on, roughly at the same hour, not at the weekend."""
        moment = now + timedelta(hours=24 * working_days if working_days >= 1 else 8 * working_days)
        moment += timedelta(days=2 * int((now.weekday() + working_days) // 5))
        return moment

    def _morning(self, name: str, now: datetime, days: int) -> datetime:
        zone = ZoneInfo(self.house.company_of(name).time_zone)
        day = now.astimezone(zone).date() + timedelta(days=days)
        return datetime.combine(day, time(6), zone).astimezone(UTC)


def _next_look(row: Seen) -> date:
    """The first day on which a reminder may be due, or the day after the last one for an answer."""
    due: date = row.due_on
    return min(due + timedelta(days=1), due + timedelta(days=4 * row.reminded - 2))


def typed_in_full(scene: Scene, known: Mapping[str, OtherSide]) -> dict[str, str]:
    """What stands in the form: the answers, and what is asked of a counterparty nobody has met."""
    typed = dict(scene.typed)
    if scene.direction is not None:
        typed["direction"] = scene.direction.value
    if scene.firm is not None:
        typed["counterparty"] = scene.firm.name
        if scene.firm.name not in known:
            typed |= {"counterparty_class": scene.firm.class_, "counterparty_country": scene.firm.country}
            typed |= {"registered_number": scene.firm.number} if scene.firm.number else {}
    return typed


def _draft(scene: Scene, house: House, moment: datetime) -> Draft:
    prepared = house.people[scene.prepared_by] if scene.prepared_by else None
    return Draft(
        owner_id=house.people[scene.who],
        prepared_by_id=prepared,
        ready_at=moment - timedelta(hours=1) if prepared else None,
        kind=Kind(scene.kind).value,
        answers={},
        created_at=moment - timedelta(minutes=4),
        updated_at=moment,
    )
