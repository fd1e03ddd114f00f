"""Every page that shows a draft has a name, so that what was typed in one window is not undone unseen by another."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex


@dataclass(frozen=True, slots=True)
class Window:
    """Where somebody types: the page's own name, and the name of the page whose words it was shown with."""

    name: str = ""
    before: str = ""

    def may_undo(self, name: str) -> bool:
        """Whether what was typed last in the window of that name was seen here, or typed here."""
        return name in (self.name, self.before)


def opened(before: str) -> Window:
    """A page shown with words that were typed in the window `before`."""
    return Window(token_hex(8), before)


def sent(form: Mapping[str, str]) -> Window:
    """The window that a form was sent from, as its hidden fields say."""
    return Window(form.get("window", "")[:16], form.get("window_before", "")[:16])
