"""utils.gradients: right gradients pass, the usual mistakes do not."""

import numpy as np
import pytest

from utils.gradients import gradient_check, numerical_gradient

RIGHT, WRONG = 1e-6, 1e-2


def small_net(seed: int = 0):
    """A 6-5-3 ReLU network in float64: its data, its weights, and the loss as a function of W1."""
    rng = np.random.default_rng(seed)
    x, labels = rng.normal(size=(8, 6)), rng.integers(0, 3, size=8)
    W1, b1, W2 = rng.normal(size=(6, 5)), rng.normal(size=5), rng.normal(size=(5, 3))

    def loss(W):
        logits = np.maximum(x @ W + b1, 0) @ W2
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -log_probabilities[np.arange(8), labels].mean()

    return x, labels, W1, b1, W2, loss


def gradient_by_hand(relu_derivative=lambda z, a: z > 0, factor=1 / 8):
    """The loss's gradient for W1 by backpropagation, with what students get wrong as arguments."""
    x, labels, W1, b1, W2, loss = small_net()
    z = x @ W1 + b1
    a = np.maximum(z, 0)
    y_hat = np.exp(a @ W2)
    y_hat /= y_hat.sum(axis=1, keepdims=True)
    delta = (y_hat - np.eye(3)[labels]) * factor
    return loss, W1, x.T @ (delta @ W2.T * relu_derivative(z, a))


def test_the_gradient_of_a_polynomial_is_found_in_every_shape():
    for shape in [(), (1,), (4,), (2, 3), (2, 1, 3)]:
        x = np.random.default_rng(0).normal(size=shape)
        gradient = numerical_gradient(lambda v: (v**3).sum(), x)
        assert gradient.shape == shape and gradient.dtype == np.float64
        np.testing.assert_allclose(gradient, 3 * x**2, atol=1e-8)


def test_integers_and_single_precision_are_differentiated_in_float64():
    for dtype in ["int64", "uint8", "float32"]:
        x = np.array([1, 2, 3], dtype=dtype)
        np.testing.assert_allclose(numerical_gradient(lambda v: (v**2).sum(), x), [2, 4, 6], atol=1e-8)
        np.testing.assert_array_equal(x, [1, 2, 3])


def test_x_is_never_modified_even_by_an_f_that_writes_into_its_argument():
    def careless(v):
        v *= 2
        return v.sum()

    x = np.array([1.0, -1.0])
    x.flags.writeable = False
    np.testing.assert_allclose(numerical_gradient(careless, x), [2, 2])
    assert gradient_check(careless, x, [2.0, 2.0]).relative_error < RIGHT


def test_x_is_as_it_was_when_f_raises():
    def broken(v):
        v[:] = 0
        raise RuntimeError("broken")

    x = np.array([1.0, 2.0])
    with pytest.raises(RuntimeError):
        numerical_gradient(broken, x)
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_backpropagation_done_right_passes():
    assert gradient_check(*gradient_by_hand()).relative_error < RIGHT


def test_the_relu_derivative_taken_on_the_activation_is_caught():
    # a = max(z, 0) is never negative, so a >= 0 is always true and the ReLU vanishes from the gradient.
    wrong = gradient_by_hand(relu_derivative=lambda z, a: a >= 0)
    assert gradient_check(*wrong).relative_error > WRONG


def test_the_relu_derivative_on_the_activation_is_right_when_strict():
    right = gradient_by_hand(relu_derivative=lambda z, a: a > 0)
    assert gradient_check(*right).relative_error < RIGHT


def test_a_missing_factor_is_caught():
    assert gradient_check(*gradient_by_hand(factor=1)).relative_error > 0.5


def test_the_index_names_the_one_wrong_entry():
    loss, W1, gradient = gradient_by_hand()
    gradient[4, 2] += 0.1
    error, index = gradient_check(loss, W1, gradient)
    assert index == (4, 2) and error > WRONG


def test_the_error_is_the_difference_over_the_larger_entry():
    error, index = gradient_check(lambda v: 3 * v[0] + 4 * v[1], np.zeros(2), [3.0, 5.0])
    assert error == pytest.approx(1 / 5) and index == (1,)


def test_entries_that_are_both_nearly_zero_do_not_raise_a_false_alarm():
    # Numerically the slope of v³ at 0 is h², not 0: a plain quotient would call that an error of 1.
    assert gradient_check(lambda v: (v**3).sum(), np.zeros(3), np.zeros(3)).relative_error < RIGHT
    # Rounding in a loss of 1e4 leaves differences of some 1e-7, 1e-4 of a slope of 1e-3.
    assert gradient_check(lambda v: 1e4 + 1e-3 * v.sum(), [np.pi], [1e-3]).relative_error < RIGHT


def test_a_small_entry_that_is_wrong_is_still_caught():
    assert gradient_check(lambda v: 1e-5 * v[0] + v[1], np.ones(2), [2e-5, 1.0]).relative_error > 1e-3


def test_the_numerical_gradient_agrees_with_gradient_tape():
    tf = pytest.importorskip("tensorflow")
    x, labels, W1, b1, W2, loss = small_net()
    weights = tf.Variable(W1)
    with tf.GradientTape() as tape:
        logits = tf.nn.relu(x @ weights + b1) @ W2
        value = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    assert float(value) == pytest.approx(loss(W1))
    assert gradient_check(loss, W1, tape.gradient(value, weights)).relative_error < RIGHT


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda v: v, r"shape \(2,\), expected a scalar"),
        (lambda v: v[:1], r"shape \(1,\), expected a scalar"),
        (lambda v: np.nan, "f: got nan"),
        (lambda v: np.log(-abs(v[0])), "f: got nan"),
        (lambda v: 1j, "type complex"),
        (lambda v: None, "type NoneType"),
        (lambda v: v.sum() > 0, "type bool"),
        (lambda v: v.astype(np.float32).sum(), "float32, expected float64"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_an_f_without_a_finite_float64_scalar_is_refused(f, message):
    with pytest.raises(ValueError, match=message):
        numerical_gradient(f, np.ones(2))


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([1.0, np.nan], "x: got 1 of 2 entries nan"),
        ([np.inf], "x: got 1 of 1 entries"),
        ([], "x: got shape"),
        ([1j], "x: got dtype complex"),
        (["a"], "x: got dtype"),
        ([1e12], "step: got 1e-05"),
    ],
)
def test_an_x_without_a_gradient_is_refused(x, message):
    with pytest.raises(ValueError, match=message):
        numerical_gradient(np.sum, x)


@pytest.mark.parametrize("step", [0, -1e-5, float("nan"), float("inf")])
def test_a_step_that_is_not_positive_is_refused(step):
    with pytest.raises(ValueError, match="step: got"):
        numerical_gradient(np.sum, [1.0], step)


@pytest.mark.parametrize(
    ("gradient", "message"),
    [
        ([[1.0], [1.0]], r"gradient: got shape \(2, 1\)"),
        (1.0, "gradient: got shape"),
        ([1.0, np.nan], "gradient: got 1 of 2"),
    ],
)
def test_a_gradient_of_another_shape_or_with_nan_is_refused(gradient, message):
    with pytest.raises(ValueError, match=message):
        gradient_check(np.sum, np.ones(2), gradient)
