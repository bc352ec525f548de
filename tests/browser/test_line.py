"""Someone moves the sliders of lesson 01's line."""

import pytest
from selenium.webdriver import ActionChains, Keys

from tests.browser.lab import Browser, Lab, wait_for
from tests.browser.notebooks import FIND, open_cells

CELLS = [
    f"{FIND}\nimport numpy as np\nfrom utils.playground.line import line_by_hand\nrandom = np.random.default_rng(0)",
    "X = random.normal(size=(200, 2))\ny = (X.sum(axis=1) > 0).astype(int)\nfew = list(range(40))",
    "line_by_hand(X, y, few, random.uniform(size=(40, 28, 28)))",
]
PICTURE = "svg[role=img]"


@pytest.fixture(scope="module")
def page(lab: Lab, browser: Browser) -> Browser:
    """The browser with the sliders in it."""
    open_cells(lab, browser, "line.ipynb", CELLS)
    browser.find(PICTURE, seconds=60)
    return browser


def test_score_and_picture_follow_a_slider(page):
    def shown() -> list[str]:  # at one moment: the picture is another element after each step
        return page.js(
            "return [document.querySelector(arguments[0]).ariaLabel,"
            " document.querySelector('.widget-vbox [role=status]').innerText]",
            PICTURE,
        )

    before = shown()
    handles = page.js("return [...document.querySelectorAll('.noUi-handle')]")
    page.js("arguments[0].focus()", handles[1])
    ActionChains(page.driver).send_keys(*[Keys.ARROW_RIGHT] * 40).perform()  # w2 from -1 to 1
    wait_for("another picture and another score", lambda: all(a != b for a, b in zip(shown(), before, strict=True)))
    wait_for("the best line", lambda: "accuracy 1.0000" in shown()[1])
    assert "0 of them are on the wrong side" in shown()[0]


def test_the_small_pictures_are_seen(page):
    """They are sent once, in another place of the page, and the picture refers to them."""
    assert page.js(f"return document.querySelector('{PICTURE} use').getBBox().width") > 100


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_it_fits_without_scrolling_sideways(page, width, height):
    page.resize(width, height)
    page.find(PICTURE)
    assert page.too_wide(PICTURE) == page.too_wide(".noUi-target") == []
