"""What the rules mean: plain data in, plain data out. `advance` is the one door.

Nothing here knows the web, a database, a clock or the environment.
"""

from workflows.case import (
    Actor,
    Assignment,
    Case,
    Company,
    Decision,
    Forbidden,
    Inputs,
    Invalid,
    Notice,
    Org,
    PassedOver,
    Person,
    Refused,
    Stale,
    Step,
    World,
)
from workflows.deadlines import safe_default, safe_default_holds
from workflows.engine import advance
from workflows.facts import Facts, Item
from workflows.permissions import available, is_turn_of, may
from workflows.reviews import asks_advice, rule_content
from workflows.words import Action, Review, Role, State

__all__ = [
    "Action",
    "Actor",
    "Assignment",
    "Case",
    "Company",
    "Decision",
    "Facts",
    "Forbidden",
    "Inputs",
    "Invalid",
    "Item",
    "Notice",
    "Org",
    "PassedOver",
    "Person",
    "Refused",
    "Review",
    "Role",
    "Stale",
    "State",
    "Step",
    "World",
    "advance",
    "asks_advice",
    "available",
    "is_turn_of",
    "may",
    "rule_content",
    "safe_default",
    "safe_default_holds",
]
