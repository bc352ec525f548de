"""Write executed lessons as web pages that need no network: nothing in them is loaded from elsewhere."""

import base64
import copy
import mimetypes
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import jinja2
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from utils.authoring.execute import normalise

TEMPLATES = Path(__file__).resolve().with_name("templates")


class Page(NamedTuple):
    """What the index says about a lesson: its page, its title, its first sentence and its first picture."""

    path: Path
    title: str
    summary: str
    picture: str | None
    alt: str


def write_page(lesson: Path, notebook: NotebookNode, folder: Path) -> Page:
    """Write an executed lesson as one file, pictures included.

    Args:
        lesson: the notebook's path, which gives the page its name.
        notebook: the executed notebook.
        folder: where the page is written; made if missing.

    Raises:
        ValueError: a formula or a picture cannot be shown; the message gives it.
    """
    notebook = normalise(copy.deepcopy(notebook))
    exporter = _Exporter(
        extra_loaders=[jinja2.FileSystemLoader(TEMPLATES)],
        template_file="lesson.html.j2",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    title = _first_match(r"^# +(.+)$", notebook) or lesson.stem
    resources = {"course": {"title": title, "css": _css(), "folder": lesson.resolve().parent}}
    html, _ = exporter.from_notebook_node(notebook, resources=resources)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{lesson.stem}.html"
    path.write_text(html, encoding="utf-8")
    picture, alt = _first_picture(notebook)
    return Page(path, title, _summary(notebook), picture, alt)


def write_index(pages: Sequence[Page], folder: Path) -> Path:
    """Write the page that leads to all lessons."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    html = environment.get_template("index.html.j2").render(pages=pages, css=_css())
    path.write_text(html, encoding="utf-8")
    return path


_FUNCTION = re.compile(r"(<mi>(?:ln|log|exp|max|min|cos|sin|tanh)</mi>)(?!<mo stretchy|</)")
_PRIMED = re.compile(r"<msup>(<mi>[^<]*</mi>|<mo [^>]*>&#x00029;</mo>)<mi>&#x02032;</mi></msup>")


def mathml(latex: str, display: str = "inline") -> str:
    """A LaTeX formula as MathML, which browsers show by themselves.

    Raises:
        ValueError: the formula holds something that could not be translated.
    """
    from latex2mathml.converter import convert

    try:
        result = convert(re.sub(r"\b(begin|end)\{aligned\}", r"\1{align*}", latex), display=display)
    except Exception as error:  # its exceptions have neither a common base nor a message
        raise ValueError(f"formula {latex!r}: {type(error).__name__} {error}") from error
    result = re.sub(r"\\([%#&_$])", r"\1", result)
    result = re.sub("<mo>(&#x23D[EF];)</mo>", r'<mo class="brace">\1</mo>', result)
    # As LaTeX sets them: a thin space between a function's name and an argument without brackets, and a prime
    # that is raised by its own form only.
    result = _FUNCTION.sub(r'\1<mspace width="0.17em"/>', result)
    result = _PRIMED.sub(r"\1<mo>&#x02032;</mo>", result)
    if untranslated := re.search(r"\\\w+|\\\S", result):
        raise ValueError(f"formula {latex!r}: {untranslated[0]} is not known")
    return result


class _Exporter(HTMLExporter):
    """nbconvert's HTML with this course's Markdown, and a filter for the titles of folded cells."""

    def default_filters(self):
        yield from super().default_filters()
        yield "solution_title", _solution_title

    @jinja2.pass_context
    def markdown2html(self, context: jinja2.runtime.Context, source: str) -> str:
        pasted = context.get("cell", {}).get("attachments", {})
        renderer = _Renderer(escape=False, exclude_anchor_links=False, attachments=pasted)
        renderer.folder = context["resources"]["course"]["folder"]
        return MarkdownWithMath(renderer=renderer).render(source)


class _Renderer(IPythonRenderer):
    """Markdown to HTML with formulas as MathML and links that fit the pages' place in build/html/."""

    folder: Path  # of the notebook, where its pictures are looked for

    def block_math(self, body: str) -> str:
        return f'<div class="formula">{mathml(body, "block")}</div>'

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not re.match(r"[a-z][a-z0-9+.-]*:|#|/", url):
            url = re.sub(r"^(\d\d_\w+)\.ipynb\b", r"\1.html", url)
            url = f"../{url}" if url.startswith("../") else url
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, as a part of the page.

        One from elsewhere, such as a badge, would need the network: its description replaces it.
        """
        if re.match(r"(https?:)?//", url):
            return text
        return super().image(text, url if url.startswith("data:") else self._embedded(unquote(url)), title)

    def _embedded(self, url: str) -> str:
        """What was pasted into the cell (attachment:...), or a file of the course, as a data: address."""
        if url.startswith("attachment:"):
            pasted = self.attachments.get(url.removeprefix("attachment:"))
            if not pasted:
                raise ValueError(f"picture {url}: it is not in the notebook; paste it again")
            kind, content = next(iter(pasted.items()))
            return f"data:{kind};base64,{content}"
        file = (self.folder / url).resolve()
        if self.folder.parent not in file.parents or not file.is_file():
            raise ValueError(f"picture {url}: there is no such file in the course")
        kind = mimetypes.guess_type(file)[0] or "image/png"
        return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"


def _css() -> str:
    css = (TEMPLATES / "course.css").read_text(encoding="utf-8")
    return css + HtmlFormatter(style="default").get_style_defs(".highlight")


def _solution_title(source: str) -> str:
    found = re.match(r"# @title (.+)", source)
    return found[1].strip() if found else "Solution"


def _markdown_cells(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def _first_match(pattern: str, notebook: NotebookNode) -> str | None:
    found = re.search(pattern, "\n".join(_markdown_cells(notebook)), re.MULTILINE)
    return found[1].strip() if found else None


def _summary(notebook: NotebookNode) -> str:
    """The first sentence of the lesson's first paragraph of plain text; "" where it has none."""
    for source in _markdown_cells(notebook):
        for paragraph in re.split(r"\n\s*\n", source):
            if re.match(r"\s*[\w\"'“]", paragraph):
                text = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`$_]", r"\1", " ".join(paragraph.split()))
                return re.match(r".*?[.!?](?=\s|$)|.*", text)[0]
    return ""


def _first_picture(notebook: NotebookNode) -> tuple[str | None, str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if picture := output.get("data", {}).get("image/png"):
                return picture.strip(), output.metadata.get("image/png", {}).get("alt", "")
    return None, ""
