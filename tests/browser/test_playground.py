"""Someone plays with the neural network playground."""

import time

import pytest

from tests.browser.lab import Browser, Lab, wait_for
from tests.browser.notebooks import open_playground

PLAYGROUND = ".dlp"
# How many pixels of the network's canvas are painted.
INK = (
    "const c = document.querySelector('.dlp-stage > canvas');"
    "return c.width * c.height && c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
    ".filter((alpha, i) => i % 4 === 3 && alpha).length"
)
PAUSE = 0.2  # seconds within which it must stand still; a busy machine gets ten times as many


@pytest.fixture(scope="module")
def page(lab: Lab, browser: Browser) -> Browser:
    """The browser with the playground in it."""
    open_playground(lab, browser)
    browser.find(PLAYGROUND, seconds=60)
    return browser


def press(page: Browser, name: str) -> None:
    """The button whose name begins so."""
    page.find(f"{PLAYGROUND} button[aria-label^='{name}']").click()


def epoch(page: Browser) -> int:
    return int(page.find(f"{PLAYGROUND} .dlp-epoch .dlp-digits").text.replace(",", ""))


def training_loss(page: Browser) -> float:
    return float(page.find(f"{PLAYGROUND} .dlp-losses div:has(.dlp-train)").text.split()[-1])


def stand_still(page: Browser) -> int:
    """Pause, and wait until the epoch stays what it is."""
    press(page, "Pause")
    time.sleep(10 * PAUSE)
    stopped = epoch(page)
    time.sleep(5 * PAUSE)
    assert epoch(page) == stopped
    return stopped


def test_play_trains_and_pause_stops(page):
    press(page, "Reset")
    wait_for("epoch 0", lambda: epoch(page) == 0)
    before = training_loss(page)
    press(page, "Play")
    wait_for("a hundred epochs", lambda: epoch(page) >= 100, 60)
    stopped = stand_still(page)
    assert training_loss(page) < before / 2
    press(page, "One step")
    wait_for("one more epoch", lambda: epoch(page) == stopped + 1)


def test_another_data_set_begins_again_and_can_be_learnt(page):
    press(page, "Play")
    wait_for("an epoch", lambda: epoch(page) > 0)
    stand_still(page)
    page.js("arguments[0].click()", page.find(f"{PLAYGROUND} input[type=radio][value=gauss]"))
    wait_for("epoch 0", lambda: epoch(page) == 0)
    before = training_loss(page)
    press(page, "Play")
    wait_for("fifty epochs", lambda: epoch(page) >= 50, 60)
    stand_still(page)
    assert training_loss(page) < before / 2


def test_every_part_of_the_playground_has_a_role_and_a_name(page):
    assert page.unnamed_controls(PLAYGROUND) == []
    told = page.roles_and_names()
    for pair in [
        ("button", "Play"),
        ("button", "Add a hidden layer"),
        ("radiogroup", "Data set"),
        ("radio", "spiral"),
        ("slider", "Noise"),
        ("combobox", "Learning rate"),
        ("combobox", "Activation"),
        ("checkbox", "Show test data"),
        ("image", "Training loss and test loss over the epochs"),
    ]:
        assert pair in told
    assert page.js(
        f"return [...document.querySelectorAll('{PLAYGROUND} :is(button, select, input, [tabindex])')]"
        ".every(e => e.dataset.lmSuppressShortcuts === 'true')"
    )


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_playground_fits_without_scrolling_sideways(page, width, height, theme):
    page.resize(width, height)
    page.use_theme(theme)
    page.js(f"document.querySelector('{PLAYGROUND}').scrollIntoView({{block: 'start'}})")
    assert page.too_wide(PLAYGROUND) == []
    wait_for("the network drawn", lambda: page.js(INK) > 5000)
