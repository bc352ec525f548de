"""The checks of lesson 02."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _one_step(w, b, x, y, eta):
    error = w * x + b - y
    return w - eta * 2 * error * x, b - eta * 2 * error


def _step_with(derivatives):
    """A step with other derivatives with respect to w and b, given as a function of error and x."""

    def step(w, b, x, y, eta):
        dw, db = derivatives(w * x + b - y, x)
        return w - eta * dw, b - eta * db

    return step


one_step = Exercise(
    solution=_one_step,
    cases=[(3.0, 0.0, 3.0, 13.0, 0.01), (1.0, 2.0, 2.0, -1.0, 0.1), (0.0, -1.0, 5.0, 1.0, 0.02)],
    mistakes=[
        Mistake(
            _step_with(lambda e, x: (-2 * e * x, -2 * e)),
            "you add the gradient, and the loss rises; descent subtracts it",
        ),
        Mistake(_step_with(lambda e, x: (e * x, e)), "the factor 2 is missing: the derivative of e² is 2e"),
        Mistake(
            _step_with(lambda e, x: (2 * e * x, e)),
            "the factor 2 is missing in the derivative with respect to b; it comes from e² and belongs to both",
        ),
        Mistake(
            _step_with(lambda e, x: (2 * e, 2 * e)),
            "the derivative of the prediction w·x + b with respect to w is x, not 1",
        ),
        Mistake(
            _step_with(lambda e, x: (2 * e * x, 2 * e * x)),
            "the derivative of the prediction with respect to b is 1, not x",
        ),
        Mistake(
            lambda w, b, x, y, eta: (2 * (w * x + b - y) * x, 2 * (w * x + b - y)),
            "this is the gradient; subtract eta times it from w and b",
        ),
        Mistake(
            lambda w, b, x, y, eta: (w - eta * 2 * (w * x - y) * x, b - eta * 2 * (w * x - y)),
            "the prediction is w·x + b; your error leaves b out",
        ),
        Mistake(_step_with(lambda e, x: (2 * e * x, 0)), "the bias did not change; it has a derivative too"),
        Mistake(
            lambda w, b, x, y, eta: (w - 2 * (w * x + b - y) * x, b - 2 * (w * x + b - y)),
            "the learning rate eta is missing",
        ),
        Mistake(
            lambda w, b, x, y, eta: (
                _one_step(w, b, x, y, eta)[0],
                b - eta * 2 * (_one_step(w, b, x, y, eta)[0] * x + b - y),
            ),
            "you used the new weight for the update of the bias; compute both derivatives with the old weights",
        ),
        Mistake(
            lambda w, b, x, y, eta: (w - eta * 2 * (w * x - y) * x, b),
            "this is the update of part 1; here the prediction is w·x + b, and b has a derivative too",
        ),
    ],
)


def _huber_gradient(w, b, x, y, delta):
    derivative = np.clip(w * x + b - y, -delta, delta)
    return np.mean(derivative * x), np.mean(derivative)


def _huber_with(derivative):
    """The two partial derivatives with another derivative of the loss, given as a function of error and delta."""

    def gradient(w, b, x, y, delta):
        d = derivative(w * x + b - y, delta)
        return np.mean(d * x), np.mean(d)

    return gradient


def _huber_loss_outside(e, delta):
    """The derivative on the inner piece, and on the outer ones the loss in place of its derivative."""
    return np.where(np.abs(e) <= delta, e, delta * (np.abs(e) - delta / 2))


huber_gradient = Exercise(
    solution=_huber_gradient,
    cases=[
        (1.0, 0.0, np.array([1.0, 2.0, -1.0]), np.array([0.5, 5.0, -4.0]), 1.5),
        (0.5, 2.0, np.array([4.0, -2.0]), np.array([1.0, 1.5]), 2.0),
        # |e| = 0.6 is beyond delta, e² is not
        (0.0, 0.0, np.array([1.0, 2.0, 3.0, 2.0]), np.array([0.1, -90.0, 0.3, 0.6]), 0.5),
    ],
    mistakes=[
        Mistake(
            _huber_with(lambda e, delta: np.where(e <= delta, e, delta)),
            "the condition needs |e|: an error of −4 is beyond delta too",
        ),
        Mistake(
            _huber_with(lambda e, delta: np.where(np.abs(e) <= delta, 2 * e, delta * np.sign(e))),
            "the derivative of ½e² is e, not 2e",
        ),
        Mistake(
            _huber_with(lambda e, delta: np.where(np.abs(e) <= delta, e, delta * (np.sign(e) - delta / 2))),
            "½δ is a constant and has no derivative; beyond delta the derivative is delta times the sign of e",
        ),
        Mistake(
            lambda w, b, x, y, delta: (
                np.clip(w * x + b - y, -delta, delta) * x,
                np.clip(w * x + b - y, -delta, delta),
            ),
            "these are the derivatives of each example; return their mean",
        ),
        Mistake(
            _huber_with(lambda e, delta: e),
            "this is the derivative of ½e² for every error; beyond delta the loss is a straight line",
        ),
        Mistake(_huber_with(lambda e, delta: np.sign(e)), "the derivative beyond delta is delta times the sign of e"),
        Mistake(
            _huber_with(lambda e, delta: np.where(np.abs(e) <= delta, e, np.sign(e))),
            "beyond delta the derivative is delta times the sign of e; the factor delta is missing",
        ),
        Mistake(
            _huber_with(lambda e, delta: np.where(np.abs(e) <= delta, e, delta)),
            "the sign is lost beyond delta: for a large negative error the derivative is −delta",
        ),
        Mistake(
            _huber_with(lambda e, delta: np.where(np.abs(e) <= delta, e, 0)),
            "errors beyond delta still count; the straight line has the derivative delta or −delta there",
        ),
        Mistake(
            _huber_with(_huber_loss_outside),
            "beyond delta this is the loss itself, δ(|e| − δ/2); return its derivative",
        ),
        Mistake(
            _huber_with(lambda e, delta: np.where(np.abs(e) <= delta, e**2 / 2, _huber_loss_outside(e, delta))),
            "this is the loss itself; return its derivative",
        ),
        Mistake(
            _huber_with(lambda e, delta: 2 * np.clip(e, -delta, delta)),
            "there is a factor 2 too many: the derivative of ½e² is e",
        ),
        Mistake(
            lambda w, b, x, y, delta: tuple(-entry for entry in _huber_gradient(w, b, x, y, delta)),
            "both signs are wrong: the error is prediction minus target",
        ),
        Mistake(
            lambda w, b, x, y, delta: tuple(len(x) * entry for entry in _huber_gradient(w, b, x, y, delta)),
            "the mean is missing: divide by the number of examples",
        ),
        Mistake(
            lambda w, b, x, y, delta: (_huber_gradient(w, b, x, y, delta)[1],) * 2,
            "the factor x is missing in the derivative with respect to w",
        ),
        Mistake(
            _huber_with(lambda e, delta: np.where(e**2 <= delta, e, delta * np.sign(e))),
            "compare |e| with delta, not e² or the loss",
        ),
        Mistake(
            _huber_with(lambda e, delta: np.where(np.abs(e) > delta, e, delta * np.sign(e))),
            "the two pieces are exchanged: the derivative is e where |e| is at most delta",
        ),
        Mistake(
            lambda w, b, x, y, delta: _huber_gradient(w, 0.0, x, y, delta),
            "the prediction is w·x + b; your error leaves b out",
        ),
    ],
)


def _sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def _epoch_with(
    *,
    output=_sigmoid,
    factor=1,
    whole=False,
    one_more=False,
    total=False,
    total_w=False,
    full=False,
    by_all=False,
    sign=1.0,
    bias=True,
    stop=lambda start, batch_size: start + batch_size,
):
    """One epoch of mini-batches; the options are what goes wrong in it."""

    def epoch(w, b, X, y, eta, batch_size):
        end = len(X) // batch_size * batch_size if whole else len(X) + one_more
        for start in range(0, end, batch_size):
            rows = slice(start, stop(start, batch_size))
            y_hat = output(X[rows] @ w + b)
            error = sign * (y_hat - y[rows]) * (factor(y_hat) if callable(factor) else factor)
            scale = 1 if total else batch_size if full else len(X) if by_all else len(error)
            w = w - eta * X[rows].T @ error / (1 if total_w else scale)
            b = b - eta * error.sum() / scale if bias else b
        return w, b

    return epoch


def _epoch_with_new_w_for_b(w, b, X, y, eta, batch_size):
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size)
        w = w - eta * X[rows].T @ (_sigmoid(X[rows] @ w + b) - y[rows]) / len(y[rows])
        b = b - eta * np.mean(_sigmoid(X[rows] @ w + b) - y[rows])
    return w, b


def _epoch_of_old_weights(w, b, X, y, eta, batch_size):
    new_w, new_b = w, b
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size)
        after = _epoch_with()(w, b, X[rows], y[rows], eta, batch_size)
        new_w, new_b = new_w + after[0] - w, new_b + after[1] - b
    return new_w, new_b


_SIX = np.array([[1.0, -2.0], [0.5, 1.0], [-1.5, 0.5], [2.0, 1.5], [-0.5, -1.0], [1.5, 0.5]])
_CLASSES = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0])

one_epoch = Exercise(
    solution=_epoch_with(),
    cases=[
        (np.zeros(2), 0.0, _SIX[:4], _CLASSES[:4], 1.0, 3),  # small enough to be written out
        (np.zeros(2), 0.0, _SIX, _CLASSES, 1.0, 2),  # no smaller batch at the end: nothing may follow the third
        (np.array([0.3, -0.2]), 0.1, _SIX[:5], _CLASSES[:5], 0.5, 3),
    ],
    mistakes=[
        Mistake(
            _epoch_with(factor=lambda y_hat: y_hat * (1 - y_hat)),
            "the factor ŷ(1 − ŷ) belongs to the squared error; with cross-entropy it cancels, and the error is ŷ − y",
        ),
        Mistake(
            _epoch_with(factor=lambda y_hat: 2 * y_hat * (1 - y_hat)),
            "this is the gradient of the squared error; with cross-entropy it is (ŷ − y) times x",
        ),
        Mistake(_epoch_with(factor=2), "a factor 2 too many: it comes from e², and the cross-entropy has none"),
        Mistake(_epoch_with(by_all=True), "you divide by all examples; divide by those in the batch"),
        Mistake(_epoch_with(whole=True), "the last batch, which is smaller than the others, is left out"),
        Mistake(
            _epoch_with(total=True),
            "you add up the gradients of a batch; divide by the number of examples in the batch",
        ),
        Mistake(
            _epoch_with(full=True),
            "the last batch is smaller: divide by the number of examples in it, not by batch_size",
        ),
        Mistake(
            _epoch_with_new_w_for_b,
            "you used the new w for the update of b; compute both gradients with the weights before the update",
        ),
        Mistake(
            lambda w, b, X, y, eta, batch_size: _epoch_with()(w, b, X, y, eta, len(X)),
            "this is one update with the full batch; update after each mini-batch",
        ),
        Mistake(
            lambda w, b, X, y, eta, batch_size: _epoch_with()(w, b, X, y, eta, 1),
            "this is an update after each example; batch_size examples share one update",
        ),
        Mistake(
            lambda w, b, X, y, eta, batch_size: _epoch_with()(w, b, X[:batch_size], y[:batch_size], eta, batch_size),
            "only the first batch was used; an epoch goes through all examples (is return inside the loop?)",
        ),
        Mistake(
            _epoch_of_old_weights,
            "all gradients use the first weights; each batch must use the weights after the update before it",
        ),
        Mistake(_epoch_with(output=lambda z: z), "the sigmoid is missing: the error is sigmoid(z) − y, not z − y"),
        Mistake(_epoch_with(sign=-1.0), "you add the gradient, and the loss rises; descent subtracts it"),
        Mistake(_epoch_with(bias=False), "the bias did not change; it has a derivative too"),
        Mistake(
            _epoch_with(one_more=True),
            "where batch_size divides the number of examples, you take one batch too many; it is empty, its mean nan",
        ),
        Mistake(
            _epoch_with(total_w=True),
            "the product X.T @ error adds up over the batch: divide it by the number of examples in the batch",
        ),
        Mistake(
            _epoch_with(stop=lambda start, batch_size: batch_size),
            "the slice ends at batch_size, so later batches are empty; it must end at start + batch_size",
        ),
        Mistake(
            lambda w, b, X, y, eta, batch_size: _epoch_with()(w, b, X, y, 1.0, batch_size),
            "the learning rate eta is missing",
        ),
    ],
)


def _softmax(z):
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _input_gradient(W, b, X, Y):
    return (_softmax(X @ W + b) - Y) @ W.T / len(X)


input_gradient = Exercise(
    solution=_input_gradient,
    cases=[  # as many classes as pixels, so that a missing transpose gives numbers, whose cause can be named
        (
            np.array([[0.5, 1.0], [-2.0, 1.5]]),
            np.array([0.0, 0.3]),
            np.array([[1.0, -1.0], [2.0, 0.0], [0.5, 1.0], [1.0, 1.0]]),
            np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
        ),
        (
            np.array([[1.0, -1.0, 0.5], [0.0, 2.0, -0.5], [1.5, 0.0, 1.0]]),
            np.array([0.1, 0.0, -0.2]),
            np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 1.0]]),
            np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
        ),
    ],
    mistakes=[
        Mistake(
            lambda W, b, X, Y: _input_gradient(W, b, X, Y).T,
            "these numbers are right, but images stand in rows; return the transposed array, with the shape of X",
        ),
        Mistake(
            lambda W, b, X, Y: X.T @ (_softmax(X @ W + b) - Y) / len(X),
            "this is the gradient with respect to W; the gradient with respect to X contains W as a factor, not X",
        ),
        Mistake(
            lambda W, b, X, Y: (_softmax(X @ W + b) - Y) @ W / len(X),
            "W has to be transposed: row j of W holds the weights from pixel j to all the classes",
        ),
        Mistake(
            lambda W, b, X, Y: (_softmax(X @ W + b) - Y) / len(X),
            "this is the gradient with respect to Z; W is missing",
        ),
        Mistake(
            lambda W, b, X, Y: (_softmax(X @ W + b) - Y) @ W.T,
            "J is the mean over the batch: divide by the number of examples",
        ),
        Mistake(lambda W, b, X, Y: -_input_gradient(W, b, X, Y), "the sign is wrong: the error is softmax(Z) − Y"),
        Mistake(
            lambda W, b, X, Y: (X @ W + b - Y) @ W.T / len(X), "the softmax is missing: the error is softmax(Z) − Y"
        ),
        Mistake(
            lambda W, b, X, Y: _softmax(X @ W + b) @ W.T / len(X),
            "the labels are missing: the derivative with respect to Z is softmax(Z) − Y",
        ),
        Mistake(
            lambda W, b, X, Y: _input_gradient(W, b, X, Y).sum(axis=0),
            "you take the mean over the images; each image keeps its own row: divide by their number",
        ),
        Mistake(
            lambda W, b, X, Y: (
                ((_softmax(X @ W + b) - Y) * _softmax(X @ W + b) * (1 - _softmax(X @ W + b))) @ W.T / len(X)
            ),
            "softmax(Z) − Y is already the derivative with respect to Z; the factor ŷ(1 − ŷ) has cancelled",
        ),
    ],
)


def _softmax_of(exponents):
    """A softmax without a shift of its own, given what is raised to as a function of the logits and tau."""

    def probabilities(z, tau):
        powers = np.exp(exponents(z, tau))
        return powers / powers.sum()

    return probabilities


softmax_at = Exercise(
    solution=lambda z, tau: _softmax(z / tau),
    cases=[
        (np.array([1.0, 2.0, 3.0]), 1.0),
        (np.array([1.0, 2.0, 3.0]), 0.5),
        (np.array([-1000.0, 0.0]), 500.0),  # far apart before the division by tau, near after it
        # Less the first, the last or the mean these overflow, each in other places; less the largest |z| all become 0
        (np.array([0.0, 3000.0, 3000.0, 3000.0, 1500.0, -4000.0]), 1.0),
        (np.array([2000.0, 1998.0]), 2.0),
    ],
    mistakes=[
        Mistake(
            _softmax_of(lambda z, tau: (z - z.min()) / tau),
            "you subtract the smallest logit; only without the largest one are all exponents at most 0",
        ),
        Mistake(
            _softmax_of(lambda z, tau: (z - z.mean()) / tau),
            "you subtract the mean; logits far above it still overflow, so subtract the largest",
        ),
        Mistake(
            _softmax_of(lambda z, tau: z / tau - z.max()),
            "you divide z by tau but not what you subtract; all powers can become 0, subtract the largest of z / tau",
        ),
        Mistake(
            lambda z, tau: _softmax(z),
            "tau has no effect: divide the logits by tau (a division after the exponential cancels in the fraction)",
        ),
        Mistake(
            lambda z, tau: np.exp(z - z.max()) / tau,
            "divide by tau inside the exponential; the division by the sum is missing too",
        ),
        Mistake(
            lambda z, tau: np.exp((z - z.max()) / tau), "the division by the sum is missing; probabilities add up to 1"
        ),
        Mistake(lambda z, tau: np.exp(z / tau), "the division by the sum is missing; probabilities add up to 1"),
        Mistake(
            lambda z, tau: np.exp(z / tau) / np.exp(z / tau).sum(),
            "large logits overflow; subtract the largest one first",
        ),
        Mistake(lambda z, tau: _softmax(z * tau), "divide the logits by tau, do not multiply them by it"),
        Mistake(lambda z, tau: _softmax(z) / tau, "divide by tau inside the exponential, not after it"),
        Mistake(
            lambda z, tau: _softmax(z) ** (1 / tau) / np.sum(_softmax(z) ** (1 / tau)),
            "you apply tau to probabilities, and some of these are already rounded to 0; divide the logits by tau",
        ),
        Mistake(
            _softmax_of(lambda z, tau: np.minimum(z / tau, 500)),
            "a limit makes different large logits equal; subtract the largest of z / tau",
        ),
    ],
)
