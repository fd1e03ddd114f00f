"""What people do in the demo when it is their turn: what their scene says, and never what the policy forbids."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from declarations.demo.scene import Ending, Scene
from workflows.case import Inputs
from workflows.words import Action, State


def decision(scene: Scene, row: Row[*tuple[Any, ...]], today: date) -> tuple[Action | None, Inputs]:
    """What the people whose turn it is do with a declaration in this scene, and what they type; None if they leave it."""
    with_manager = row.state == State.WITH_MANAGER
    match scene.ending:
        case Ending.HALF | Ending.UP if row.state == State.WITH_EXECUTIVE:
            return None, Inputs()
        case Ending.HALF if not with_manager:
            return None, Inputs()
        case Ending.UP if not with_manager:
            return Action.ESCALATE, Inputs(reason=scene.reason)
        case Ending.REFUSE:
            return Action.REFUSE, Inputs(reason=scene.reason, disposition=scene.told)
        case _ if row.prohibited:
            return Action.REFUSE, Inputs(reason=scene.reason or "The policy does not allow it.", disposition=scene.told)
        case Ending.CONDITIONS:
            due = today + timedelta(days=30)
            return Action.APPROVE_WITH_CONDITIONS, Inputs(conditions=tuple((text, due) for text in scene.conditions))
        case Ending.ASK | Ending.ASKED if not _asked(row):
            return Action.SEND_BACK, Inputs(reason=scene.reason)
        case Ending.ESCALATE if with_manager and not row.escalated:
            return Action.ESCALATE, Inputs(reason=scene.reason)
        case Ending.WITHDRAW:
            return Action.WITHDRAW, Inputs()
        case Ending.ADVISE:
            return Action.ADVISE, Inputs(reason=scene.reason)
        case _:
            return Action.APPROVE, Inputs()


def _asked(row: Row[*tuple[Any, ...]]) -> bool:
    """True if somebody asked for more before: then it has more than its filing and reminders behind it."""
    return row.returns_to is not None or row.version > 1 + row.reminded
