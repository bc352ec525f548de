"""utils.exercises: every check accepts its solution, explains its mistakes and survives any answer."""

import fractions
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


def test_a_mistake_that_a_later_case_does_not_allow_is_recognised_by_its_error():
    head = Exercise(
        solution=lambda x: x[:2],
        cases=[(np.array([1.0, 2.0, 3.0]),), (np.array([1.0, 2.0]),)],
        mistakes=[Mistake(lambda x: np.array([x[1], x[2]]), "these are the last two")],
    )
    assert "these are the last two" in head.verdict(lambda x: x[[1, 2]])
    assert "Likely cause" not in head.verdict(lambda x: x[1:])

    def of_another_type(x):
        if len(x) < 3:
            raise ValueError
        return x[1:]

    assert "Likely cause" not in head.verdict(of_another_type)


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


def test_nan_in_an_argument_is_no_change():
    finite = Exercise(solution=lambda x: np.isfinite(x).all(), cases=[(np.array([np.nan, 1.0]),)])
    assert finite.verdict(lambda x: False).startswith("✓ ")


def test_a_list_that_is_emptied_is_told_too():
    def emptied(layers):
        return sum(layers.pop(0) for _ in range(len(layers)))

    total = Exercise(solution=lambda layers: sum(layers), cases=[([3, 4],)], mistakes=[])
    assert "changes its argument layers in place" in total.verdict(emptied)
    assert total.cases == [([3, 4],)]


def test_truth_values_are_shown_as_such():
    labels = Exercise(solution=lambda labels: labels.sum(), cases=[(np.array([True, False]),)], mistakes=[])
    assert "(labels=[True, False])" in labels.verdict(lambda labels: -1)


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


def told_about(came, wanted):
    """What a verdict says behind "gave" about a function that returns `came` in place of `wanted`."""
    return Exercise(lambda x: wanted, [(0.0,)]).verdict(lambda x: came).partition(" gave ")[2]


@pytest.mark.parametrize(
    ("came", "wanted", "told"),
    [
        (0.7311, 0.731058579, "0.7311, expected 0.73106."),
        (8.00001, 8.0, "8.00001, expected 8."),
        (123456.0, 123457.0, "123456, expected 123457."),
        (1.23456e20, 1.23457e20, "1.23456e+20, expected 1.23457e+20."),
        (
            np.array([0.7311, 0.5]),
            np.array([0.731058, 0.5]),
            "[0.7311, 0.5] with 0.7311 at [0], expected 0.73106 there.",
        ),
        ((0.5, 0.7311), (0.5, 0.731058), "(0.5, 0.7311), whose value 2 of 2 is 0.7311, expected 0.73106."),
        (
            (np.ones(9), np.array([0.2, 0.73110])),
            (np.ones(9), np.array([0.2, 0.731058])),
            "(an array of shape (9,), [0.2, 0.7311]), whose value 2 of 2 is "
            "[0.2, 0.7311] with 0.7311 at [1], expected 0.73106 there.",
        ),
        (
            (np.zeros(9), 2.0),
            (np.ones(9), 2.0),
            "(an array of shape (9,), 2), whose value 1 of 2 is "
            "an array of shape (9,) with 0 at [0], expected 1 there.",
        ),
        ((1.0, 2.0), (1.0, 3.0), "(1, 2), expected (1, 3)."),
    ],
)
def test_a_wrong_answer_never_looks_like_the_expected_one(came, wanted, told):
    assert told_about(came, wanted) == told


def test_answers_rounded_at_random_never_look_like_the_expected_ones():
    rng = np.random.default_rng(0)
    for exact in 10 ** rng.uniform(-3, 4, size=300):
        rounded = float(f"{exact:.4g}")
        told = told_about(rounded, exact)
        if told:
            came, wanted = told.removesuffix(".").split(", expected ")
            assert came != wanted
            assert (float(came) < float(wanted)) == (rounded < exact)


@pytest.mark.parametrize(
    ("came", "wanted", "told"),
    [
        (np.array([3.0]), 3.0, "[3] (shape (1,)), expected 3 (one number)."),
        (np.ones((3, 1)), np.ones(3), "[[1], [1], [1]] (shape (3, 1)), expected [1, 1, 1] (shape (3,))."),
        (np.ones((9, 1)), np.ones(9), "an array of shape (9, 1), expected an array of shape (9,)."),
        ((1.0,), (1.0, 2.0), "(1,) (of length 1), expected (1, 2) (of length 2)."),
        ((1.0, np.ones((2, 1))), (1.0, np.ones(2)), "(1, [[1], [1]]), expected (1, [1, 1])."),
        (1.0, (1.0, 2.0), "1, expected a tuple of 2 values, (1, 2)."),
        (np.array([1.0, 2.0]), (1.0, 2.0), "[1, 2], expected a tuple of 2 values, (1, 2)."),
    ],
)
def test_another_shape_is_called_so(came, wanted, told):
    assert told_about(came, wanted) == told


class Unwilling:
    """An object of another library that will not become an array."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("use .cpu() first")


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("4.0", "'4.0'"),
        (["4.0"], "something of type list"),
        (np.array("4"), "something of type ndarray"),
        (np.array("4", dtype=object), "something of type ndarray"),
        (4 + 0j, "something of type complex"),
        (np.array(4 + 1j), "something of type ndarray"),
        (np.datetime64(4, "D"), "something of type datetime64"),
        ([[1], [2, 3]], "something of type list"),
        (10**400, "something of type int"),
        (Unwilling(), "something of type Unwilling"),
        (len, "something of type builtin_function_or_method"),
    ],
    ids=lambda value: str(value)[:15],
)
def test_what_is_no_number_is_named_and_never_right(value, named):
    assert square.verdict(lambda x: value).endswith(f"gave {named}, expected 4.")


@pytest.mark.parametrize("make", [np.float32, int, fractions.Fraction, lambda x: np.array(x, dtype=object)])
def test_numbers_of_any_make_can_be_right(make):
    assert square.verdict(lambda x: make(x**2)).startswith("✓ ")


def test_no_warning_stands_above_a_verdict(recwarn):
    logarithm = Exercise(solution=lambda x: np.log(x), cases=[(np.array([1.0, 2.0]),)])
    assert logarithm.verdict(lambda x: np.log(0 * x)).startswith("✗ ")
    assert logarithm.verdict(lambda x: x[:0].mean()).startswith("✗ ")  # Python's warning, which errstate does not stop
    assert list(recwarn) == []
