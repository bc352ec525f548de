"""Lessons as web pages: formulas, alternative texts, folded solutions, and nothing loaded from elsewhere."""

import base64
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from tests.sample_lesson import PICTURE, TITLE, WORDS, png, sample_lesson
from utils.authoring.export import mathml, write_index, write_page


@pytest.fixture
def page(tmp_path):
    lesson = sample_lesson()
    lesson.cells[WORDS].source += (
        "\n\n[next](43_next.ipynb), [code](../utils/lesson.py), [site](https://example.org), ![art](https://example.org/a.png)"
        "\n\n$$\\hat{y} = \\sigma(z)$$\n\n\\begin{align}a &= b\\end{align}"
    )
    lesson.cells[PICTURE].outputs[0].metadata["image/png"]["alt"] = 'Noise, "as" seen & heard.'
    return write_page(tmp_path / "42_sample.ipynb", lesson, tmp_path / "html")


@pytest.fixture
def html(page):
    return BeautifulSoup(page.path.read_text(encoding="utf-8"), "html.parser")


def test_the_page_loads_nothing_from_elsewhere(html):
    assert html.find_all(["script", "link", "iframe", "object"]) == []
    assert [image["src"] for image in html.find_all("img") if not image["src"].startswith("data:")] == []
    assert "@import" not in str(html)
    assert "url(" not in str(html)


def test_a_picture_carries_its_description(html):
    assert [image["alt"] for image in html.find_all("img")] == ['Noise, "as" seen & heard.']


def test_any_cell_that_jupyterlab_hides_is_folded(tmp_path):
    lesson = sample_lesson()
    cell = lesson.cells[PICTURE]
    cell.source = "# @title What the patient has\n" + cell.source
    cell.metadata = {"jupyter": {"source_hidden": True}}
    page = write_page(tmp_path / "42_sample.ipynb", lesson, tmp_path / "html")
    folded = BeautifulSoup(page.path.read_text(encoding="utf-8"), "html.parser").find("details", class_="solution")
    assert folded.summary.text.strip() == "What the patient has"


def test_a_solution_is_folded_under_its_title(html):
    solution = html.find("details", class_="solution")
    assert solution.summary.text.strip() == "Solution: the derivative of tanh"
    assert "solution_tanh_derivative" in solution.find(class_="highlight").text
    assert "right in all 3 cases" in solution.text
    assert not solution.has_attr("open")


def test_the_starter_is_not_folded(html):
    starter = html.find(string=re.compile("is not finished yet"))
    assert starter.find_parent("details") is None


def test_formulas_are_mathml_and_leave_no_dollar(html):
    assert [formula["display"] for formula in html.find_all("math")] == ["inline", "block", "block"]
    assert "$" not in html.main.text


def test_links_lead_to_pages_and_into_the_project(html):
    links = {link.text: link["href"] for link in html.find_all("a")}
    assert links["next"] == "43_next.html"
    assert links["code"] == "../../utils/lesson.py"
    assert links["site"] == "https://example.org"


def test_the_index_shows_title_first_sentence_and_first_picture(page, tmp_path):
    index = BeautifulSoup(write_index([page], tmp_path / "html").read_text(encoding="utf-8"), "html.parser")
    entry = index.find("li")
    assert entry.a["href"] == "42_sample.html"
    assert entry.strong.text == "Teach a test to read"
    assert entry.find(class_="summary").text == "It comes next; see the end."
    assert entry.img["alt"] == 'Noise, "as" seen & heard.'


def _page_with(markdown, folder, **attachments):
    """The web page of a lesson into which `markdown` was written and pictures were pasted."""
    lesson = sample_lesson()
    lesson.cells[WORDS].source += f"\n\n{markdown}"
    lesson.cells[WORDS].attachments = {f"{name}.png": {"image/png": text} for name, text in attachments.items()}
    page = write_page(folder / "42_sample.ipynb", lesson, folder / "html")
    return BeautifulSoup(page.path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("link", ["attachment:image.png", "attachment:my%20image.png", "attachment:dir%2Fimage.png"])
def test_a_picture_pasted_into_a_lesson_is_part_of_the_page(link, tmp_path):
    pasted = {"image": "QUJD", "my image": "QUJD", "dir/image": "QUJD"}
    picture = _page_with(f"![A sketch.]({link})", tmp_path, **pasted).find("img", alt="A sketch.")
    assert picture["src"] == "data:image/png;base64,QUJD"


def test_a_picture_that_lies_in_the_course_is_part_of_the_page(tmp_path):
    content = png(np.ones((2, 2, 3)))
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "a picture.png").write_bytes(content)
    picture = _page_with("![White.](../a%20picture.png)", tmp_path / "notebooks").find("img", alt="White.")
    assert picture["src"] == f"data:image/png;base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize("link", ["attachment:lost.png", "lost.png", "../../outside.png"])
def test_a_picture_that_is_not_there_is_named(link, tmp_path):
    (tmp_path / "outside.png").write_bytes(png(np.ones((2, 2, 3))))
    (tmp_path / "course" / "notebooks").mkdir(parents=True)
    with pytest.raises(ValueError, match=f"picture {re.escape(link)}: "):
        _page_with(f"![Lost.]({link})", tmp_path / "course" / "notebooks")


def test_exporting_leaves_the_notebook_as_it_was(tmp_path):
    lesson = sample_lesson()
    lesson.metadata["mine"] = 1
    write_page(tmp_path / "42_sample.ipynb", lesson, tmp_path)
    assert lesson.metadata["mine"] == 1
    assert lesson.cells[TITLE] == sample_lesson().cells[TITLE]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\hat{y}", "<mover"),
        (r"\sigma(z) = \frac{1}{1+e^{-z}}", "<mfrac>"),
        (r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}", "</mtr><mtr>"),
        (r"\begin{cases} 1 & z \ge 0 \\ 0 & \text{otherwise} \end{cases}", "otherwise"),
        (r"\underbrace{a + b}_{\text{sum}}", '<mo class="brace">'),
        (r"\mathbb{R}^{784}", "&#x0211D;"),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "</mtr><mtr>"),
        (r"\text{50 \%}", "50&#x000A0;%"),
    ],
)
def test_the_formulas_of_the_course_are_translated(latex, expected):
    assert expected in mathml(latex)


@pytest.mark.parametrize("latex", [r"\frac{1}{", r"\nosuchcommand{x}"])
def test_a_formula_that_cannot_be_translated_is_named(latex):
    with pytest.raises(ValueError, match=r"formula '\\\\"):
        mathml(latex)


def test_a_function_name_keeps_its_distance_from_its_argument():
    assert '<mi>ln</mi><mspace width="0.17em"/>' in mathml(r"\ln \hat{y}")
    assert "mspace" not in mathml(r"\ln(1 + z)")


def test_a_prime_is_not_raised_twice():
    assert "msup" not in mathml(r"\sigma'(z) + g'")
