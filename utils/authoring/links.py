"""Links in Markdown that point into the project."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

_LINK = re.compile(
    r"!?\[(?:[^\[\]]|\[[^\]]*\]\([^)]*\))*\]\(\s*<?([^)\s>]+)>?[^)]*\)|<(?:a|img)\b[^>]*?(?:href|src)=[\"']([^\"']+)"
)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def broken_links(markdown: str, folder: Path, root: Path, document: str | None = None) -> Iterator[str]:
    """The links that lead to no file, or to no heading.

    Args:
        markdown: the text whose links are followed; those to other places than the project are not.
        folder: where the text's file stands.
        root: the project's folder, which no link may leave.
        document: the whole document's Markdown, for links such as #a-heading (default: `markdown`).
    """
    for link in links(markdown):
        path, _, fragment = link.partition("#")
        target = (folder / unquote(path)).resolve()
        inside = target == root.resolve() or root.resolve() in target.parents
        if path and not (inside and target.exists()):
            yield link
        if fragment and not path and unquote(fragment).casefold() not in anchors(document or markdown):
            yield link


def links(markdown: str) -> list[str]:
    """The targets of all links and pictures that are not addresses elsewhere."""
    text = _CODE.sub("", markdown)
    targets = [first or second for first, second in _LINK.findall(text)]
    return [target for target in targets if not _ELSEWHERE.match(target)]


def anchors(markdown: str) -> set[str]:
    """The names by which headings can be linked to, in lower case: as Jupyter and as GitHub form them."""
    headings = re.findall(r"^#+ +(.+?)\s*$", _CODE.sub("", markdown), re.MULTILINE)
    jupyter = {heading.replace(" ", "-").casefold() for heading in headings}
    return jupyter | {re.sub(r"[^\w -]", "", heading).replace(" ", "-").casefold() for heading in headings}
