"""Someone draws a digit on the pad, with the mouse and with the keyboard."""

import pytest
from selenium.webdriver import ActionChains, Keys

from tests.browser.lab import Browser, Lab, wait_for
from tests.browser.notebooks import open_playground

PAD = ".drawing-pad"
NETWORKS = ["softmax", "MLP", "CNN", "LSTM"]
# Points of a two, as shares of the sheet; every network is sure of it, on the stand-in and on MNIST.
TWO = [(0.28, 0.3), (0.35, 0.2), (0.5, 0.15), (0.65, 0.2), (0.7, 0.32), (0.62, 0.48), (0.45, 0.65), (0.28, 0.82)]
TWO += [(0.5, 0.82), (0.74, 0.82)]


@pytest.fixture(scope="module")
def page(lab: Lab, browser: Browser) -> Browser:
    """The browser with the pad on it."""
    open_playground(lab, browser)
    browser.find(PAD, seconds=60)
    return browser


def draw(page: Browser, points: list[tuple[float, float]]) -> None:
    """One stroke of the mouse."""
    sheet = page.find(f"{PAD} .sheet canvas")
    size = sheet.size
    offsets = [(round((x - 0.5) * size["width"]), round((y - 0.5) * size["height"])) for x, y in points]
    actions = ActionChains(page.driver, duration=60)
    actions.move_to_element_with_offset(sheet, *offsets[0]).click_and_hold()
    for x, y in offsets[1:]:
        actions.move_to_element_with_offset(sheet, x, y)
    actions.release().perform()


def press(page: Browser, *keys: str) -> None:
    """Keys, while the sheet has the focus."""
    page.js("arguments[0].focus()", page.find(f"{PAD} .sheet canvas"))
    ActionChains(page.driver).send_keys(*keys).perform()


def clear(page: Browser) -> None:
    press(page, "c")
    wait_for("an empty pad", lambda: set(answers(page).values()) == {"no answer yet"})


def answers(page: Browser) -> dict[str, str]:
    """What a screen reader is told of each network: "reads 7, probability 98 %"."""
    labels = page.js(f"return [...document.querySelectorAll('{PAD} .network')].map(n => n.ariaLabel)")
    return dict(label.split(": ", 1) for label in labels)


def all_read(page: Browser, digit: int) -> bool:
    return all(answer.startswith(f"reads {digit}, probability ") for answer in answers(page).values())


def ink(page: Browser, selector: str) -> int:
    """How many pixels of the canvases that a selector finds are not empty."""
    return page.js(
        "const canvases = [...document.querySelectorAll(arguments[0])].filter((c) => c.width);"
        "const bytes = canvases.flatMap((c) => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]);"
        "return bytes.filter((value, n) => n % 4 === 3 && value > 0).length",
        f"{PAD} {selector}",
    )


def test_a_two_drawn_with_the_mouse_is_read_by_all_networks(page):
    clear(page)
    draw(page, TWO)
    wait_for("the answers", lambda: all_read(page, 2))
    assert list(answers(page)) == NETWORKS
    assert 28 < ink(page, ".seen canvas") < 28 * 28 / 2
    assert ink(page, ".layer:nth-of-type(1) canvas") and ink(page, ".layer canvas") > 1000


def test_a_one_drawn_with_the_keyboard_is_read_and_no_shortcut_of_jupyterlab_fires(page):
    clear(page)
    cells = len(page.cells())
    press(page, Keys.SPACE, *[Keys.ARROW_DOWN] * 16, Keys.SPACE)
    wait_for("the answers", lambda: all_read(page, 1))
    press(page, "a", "b")  # in JupyterLab they insert cells
    assert len(page.cells()) == cells


def test_undo_and_eraser_take_ink_away(page):
    clear(page)
    draw(page, TWO)
    whole = ink(page, ".sheet canvas")
    page.find(f"{PAD} .tools button:nth-child(1)").click()
    draw(page, [(0.2, 0.2), (0.8, 0.2)])
    assert ink(page, ".sheet canvas") < whole
    page.find(f"{PAD} .tools button:nth-child(1)").click()
    undo = page.find(f"{PAD} .tools button:nth-child(2)")
    undo.click()
    assert ink(page, ".sheet canvas") == whole
    undo.click()
    assert ink(page, ".sheet canvas") == 0
    wait_for("an empty pad", lambda: set(answers(page).values()) == {"no answer yet"})


def test_naming_the_digit_says_who_is_wrong_and_solves_a_challenge(page):
    clear(page)
    draw(page, TWO)
    wait_for("the answers", lambda: all_read(page, 2))
    press(page, "2")
    wait_for("the verdict", lambda: all(answer.endswith(", right") for answer in answers(page).values()))
    press(page, "1")
    wait_for("the verdict", lambda: all(answer.endswith(", wrong") for answer in answers(page).values()))
    solved = page.js(f"return [...document.querySelectorAll('{PAD} .challenges .solved')].map(c => c.textContent)")
    assert len(solved) == 1 and "all four networks are sure" in solved[0]
    draw(page, [(0.4, 0.5), (0.6, 0.5)])  # the drawing is another one now
    wait_for("no verdict", lambda: not any("right" in answer or "wrong" in answer for answer in answers(page).values()))


def test_every_part_of_the_pad_has_a_role_and_a_name(page):
    assert page.unnamed_controls(PAD) == []
    told = page.roles_and_names()
    for pair in [
        ("application", "Sheet of paper for a digit"),
        ("button", "Undo"),
        ("button", "Clear"),
        ("combobox", "Digit you meant"),
        ("list", "Challenges"),
    ]:
        assert pair in told
    assert any(name.startswith("CNN: ") for role, name in told if role == "image")
    focusable = page.js(
        f"return [...document.querySelectorAll('{PAD} :is(button, select, [tabindex])')]"
        ".every(e => e.dataset.lmSuppressShortcuts === 'true')"
    )
    assert focusable


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_pad_fits_without_scrolling_sideways(page, width, height, theme):
    page.resize(width, height)
    page.use_theme(theme)
    clear(page)
    draw(page, TWO)
    wait_for("the answers", lambda: all_read(page, 2))
    page.js(f"document.querySelector('{PAD}').scrollIntoView({{block: 'start'}})")
    assert page.too_wide(PAD) == []
    assert page.js(f"return document.querySelector('{PAD}').dataset.theme") == theme.lower()
