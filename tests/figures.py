"""A coarse comparison of pictures: present, of the same size, with about as much ink, colour and detail."""

import base64
import io
from typing import NamedTuple

import numpy as np

LARGEST_CHANGE_OF_SIZE = 1.1
LARGEST_CHANGE_OF_SHARE = 2.0
# A share of pixels this small is counted as noise: a legend's line, the ticks of an axis.
NEGLIGIBLE = 0.0005


class Look(NamedTuple):
    """What one sees of a picture from far away; the last three are shares of its pixels, from 0 to 1."""

    height: int
    width: int
    ink: float
    colour: float
    detail: float


def figure_differences(stored: list, live: list) -> list[str]:
    """Say how the pictures among a cell's new outputs differ from those among its stored ones; [] if not."""
    old, new = _pictures(stored), _pictures(live)
    if len(old) != len(new):
        return [f"figures: {len(new)} shown, {len(old)} stored"]
    messages = []
    for number, ((old_png, old_alt), (new_png, new_alt)) in enumerate(zip(old, new, strict=True), start=1):
        messages += [f"figure {number}: {text}" for text in differences(look(old_png), look(new_png))]
        if old_alt and not new_alt:
            messages.append(f"figure {number}: its description is missing")
    return messages


def differences(old: Look, new: Look) -> list[str]:
    """Say in which respects two pictures look different."""
    messages = []
    if new.ink < NEGLIGIBLE or new.detail < NEGLIGIBLE:
        messages.append("blank")
    if old.ink < NEGLIGIBLE or old.detail < NEGLIGIBLE:
        messages.append("blank as stored")
    for name in ("height", "width"):
        before, now = getattr(old, name), getattr(new, name)
        if max(before, now) > LARGEST_CHANGE_OF_SIZE * min(before, now):
            messages.append(f"{name} {now} pixels, stored {before}")
    for name in ("ink", "colour", "detail"):
        before, now = getattr(old, name), getattr(new, name)
        if max(before, now) + NEGLIGIBLE > LARGEST_CHANGE_OF_SHARE * (min(before, now) + NEGLIGIBLE):
            messages.append(f"{now:.2%} of the pixels have {name}, stored {before:.2%}")
    return messages


def look(png: bytes) -> Look:
    """Measure a PNG: pixels that are not nearly white, are coloured, differ from their neighbours."""
    from matplotlib.image import imread

    pixels = imread(io.BytesIO(png), format="png")
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    rgb, alpha = pixels[..., :3], pixels[..., 3:] if pixels.shape[2] == 4 else 1.0
    rgb = rgb * alpha + (1 - alpha)  # as it looks on a white page
    grey = rgb.mean(axis=2)
    across = np.abs(np.diff(grey, axis=1, prepend=grey[:, :1]))
    down = np.abs(np.diff(grey, axis=0, prepend=grey[:1]))
    return Look(
        *grey.shape,
        ink=float((rgb.min(axis=2) < 0.9).mean()),
        colour=float((rgb.max(axis=2) - rgb.min(axis=2) > 0.15).mean()),
        detail=float((across + down > 0.1).mean()),
    )


def _pictures(outputs: list) -> list[tuple[bytes, str]]:
    """The PNGs among a cell's outputs, each with its alternative text."""
    found = []
    for output in outputs:
        encoded = output.get("data", {}).get("image/png")
        if encoded:
            alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            found.append((base64.b64decode(encoded), alt))
    return found
