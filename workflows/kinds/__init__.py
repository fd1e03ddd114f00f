"""What we ask: one module per kind of thing people declare, and one list of them."""

from collections.abc import Mapping

from workflows.kinds.conflict import CONFLICT
from workflows.kinds.donation import DONATION
from workflows.kinds.entertainment import ENTERTAINMENT
from workflows.kinds.gift import GIFT
from workflows.kinds.interest import INTEREST
from workflows.kinds.question import Answer, Answers, Choice, If, Question, Questionnaire, Type
from workflows.kinds.travel import TRAVEL
from workflows.words import Kind

KINDS: Mapping[Kind, Questionnaire] = {sheet.kind: sheet for sheet in (GIFT, ENTERTAINMENT, TRAVEL, INTEREST, CONFLICT, DONATION)}

__all__ = ["KINDS", "Answer", "Answers", "Choice", "If", "Question", "Questionnaire", "Type"]
