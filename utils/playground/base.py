"""What the course's widgets have in common: one lock, one way to answer, and something true where no widget can show.

The front end drives: it asks, Python answers, and between two messages Python does nothing. So a widget survives an
interrupted kernel, a hidden tab and a cell that is run again.
"""

import threading
import traceback
from collections.abc import Mapping

import anywidget
import numpy as np

from utils.pictures import figure_png
from utils.plots.style import CourseFigure

ALIGNED = 4  # bytes: where an array may begin, so that JavaScript can look at it without a copy


class CourseWidget(anywidget.AnyWidget):
    """A widget that answers messages.

    A subclass says in `words` what stands where no widget can be shown (the stored notebook, GitHub, a web page), may
    draw a `picture()` for the same places, and answers in `answer()`.
    """

    words = "A widget: run this cell in JupyterLab, Notebook, VS Code or Colab to use it."

    def __init__(self, **traits) -> None:
        self._turn = threading.Lock()  # JupyterLab's messages come on a thread of their own, the first on the main one
        super().__init__(**traits)
        self.on_msg(self._receive)

    def answer(self, message: dict, buffers: list[bytes]) -> tuple[dict, Mapping[str, np.ndarray]] | None:
        """Do what a message of the front end asks.

        Args:
            message: what came, always with a "type".
            buffers: the bytes that came with it.

        Returns:
            The reply, with a "type" of its own, and the arrays that go with it (see `packed`); None where there is
            nothing to say. An exception becomes a reply of the type "error".
        """
        raise NotImplementedError

    def picture(self) -> CourseFigure | None:
        """A picture of the widget as it is now, for pages without a kernel; None shows the words alone."""
        return None

    def _receive(self, _, message: dict, buffers: list) -> None:
        """Answer one message; exceptions would reach nobody, so the front end is told."""
        try:
            with self._turn:
                reply = self.answer(message, [bytes(buffer) for buffer in buffers or []])
        except (Exception, KeyboardInterrupt) as error:
            reply = _complaint(error), {}
        if reply is None:
            return
        content, arrays = reply
        layout, data = packed(arrays)
        # The request's own number lets the front end count what is under way; two views may share one widget.
        self.send({**content, "id": message.get("id"), "layout": layout}, buffers=[data])

    def __repr__(self) -> str:
        """The words: the default would hold an address, which differs in each run."""
        return self.words

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        """The widget, and beside it what is shown where no widget can be."""
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data, metadata = {**data, "text/plain": self.words}, dict(metadata)  # ipywidgets cuts long texts
        if (figure := self.picture()) is not None:
            data["image/png"], metadata["image/png"] = figure_png(figure)
        return data, metadata


def packed(arrays: Mapping[str, np.ndarray]) -> tuple[dict[str, list], bytes]:
    """Arrays as one block of bytes, and where in it each lies.

    Returns:
        For each name [type, shape, offset in bytes], such as ["float32", [250, 3], 0], and the bytes (little-endian).

    Raises:
        ValueError: an array is neither float32 nor uint8.
    """
    layout, parts, offset = {}, [], 0
    for name, array in arrays.items():
        if array.dtype not in (np.float32, np.uint8):
            raise ValueError(f"{name}: got an array of {array.dtype}, expected float32 or uint8")
        part = array.astype(array.dtype.newbyteorder("<")).tobytes()
        layout[name] = [str(array.dtype), list(array.shape), offset]
        part += bytes(-len(part) % ALIGNED)
        parts.append(part)
        offset += len(part)
    return layout, b"".join(parts)


def unpacked(layout: Mapping[str, list], data: bytes) -> dict[str, np.ndarray]:
    """The arrays that `packed` made one block of."""
    return {
        name: np.frombuffer(data, np.dtype(kind).newbyteorder("<"), int(np.prod(shape)), offset).reshape(shape)
        for name, (kind, shape, offset) in layout.items()
    }


def finite(number: float) -> float | None:
    """A number that JSON knows: None in place of NaN and infinity."""
    return float(number) if np.isfinite(number) else None


def _complaint(error: BaseException) -> dict:
    """An exception as a message for the front end, with the last lines of where it happened."""
    if isinstance(error, KeyboardInterrupt):
        return {"type": "error", "message": "The kernel was interrupted. Repeat the last step to go on.", "details": ""}
    where = "".join(traceback.format_exception(error)[-3:])
    return {"type": "error", "message": str(error) or type(error).__name__, "details": where}
