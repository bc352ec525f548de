"""The repository's address: where it stands, and that one command changes it everywhere."""

import nbformat
import pytest

from tests.sample_lesson import FIRST, PICTURE, TITLE, sample_lesson, write_lesson
from utils.authoring import address


def _project(folder):
    """A tiny project: an address, a README and a lesson that carry it."""
    (folder / "notebooks").mkdir()
    (folder / "pyproject.toml").write_text('[tool.course]\nrepository = "old_owner/old-name"\n', encoding="utf-8")
    readme = "git clone https://github.com/old_owner/old-name\ncd old-name\n\nnot old_owner/old-names\n"
    (folder / "README.md").write_text(readme, encoding="utf-8")
    lesson = sample_lesson()
    lesson.cells[TITLE].source = "# Title\n\n" + address.badge("old_owner/old-name", "42_sample.ipynb")
    lesson.cells[FIRST].source = address.first_cell("old_owner/old-name")
    write_lesson(lesson, folder / "notebooks")
    return folder


def test_a_new_address_reaches_every_place_that_names_it(tmp_path):
    project = _project(tmp_path)
    changed = address.set_repository("new-owner/new.name", project)
    assert [path.name for path in changed] == ["pyproject.toml", "README.md", "42_sample.ipynb"]
    assert address.read_repository(project) == "new-owner/new.name"
    assert (project / "README.md").read_text(encoding="utf-8") == (
        "git clone https://github.com/new-owner/new.name\ncd new.name\n\nnot old_owner/old-names\n"
    )
    cells = nbformat.read(project / "notebooks" / "42_sample.ipynb", as_version=4).cells
    assert address.badge("new-owner/new.name", "42_sample.ipynb") in cells[TITLE].source
    assert cells[FIRST].source == address.first_cell("new-owner/new.name")
    assert cells[PICTURE].outputs


def test_the_same_address_changes_nothing(tmp_path):
    assert address.set_repository("old_owner/old-name", _project(tmp_path)) == []


@pytest.mark.parametrize("wrong", ["name", "owner/name/more", "https://github.com/o/n", "owner/na me", "owner/.."])
def test_an_address_of_another_form_is_refused(wrong, tmp_path):
    project = _project(tmp_path)
    with pytest.raises(ValueError, match="expected OWNER/NAME"):
        address.set_repository(wrong, project)
    assert address.read_repository(project) == "old_owner/old-name"
