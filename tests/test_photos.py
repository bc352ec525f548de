"""A digit of one's own: from signs or from a photo to what MNIST has."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from utils.photos import as_mnist, ink_of_drawing, ink_of_photo, photo_of

SEVEN = """
..########...
.........##..
........##...
.......##....
....#######..
......##.....
.....##......
.....##......
....##.......
"""


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_blanks_and_dots_are_paper_and_every_other_sign_is_ink():
    np.testing.assert_array_equal(ink_of_drawing("#.\nx \n*"), [[1, 0], [1, 0], [1, 0]])
    np.testing.assert_array_equal(ink_of_drawing(SEVEN.replace(".", " ")), ink_of_drawing(SEVEN))


def test_a_drawing_with_blanks_in_its_lines_keeps_them():
    np.testing.assert_array_equal(ink_of_drawing("# #\n\n ##"), [[1, 0, 1], [0, 0, 0], [0, 1, 1]])
    np.testing.assert_array_equal(ink_of_drawing("\t#"), [[0] * 8 + [1]])


@pytest.mark.parametrize("drawing", ["", "\n\n", " . \n..."])
def test_a_drawing_without_ink_is_refused(drawing):
    with pytest.raises(ValueError, match="drawing: got no ink"):
        ink_of_drawing(drawing)


@pytest.mark.parametrize("shape", [(40, 12), (12, 40), (3, 3), (1, 1), (300, 200)])
def test_the_longer_side_becomes_20_pixels_and_the_centre_of_mass_the_middle(shape):
    image = as_mnist(np.pad(np.ones(shape), ((5, 0), (0, 9))))
    assert image.shape == (28, 28) and image.dtype == np.float32 and image.min() >= 0 and image.max() <= 1
    np.testing.assert_allclose(ndimage.center_of_mass(image), (14, 14), atol=0.05)
    assert max(image.sum(axis=axis).max() for axis in (0, 1)) == pytest.approx(20, abs=0.1)


def test_place_and_size_of_the_ink_do_not_matter():
    ink = ink_of_drawing(SEVEN)
    larger = np.kron(ink, np.ones((4, 4)))
    assert likeness(as_mnist(ink), as_mnist(np.pad(ink, ((0, 9), (7, 0))))) > 0.999
    assert likeness(as_mnist(ink), as_mnist(larger)) > 0.9


def test_a_thin_stroke_stays_dark():
    ring = np.zeros((200, 200))
    ring[[0, -1]] = ring[:, [0, -1]] = 1  # one pixel wide, a tenth of a pixel when it is made smaller
    assert as_mnist(ring).max() > 0.5


@pytest.mark.parametrize(
    ("ink", "message"),
    [
        (np.ones(784), r"ink: got shape \(784,\)"),
        (np.full((5, 5), 255), "ink: got numbers from 255 to 255"),
        (np.full((5, 5), np.nan), "ink: got numbers from nan"),
        (np.zeros((5, 5)), "ink: got no pixel above"),
        (np.zeros((0, 5)), "ink: got no pixel above"),
    ],
)
def test_what_is_no_ink_is_refused_by_name(ink, message):
    with pytest.raises(ValueError, match=message):
        as_mnist(ink)


@pytest.mark.parametrize("seed", range(3))
def test_a_photo_in_uneven_light_gives_the_drawing_back(seed):
    ink = ink_of_drawing(SEVEN)
    photo = photo_of(ink, seed=seed)
    assert likeness(as_mnist(ink), as_mnist(ink_of_photo(photo))) > 0.9
    light = np.asarray(photo.resize((100, 70)), dtype=float)
    assert (light[:, -5:].mean() < light[:, :45].min() + 40).all()  # one threshold for the whole photo would not do


def test_a_photo_is_read_from_a_file_and_turned_as_its_camera_says(tmp_path):
    photo = photo_of(ink_of_drawing(SEVEN)).convert("RGB")
    lying = photo.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the picture must be turned by 90° clockwise
    lying.save(tmp_path / "photo.jpg", exif=exif, quality=95)
    photo.save(tmp_path / "photo.png")
    from_jpeg, from_png = (as_mnist(ink_of_photo(tmp_path / name)) for name in ("photo.jpg", "photo.png"))
    assert likeness(from_jpeg, from_png) > 0.99


def test_transparent_paper_is_white():
    pen = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    pen.paste((0, 0, 0, 255), (25, 10, 35, 50))
    assert as_mnist(ink_of_photo(pen))[14, 14] == pytest.approx(1)


def test_an_empty_sheet_is_no_digit():
    with pytest.raises(ValueError, match="photo: the darkest place is"):
        ink_of_photo(Image.new("L", (80, 80), 200))
    with pytest.raises(ValueError, match="expected at least 20%"):
        ink_of_photo(photo_of(np.zeros((10, 10))).convert("L"))
