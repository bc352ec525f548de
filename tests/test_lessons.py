"""The stored lessons keep the course's rules. What they compute is tested by executing them (see regression.py)."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from utils import models
from utils.authoring import address, anatomy, overview, rules
from utils.authoring.address import ROOT
from utils.authoring.links import broken_links

LESSONS = anatomy.lesson_paths()


def test_there_are_lessons_and_nothing_else_in_their_folder():
    """Without this, a folder that was lost or renamed would make every other test pass."""
    assert LESSONS
    assert sorted((ROOT / "notebooks").glob("*.ipynb")) == LESSONS


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", [*rules.STORED, *anatomy.ANATOMY], ids=lambda rule: rule.__name__)
def test_the_lesson(path, rule):
    assert list(rule(rules.read_lesson(path))) == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_lesson_silences_no_linter(path):
    code = [cell.source for _, cell in rules.read_lesson(path).code_cells]
    assert [source for source in code if re.search(r"#\s*(noqa|ruff:|type:\s*ignore|fmt:)", source)] == []


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("*.md")) + sorted((ROOT / "data").glob("*.md")), ids=lambda p: p.name
)
def test_links_in_a_document_resolve(document):
    assert list(broken_links(document.read_text(encoding="utf-8"), document.parent, ROOT)) == []


def test_every_place_names_the_same_repository():
    """The address is written once; badges and first cells are held to it by the rules above, documents here."""
    repository = address.read_repository()
    documents = [path.read_text(encoding="utf-8") for path in (*ROOT.glob("*.md"), *LESSONS)]
    named = re.findall(
        r"(?:git clone https://github\.com/|colab\.research\.google\.com/github/)([\w.-]+/[\w.-]+)", "".join(documents)
    )
    assert {name.removesuffix(".git") for name in named} == ({repository} if repository else set())


def test_the_readme_has_the_lessons_own_titles_and_what_they_were_measured_to_cost():
    """Written by: python -m utils.notebooks readme"""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert overview.with_table(readme, LESSONS, overview.read_costs()) == readme


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_says_itself_about_how_long_run_all_takes(path):
    """A lesson that was not measured yet has nothing to be held to."""
    said = re.search(r"\*Run All\* takes about (\d+) seconds", rules.read_lesson(path).cells[0].source)
    assert said
    measured = overview.read_costs().get(path.stem)
    assert measured is None or 1 / 1.6 <= measured.seconds / int(said[1]) <= 1.6


def recipe_cells() -> dict[str, tuple[Path, str]]:
    """Recipe → the lesson and the source of the cell, tagged recipe-…, that trains it there."""
    found = {}
    for path in LESSONS:
        for cell in nbformat.read(path, as_version=4).cells:
            for tag in cell.metadata.get("tags", []):
                if tag.startswith("recipe-"):
                    found[tag.removeprefix("recipe-")] = (path, cell.source)
    return found


def test_every_recipe_of_a_lesson_that_exists_has_its_cell():
    lessons = {path.stem for path in LESSONS}
    assert set(recipe_cells()) == {name for name, recipe in models.RECIPES.items() if recipe.lesson in lessons}


@pytest.mark.parametrize("name", recipe_cells())
def test_a_recipe_is_what_its_lesson_trains(name, monkeypatch):
    """The cell is run with `fit` replaced: the model it builds and the settings it uses must be the recipe's."""
    import math
    import time

    import keras

    from utils.data import Digits

    calls = []
    monkeypatch.setattr(keras.Model, "fit", lambda model, *arguments, **settings: calls.append((model, settings)))
    images, labels = np.zeros((1000, 28, 28), np.float32), np.zeros(1000, np.int64)
    digits = Digits(images, labels, images, labels, images, labels, "digits")
    path, source = recipe_cells()[name]
    imported = {"keras": keras, "np": np, "math": math, "time": time, "one_cycle": models.one_cycle}
    exec(source, {**imported, "digits": digits})
    models.train(name, digits)
    (in_lesson, settings), (in_recipe, recipe_settings) = calls

    assert path.stem == models.RECIPES[name].lesson
    assert [_described(layer) for layer in in_lesson.layers] == [_described(layer) for layer in in_recipe.layers]
    assert _described(in_lesson.optimizer) == _described(in_recipe.optimizer)
    assert in_lesson.loss == in_recipe.loss
    assert in_lesson.steps_per_execution == in_recipe.steps_per_execution
    for setting in ("batch_size", "epochs"):
        assert settings[setting] == recipe_settings[setting]


def _described(thing) -> dict:
    """The kind and the options of a layer or an optimizer, without its name."""
    return {"kind": type(thing).__name__, **{key: value for key, value in thing.get_config().items() if key != "name"}}
