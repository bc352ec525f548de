"""Three sliders for a neuron's two weights and its bias: the line and the score follow at once."""

import base64
import io
import uuid

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from utils.plots.checks import as_images, as_numbers, same_length
from utils.plots.style import BLUE, GREY, VERMILLION

SILENT, FIRES = "#DCEBF5", "#FBE3D6"  # the sides of the line, tinted as in plots.decision_boundaries
WIDTH, HEIGHT, MARGIN = 480, 460, 46  # of the picture, and of its left and lower edge, in CSS pixels
HEADING = 32  # room above it for the legend
PICTURE = 26  # side of a small picture, in CSS pixels
ROOM = 0.12  # around the points, as a share of their spread
LARGEST, STEP = 3.0, 0.05  # of a weight and of the bias
START = {"w₁": 1.0, "w₂": -1.0, "b": 0.0}
SLIDER = "330px"


def line_by_hand(
    X: ArrayLike,
    y: ArrayLike,
    shown: ArrayLike,
    images: ArrayLike,
    *,
    class_names: tuple[str, str] = ("0", "1"),
    xlabel: str = "x1",
    ylabel: str = "x2",
) -> "LineByHand":
    """A neuron whose two weights and bias are set by hand.

    >>> line_by_hand(X, y, few, images[few], class_names=("3", "8"))

    Args:
        X, y: all points, shape (n, 2), and their classes, 0 or 1, shape (n,): the accuracy counts all of them.
        shown: the indices of those that are drawn.
        images: their pictures, grey ones, shape (len(shown), rows, columns), as for digit_gallery.
        class_names: what the classes 0 and 1 are called.
        xlabel, ylabel: the axes' names. Of mathematics between $ signs only x_1 and x_2 are known.

    Raises:
        ValueError: shapes or lengths that do not fit, or classes other than 0 and 1.
    """
    X, y, shown = as_numbers("X", X, 2), np.asarray(y), np.asarray(shown, dtype=int)
    if X.shape[1] != 2:
        raise ValueError(f"X: got shape {X.shape}, expected (n, 2)")
    if y.shape != (len(X),) or not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: got shape {y.shape} and classes {np.unique(y)[:9]}, expected ({len(X)},) of 0 and 1")
    pictures = as_images("images", images)
    if pictures.in_colour:
        raise ValueError("images: got images with channels of colour, expected grey ones, which are tinted by class")
    same_length(shown=shown, images=pictures.pixels)
    plane = _Plane(X[shown], y[shown] == 1, pictures.scaled)
    return LineByHand(X, y == 1, plane, class_names, (_plain(xlabel), _plain(ylabel)))


class LineByHand(ipywidgets.Box):
    """The sliders, the score and the picture; `w`, `b` and `accuracy` are what they say now, `best` the best so far."""

    words = "Three sliders for w1, w2 and b: run this cell in JupyterLab, Notebook, VS Code or Colab to move them."

    def __init__(self, X, y, plane: "_Plane", class_names: tuple[str, str], axes: tuple[str, str]) -> None:
        self._X, self._y, self._plane, self._axes, self._names = X, y, plane, axes, class_names
        self.best = 0.0
        layout = {"width": SLIDER, "max_width": "calc(100% - 4px)"}  # its margins are 2 px each
        self.sliders = [
            ipywidgets.FloatSlider(value, min=-LARGEST, max=LARGEST, step=STEP, description=name, layout=layout)
            for name, value in START.items()
        ]
        self._score, self._picture = ipywidgets.HTML(), ipywidgets.HTML()
        digits = ipywidgets.HTML(plane.definitions)  # sent once; the picture refers to them
        controls = ipywidgets.VBox([*self.sliders, self._score, digits], layout={"max_width": "100%"})
        super().__init__([self._picture, controls], layout={"flex_flow": "row wrap", "align_items": "center"})
        for slider in self.sliders:
            slider.observe(self._follow, "value")
        self._follow()

    @property
    def w(self) -> np.ndarray:
        """The weights, shape (2,)."""
        return np.array([slider.value for slider in self.sliders[:2]])

    @property
    def b(self) -> float:
        """The bias."""
        return self.sliders[2].value

    @property
    def accuracy(self) -> float:
        """The share of all points that the neuron places rightly."""
        return float(np.mean((self._X @ self.w + self.b > 0) == self._y))

    def _follow(self, _=None) -> None:
        self.best = max(self.best, self.accuracy)
        self._score.value = (
            '<div role="status" style="font-size: 17px; line-height: 1.6; margin: 16px 0 0 30px">accuracy '
            f'<b style="font-size: 26px">{self.accuracy:.4f}</b><br>your best {self.best:.4f}</div>'
        )
        self._picture.value = self._plane.drawn(self.w, self.b, self._names, self._axes)

    def __repr__(self) -> str:
        """What is stored, and shown where no widget can be; the default would list the children's settings."""
        return self.words


class _Plane:
    """The plane of two features as an SVG picture: small pictures at their points, the line and the two sides."""

    def __init__(self, points: np.ndarray, positive: np.ndarray, images: np.ndarray) -> None:
        self._points, self._positive = points, positive
        self._name = f"digits-{uuid.uuid4().hex}"
        low, high = points.min(axis=0), points.max(axis=0)
        room = ROOM * ((high - low).max() or 1.0)
        self._low, self._high = low - room, high + room
        inside = np.array([WIDTH - MARGIN, HEIGHT - MARGIN])
        self._scale = (inside / (self._high - self._low)).min()  # the same for both axes: a right angle stays one
        self._size = self._scale * (self._high - self._low)
        self.definitions = self._definitions(images)

    def drawn(self, w: np.ndarray, b: float, class_names: tuple[str, str], axes: tuple[str, str]) -> str:
        """The picture for a neuron with these weights and this bias."""
        width, height = self._size
        wrong = (self._points @ w + b > 0) != self._positive
        rings = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="15" fill="none" stroke="black" stroke-width="1.6"/>'
            for x, y in self._place(self._points[wrong])
        )
        ((x0, y0),) = self._place(np.zeros((1, 2)))
        words = (
            f"The plane of the two features with {len(wrong)} points and the line of the neuron; "
            f"{wrong.sum()} of them are on the wrong side."
        )
        box = f"{-MARGIN} {-HEADING} {width + MARGIN + 4:.0f} {height + MARGIN + HEADING:.0f}"
        return (
            f'<svg role="img" aria-label="{words}" viewBox="{box}" font-family="sans-serif" font-size="13" '
            f'style="background: white; display: block; max-width: 100%; width: {width + MARGIN:.0f}px">'
            f'<svg width="{width:.1f}" height="{height:.1f}">{self._sides(w, b)}'
            f'<path d="M{x0 - 6:.1f} {y0:.1f}h12m-6 -6v12" stroke="{GREY}" stroke-width="2"/>{rings}'
            f'<use href="#{self._name}"/>{self._arrow(w, b)}</svg>'
            f"{self._frame(axes)}{self._legend(class_names)}</svg>"
        )

    def _place(self, points: np.ndarray) -> np.ndarray:
        """Where points of the plane lie in the picture, in CSS pixels from its upper left corner."""
        return (points - [self._low[0], self._high[1]]) * [self._scale, -self._scale]

    def _foot(self, w: np.ndarray, b: float) -> np.ndarray:
        """The point of the line that is nearest to the middle of the picture."""
        middle = (self._low + self._high) / 2
        return middle - (w @ middle + b) / (w @ w) * w

    def _sides(self, w: np.ndarray, b: float) -> str:
        whole = f'<rect width="100%" height="100%" fill="{FIRES if b > 0 and not w.any() else SILENT}"/>'
        if not w.any():
            return whole
        far = 2 * np.linalg.norm(self._high - self._low)
        ahead = far * w / np.linalg.norm(w)
        along = np.array([-ahead[1], ahead[0]])
        foot = self._foot(w, b)
        corners = self._place(np.array([foot + along, foot - along, foot - along + ahead, foot + along + ahead]))
        outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        (x1, y1), (x2, y2) = corners[:2]
        line = f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="black" stroke-width="2"/>'
        return f'{whole}<polygon points="{outline}" fill="{FIRES}"/>{line}'

    def _arrow(self, w: np.ndarray, b: float) -> str:
        """The direction of w, from the line on; its length says nothing."""
        if not w.any():
            return ""
        foot = self._foot(w, b)
        if not ((self._low < foot) & (foot < self._high)).all():
            return ""
        ((x, y),) = self._place(foot[np.newaxis])
        angle = -np.degrees(np.arctan2(w[1], w[0]))
        return (
            f'<g transform="translate({x:.1f} {y:.1f}) rotate({angle:.1f})"><path d="M0 0H56" stroke="black" '
            'stroke-width="4"/><path d="M72 0L52 -9V9Z"/>'
            f'<text font-weight="bold" font-size="16" transform="translate(84 0) rotate({-angle:.1f})" dy="5" '
            'text-anchor="middle">w</text></g>'
        )

    def _frame(self, axes: tuple[str, str]) -> str:
        width, height = self._size
        parts = [f'<path d="M0 0V{height:.1f}H{width:.1f}" fill="none" stroke="{GREY}"/>']
        for value in range(int(np.ceil(self._low[0])), int(np.floor(self._high[0])) + 1):
            x = self._place(np.array([[value, 0.0]]))[0, 0]
            parts.append(f'<text x="{x:.1f}" y="{height + 17:.1f}" text-anchor="middle">{_signed(value)}</text>')
        for value in range(int(np.ceil(self._low[1])), int(np.floor(self._high[1])) + 1):
            y = self._place(np.array([[0.0, value]]))[0, 1]
            parts.append(f'<text x="-8" y="{y + 4:.1f}" text-anchor="end">{_signed(value)}</text>')
        parts.append(f'<text x="{width / 2:.1f}" y="{height + 38:.1f}" text-anchor="middle">{axes[0]}</text>')
        turned = f'transform="translate(-32 {height / 2:.1f}) rotate(-90)"'
        return "".join([*parts, f'<text {turned} text-anchor="middle">{axes[1]}</text>'])

    def _legend(self, class_names: tuple[str, str]) -> str:
        entries = zip((BLUE, VERMILLION, SILENT, FIRES), (*class_names, "silent", "fires"), strict=True)
        x, y, parts = 4.0, -HEADING + 8, []
        for colour, name in entries:
            square = f'x="{x}" y="{y}" width="13" height="13" fill="{colour}"'
            parts.append(
                f'<rect {square} stroke="{GREY}" stroke-width=".5"/><text x="{x + 19}" y="{y + 11}">{name}</text>'
            )
            x += 40 + 7 * len(name)
        ring = f'<circle cx="{x + 7}" cy="{y + 6}" r="7" fill="none" stroke="black" stroke-width="1.6"/>'
        return "".join([*parts, f'{ring}<text x="{x + 20}" y="{y + 11}">mistake</text>'])

    def _definitions(self, images: np.ndarray) -> str:
        """The small pictures, tinted by class, each at its point, to be used under a name."""
        parts = []
        for (x, y), positive, image in zip(self._place(self._points), self._positive, images, strict=True):
            colour = VERMILLION if positive else BLUE
            tinted = np.empty((*image.shape, 4), np.uint8)
            tinted[..., :3] = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
            tinted[..., 3] = np.round(255 * image)
            file = io.BytesIO()
            Image.fromarray(tinted).save(file, "png")
            data = base64.b64encode(file.getvalue()).decode()
            corner = f'x="{x - PICTURE / 2:.1f}" y="{y - PICTURE / 2:.1f}"'
            parts.append(f'<image {corner} width="{PICTURE}" height="{PICTURE}" href="data:image/png;base64,{data}"/>')
        return (
            '<svg width="0" height="0" aria-hidden="true" style="position: absolute"><defs>'
            f'<g id="{self._name}">{"".join(parts)}</g></defs></svg>'
        )


def _plain(label: str) -> str:
    """An axis's name without matplotlib's mathematics, and safe within HTML."""
    for sign, plain in {"$x_1$": "x₁", "$x_2$": "x₂", "&": "&amp;", "<": "&lt;"}.items():
        label = label.replace(sign, plain)
    return label


def _signed(number: int) -> str:
    return str(number).replace("-", "−")
