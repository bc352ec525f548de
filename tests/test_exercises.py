"""utils.exercises: every check accepts its solution, explains its mistakes and survives any answer."""

import importlib
import pkgutil

import numpy as np
import pytest

import utils.exercises
from utils.exercises import Exercise, Mistake

LESSONS = [
    importlib.import_module(f"utils.exercises.{module.name}")
    for module in pkgutil.iter_modules(utils.exercises.__path__)
]
EXERCISES = [
    pytest.param(exercise, id=f"{lesson.__name__.rpartition('.')[2]}.{name}")
    for lesson in LESSONS
    for name, exercise in vars(lesson).items()
    if isinstance(exercise, Exercise)
]

square = Exercise(
    solution=lambda x: x**2,
    cases=[(2.0,), (3.0,), (-1.0,)],
    mistakes=[Mistake(lambda x: 2 * x, "this is the derivative")],
)


def test_every_lesson_with_checks_is_found():
    assert len(EXERCISES) >= 9


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_is_accepted(exercise):
    assert exercise.verdict(exercise.solution).startswith("✓ ")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_at_least_two_likely_mistakes_are_named(exercise):
    assert len(exercise.mistakes) >= 2
    for mistake in exercise.mistakes:
        verdict = exercise.verdict(mistake.function)
        assert verdict.startswith("✗ ")
        assert f"Likely cause: {mistake.explanation}." in verdict


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_unfinished_answer_is_called_unfinished(exercise):
    assert "not finished yet" in exercise.verdict(lambda *arguments: ...)


def test_an_answer_without_return_is_told_about_return():
    assert "return hands it back" in square.verdict(lambda x: None)


def test_a_wrong_answer_is_shown_with_its_case():
    def cube(x):
        return x**3

    assert square.verdict(cube) == "✗ cube(x=2) gave 8, expected 4."


def test_a_mistake_is_recognised_only_where_it_agrees_in_every_case():
    assert "Likely cause" in square.verdict(lambda x: x + x)
    assert "Likely cause" not in square.verdict(lambda x: x + x if x > 2 else 1.0)


def test_an_answer_that_raises_gets_a_verdict():
    def broken(x):
        return x.shape[0]

    assert square.verdict(broken).startswith("✗ broken(x=2) raised AttributeError")


@pytest.mark.parametrize("value", ["four", "4.0", [4.0], np.zeros((2, 2)), (4.0, 9.0), object(), float("nan")])
def test_answers_of_another_kind_are_wrong_and_do_not_raise(value):
    assert square.verdict(lambda x: value).startswith("✗ ")


def test_a_result_in_place_of_the_function_is_refused():
    assert "the function itself" in square.verdict(4.0)


def test_an_answer_that_changes_its_argument_in_place_is_told_so():
    double = Exercise(solution=lambda x: 2 * x, cases=[(np.array([1.0, 2.0]),)] * 2)

    def in_place(x):
        x *= 2
        return x

    assert "changes its argument x in place" in double.verdict(in_place)
    assert double.verdict(lambda x: x * 2).startswith("✓ "), "the case was spoilt"


def test_a_number_of_the_wrong_shape_is_not_right():
    total = Exercise(solution=lambda x: x.sum(), cases=[(np.array([1.0, 2.0]),)])
    assert total.verdict(lambda x: x.sum(keepdims=True)).startswith("✗ ")


def test_of_large_arrays_the_first_entry_that_differs_is_shown():
    ones = Exercise(solution=lambda n: np.ones((n, n)), cases=[(2,), (4,)])
    wrong = np.ones((4, 4))
    wrong[1, 2] = 7
    assert ones.verdict(lambda n: np.ones((n, n)) if n == 2 else wrong) == (
        "✗ <lambda>(n=4) gave an array of shape (4, 4) with 7 at [1, 2], expected 1 there."
    )


def test_no_warning_stands_above_a_verdict(recwarn):
    logarithm = Exercise(solution=lambda x: np.log(x), cases=[(np.array([1.0, 2.0]),)])
    assert logarithm.verdict(lambda x: np.log(0 * x)).startswith("✗ ")
    assert list(recwarn) == []
