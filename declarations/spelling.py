"""How names and numbers are compared is a rule, kept with the rules."""

from workflows.spelling import LONGEST_NAME, fold, letters, normalise_number, tidy, tokens

__all__ = ["LONGEST_NAME", "fold", "letters", "normalise_number", "tidy", "tokens"]
