"""A house with something of everything in its record: for those who tamper with it, and for the bundles made of it."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from declarations import casework
from declarations.directory import commands as directory
from declarations.errors import NotFound
from declarations.evidence import sequencer
from declarations.evidence.proofs import Proofs
from declarations.extensions import db, writing
from declarations.filing import attachments
from declarations.models import Attachment, Draft, RoleGrant
from declarations.policies import commands as policies
from declarations.registers import building, reading
from declarations.registers import commands as registers
from declarations.registers.periods import Period
from declarations.sampling.commands import draw_sample
from declarations.sampling.drawing import Method
from tests.support.story import PACK, Story
from workflows.case import Refused
from workflows.words import Action, Kind, Role, State

FIRMS = ("Osterman & Sons", "Kestrel Logistics", "Faun GmbH", "Rival Oy")
PEOPLE = ("Amalie", "Tomasz", "Ben", "Dee")
SORTS = (
    {"kind": Kind.GIFT, "title": "A wine hamper"},
    {"kind": Kind.ENTERTAINMENT, "form": "event", "host_present": True},
    {"kind": Kind.TRAVEL, "travel_class": "economy", "nights": 2},
    {"kind": Kind.INTEREST, "form": "directorship"},
    {"kind": Kind.CONFLICT, "close_relation": True},
)


def recorded(app: Flask, declarations: int = 20, *, seed: int = 1) -> Story:
    """A year's work in small: filed, decided, files, roles, a delegation, a late entry, two registers, two checkpoints. The
    story's `earlier` and `held` are the checkpoints as an auditor keeps them; `register` is the public id of the newest register."""
    story = Story(app)
    story.pack = lambda: None  # type: ignore[method-assign]  # published by command here, as an installation does
    story.house()
    with app.app_context():
        for path in sorted(PACK.glob("*.toml"), key=lambda path: (not path.name.startswith("group"), path.name)):
            policies.publish(text=path.read_bytes(), name=path.name, by_email=None)
    chance = random.Random(seed)
    for firm in FIRMS:
        story.firm(firm)
    with_file(story)
    _roles(story)
    for number in range(declarations):
        if number == declarations // 2:
            _register(story)
            story.earlier = _checkpoint(story)  # type: ignore[attr-defined]
        story.now += timedelta(hours=5)
        _one(story, chance, number)
    with_file(story)
    story.declare("Gerda", firm="Faun GmbH", worth="400")
    story.declare("Gerda", firm="Faun GmbH", worth="1900", occurred_on=date(2026, 6, 1))  # late: it lifts the other over a limit
    story.away("Ben", substitute="Dee")
    story.register = _register(story)  # type: ignore[attr-defined]
    story.held = _checkpoint(story)  # type: ignore[attr-defined]
    return story


def with_file(story: Story, by: str = "Amalie") -> str:
    """A gift with a receipt attached; its public id."""
    with story.app.app_context(), writing() as session:
        draft = Draft(owner_id=story.ids[by], kind="gift", answers={}, created_at=story.now, updated_at=story.now)
        session.add(draft)
        session.flush()
        content = b"%PDF-1.7 a receipt"
        session.add(
            Attachment(
                draft_id=draft.id,
                filename="receipt.pdf",
                media_type="application/pdf",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                stored_as=attachments.store(content),
                added_by_id=story.ids[by],
                added_at=story.now,
            )
        )
        public_id = draft.public_id
    viewer, facts = (
        story.viewer(by),
        story.facts(by, Kind.GIFT, firm=next(n for n in story.ids if n in (*FIRMS, "Osterman")), worth="90"),
    )
    with story.app.app_context():
        return casework.file(
            draft_public_id=public_id, actor=viewer, facts=facts, answers={"what": "Wine"}, new_counterparty=None
        )


def _one(story: Story, chance: random.Random, number: int) -> None:
    """One declaration; then somebody who may decides it, one way or another, or nobody does yet."""
    by, more = chance.choice(PEOPLE), dict(SORTS[number % len(SORTS)])
    worth = None if more["kind"] in (Kind.INTEREST, Kind.CONFLICT) else str(chance.randrange(50, 3000))
    named = frozenset({story.ids[chance.choice([p for p in PEOPLE if p != by])]}) if chance.random() < 0.3 else frozenset()
    it = story.declare(by, firm=chance.choice(FIRMS), worth=worth, named=named, **more)  # type: ignore[arg-type]
    story.now += timedelta(hours=1)
    for _ in range(chance.randrange(4)):
        if story.state(it) not in (State.WITH_MANAGER, State.WITH_COMPLIANCE):
            break
        _decide(story, chance, it, by)
        story.now += timedelta(minutes=20)
    if story.state(it) is State.SENT_BACK:
        story.act(by, Action.ANSWER, it, reason="The whole team came")


def _decide(story: Story, chance: random.Random, it: str, by: str) -> None:
    for who in ("Ben", "Dee", "Gerda", "Ilse", "Otto"):
        action = chance.choice((Action.APPROVE, Action.APPROVE, Action.REFUSE, Action.APPROVE_WITH_CONDITIONS, Action.SEND_BACK))
        inputs: dict[str, object] = {"reason": f"Because of {it[:4]}"}
        if action is Action.REFUSE:
            inputs["disposition"] = "decline_it"
        if action is Action.APPROVE_WITH_CONDITIONS:
            inputs = {"conditions": (("Pay the taxi yourself", date(2026, 12, 24)),)}
        try:
            story.act(who, action, it, **inputs)
        except (NotFound, Refused):
            continue
        return


def _roles(story: Story) -> None:
    adam = story.viewer("Adam")
    with story.app.app_context():
        people = {name: story.viewer(name).public_id for name in ("Dee", "Vera", "Tomasz")}
        directory.grant(by=adam, person=people["Dee"], role=Role.COMPLIANCE_OFFICER, company="NL-DE")
        directory.grant(by=adam, person=people["Tomasz"], role=Role.INTERNAL_AUDITOR, company="NL-DK")
        grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == story.ids["Tomasz"])).one()
    story.now += timedelta(minutes=5)
    with story.app.app_context():
        directory.revoke(by=adam, grant_id=grant)


def _register(story: Story) -> str:
    """Asked for, built, taken, signed off and sampled by the auditor."""
    auditor = replace(story.viewer("Aud"), confirmed_at=story.now)
    with story.app.app_context():
        period = Period(date(2026, 1, 1), date(2026, 12, 31))
        public_id = registers.ask(viewer=auditor, company_id=story.ids["company NL"], period=period, language="en")
        building.build(public_id)
        registers.take(viewer=auditor, public_id=public_id)
        reading.sign_off(viewer=auditor, public_id=public_id, findings="All in order")
        draw_sample(viewer=auditor, register_id=public_id, method=Method.RANDOM, size=3, seed="lot 7")
    return public_id


def _checkpoint(story: Story) -> str:
    with story.app.app_context():
        assert sequencer.run("one") is not None
        with db.engine.connect() as connection:
            latest = Proofs(connection).latest()
    assert latest is not None
    return latest.note
