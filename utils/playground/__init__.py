"""The neural network playground of lesson 07: an engine without a widget, and widgets that show it."""

from typing import TYPE_CHECKING

from utils.playground.picture import playground_picture
from utils.playground.state import State

if TYPE_CHECKING:
    from utils.playground.pad import drawing_pad
    from utils.playground.widget import Playground

__all__ = ["State", "drawing_pad", "playground", "playground_picture"]


def __getattr__(name: str) -> object:
    """drawing_pad, imported when it is asked for: the engine needs no widget."""
    if name == "drawing_pad":
        from utils.playground.pad import drawing_pad

        return drawing_pad
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def playground(state: State | dict | str | None = None, *, picture: bool = True) -> "Playground":
    """The playground as a widget: the last line of a cell shows it.

    >>> playground("dataset=spiral&hidden=8,8")

    Args:
        state: the experiment from which it starts: a `State`, its dictionary or its short string (`.state` and `.text`
            of the widget give them); what is not named has the default.
        picture: whether a page without a kernel (the stored notebook, GitHub) shows a picture of it beside the words.

    Raises:
        ValueError: the state cannot be; the message names what is wrong.
    """
    from utils.playground.widget import Playground

    return Playground(state, with_picture=picture)
