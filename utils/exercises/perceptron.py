"""The checks of lesson 01."""

import numpy as np

from utils.exercises import Exercise, Mistake

_CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]

nand = Exercise(
    solution=lambda x1, x2: int(-2 * x1 - 2 * x2 + 3 > 0),
    cases=_CORNERS,
    mistakes=[
        Mistake(lambda x1, x2: 0, "your neuron never fires; with both inputs 0, z is the bias, which must be positive"),
        Mistake(lambda x1, x2: 1, "your neuron always fires; at (1, 1) z must be 0 or less"),
        Mistake(lambda x1, x2: int(x1 + x2 - 1.5 > 0), "this is AND; NAND fires exactly where AND does not"),
        Mistake(
            lambda x1, x2: int(-x1 - x2 + 0.5 > 0),
            "this is NOR: your bias is too small, so one input alone makes the neuron silent",
        ),
        Mistake(
            lambda x1, x2: int(x1 + x2 - 0.5 > 0),
            "this is OR; NAND must stop firing when both inputs are 1, so the weights must be negative",
        ),
        Mistake(
            lambda x1, x2: 1 - x1,
            "x1 alone makes the neuron silent; w1 + b must stay above 0, only w1 + w2 + b must not",
        ),
        Mistake(
            lambda x1, x2: 1 - x2,
            "x2 alone makes the neuron silent; w2 + b must stay above 0, only w1 + w2 + b must not",
        ),
    ],
)


def _signed_step(w, b, x, target):
    prediction = 1 if x @ w + b > 0 else -1
    if prediction != target:
        return w + target * x, b + target
    return w, b


def _signed_step_twice_as_long(w, b, x, target):
    error = target - (1 if x @ w + b > 0 else -1)
    return w + error * x, b + error


def _signed_step_without_bias(w, b, x, target):
    return _signed_step(w, b, x, target)[0], b


def _signed_step_without_target(w, b, x, target):
    return _signed_step(w, b, x, target) if _signed_step(w, b, x, target)[1] == b else (w + x, b + 1)


def _signed_step_after_right_answers(w, b, x, target):
    return (w + target * x, b + target) if _signed_step(w, b, x, target)[1] == b else (w, b)


def _signed_step_always(w, b, x, target):
    return w + target * x, b + target


def _signed_step_backwards(w, b, x, target):
    new_w, new_b = _signed_step(w, b, x, target)
    return 2 * w - new_w, 2 * b - new_b


def _signed_step_with_prediction_of(score):
    """The rule with another idea of what the neuron answers."""

    def step(w, b, x, target):
        return (w, b) if score(w, b, x) == target else (w + target * x, b + target)

    return step


def _signed_step_where_sides_differ(w, b, x, target):
    return (w + target * x, b + target) if target * (x @ w + b) < 0 else (w, b)


def _zero_one_step(w, b, x, target):
    error = target - (1 if x @ w + b > 0 else 0)
    return w + error * x, b + error


signed_step = Exercise(
    solution=_signed_step,
    cases=[
        (np.array([1.0, -1.0]), 0.5, np.array([2.0, 1.0]), 1),
        (np.array([1.0, -1.0]), 0.5, np.array([2.0, 1.0]), -1),
        (np.array([0.0, 2.0]), -1.0, np.array([3.0, 0.0]), 1),
        (np.array([0.0, 2.0]), -1.0, np.array([3.0, 0.0]), -1),
        (np.array([1.0, 1.0]), -2.0, np.array([0.5, 0.5]), 1),  # the bias decides
        (np.array([1.0, 1.0]), -1.0, np.array([0.5, 0.5]), 1),  # z = 0, silent
        (np.array([1.0, 1.0]), -1.0, np.array([0.5, 0.5]), -1),
    ],
    mistakes=[
        Mistake(
            _signed_step_with_prediction_of(lambda w, b, x: 1 if x @ w > 0 else -1),
            "the bias is missing where you compute the answer",
        ),
        Mistake(
            _signed_step_where_sides_differ,
            "at z = 0 the neuron answers −1, so with target +1 this is a mistake; or zero weights never change",
        ),
        Mistake(
            _signed_step_with_prediction_of(lambda w, b, x: np.sign(x @ w + b)),
            "at z = 0 the neuron answers −1, so target −1 is no mistake there; np.sign(0) is 0, and target·z is 0",
        ),
        Mistake(
            _signed_step_with_prediction_of(lambda w, b, x: int(x @ w + b > 0)),
            "the lesson's neuron answers 0 or 1; here a silent neuron answers −1, so compare target with +1 or −1",
        ),
        Mistake(
            _signed_step_with_prediction_of(lambda w, b, x: 1 if x @ w + b >= 0 else -1),
            "at z = 0 the neuron answers −1: it fires only when z > 0, not when z >= 0",
        ),
        Mistake(_signed_step_always, "you change w and b after right answers too; change them only after a mistake"),
        Mistake(
            _signed_step_without_bias, "the bias does not change; it is learnt like a weight whose input is always 1"
        ),
        Mistake(
            _signed_step_twice_as_long,
            "target − prediction is ±2 with these labels, so the step is twice as long; add target times x",
        ),
        Mistake(
            _zero_one_step,
            "a silent neuron answers −1 here, not 0, so target − prediction is wrong where the neuron is silent",
        ),
        Mistake(_signed_step_backwards, "the step goes the wrong way: w must turn towards x when the target is +1"),
        Mistake(_signed_step_without_target, "you add x after every mistake; add target times x, and target to b"),
        Mistake(
            _signed_step_after_right_answers,
            "the condition is turned round: you change w and b after right answers, and not after mistakes",
        ),
    ],
)

_POINTS = [(np.array([-3.0, -0.5, 0.0, 0.5, 2.0]),), (np.array([1.0]),)]


def _sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def _swish_derivative(z):
    return _sigmoid(z) + z * _sigmoid(z) * (1 - _sigmoid(z))


swish_derivative = Exercise(
    solution=_swish_derivative,
    cases=_POINTS,
    mistakes=[
        Mistake(
            lambda z: _sigmoid(z) + z * z * (1 - z),
            "the sigmoid's derivative is a(1 − a) with a = sigmoid(z); yours takes z where the formula takes a",
        ),
        Mistake(
            lambda z: _sigmoid(z) * (1 - _sigmoid(z)),
            "a product's derivative is not the product of the derivatives: (u·v)′ = u′·v + u·v′",
        ),
        Mistake(
            lambda z: _sigmoid(z) + z * _sigmoid(_sigmoid(z)) * (1 - _sigmoid(_sigmoid(z))),
            "sigmoid_derivative takes z itself; you give it sigmoid(z)",
        ),
        Mistake(
            lambda z: _sigmoid(z) + z * _sigmoid(z) * (1 + _sigmoid(z)),
            "the sigmoid's derivative is a(1 − a), with a minus",
        ),
        Mistake(
            lambda z: z * _sigmoid(z) * (1 - _sigmoid(z)), "one half of the product rule is missing: u′·v = sigmoid(z)"
        ),
        Mistake(_sigmoid, "one half of the product rule is missing: u·v′ = z · sigmoid′(z)"),
        Mistake(lambda z: z * _sigmoid(z), "this is the function itself, not its derivative"),
        Mistake(
            lambda z: z * _sigmoid(z) * (1 - z * _sigmoid(z)),
            "g(1 − g) is the derivative of the sigmoid alone; the swish is a product, z times the sigmoid",
        ),
        Mistake(
            lambda z: _sigmoid(z) + _sigmoid(z) * (1 - _sigmoid(z)),
            "in the second half of the product rule the factor z is missing: u·v′ = z · sigmoid′(z)",
        ),
    ],
)


def _softplus_or_z(above):
    """The plain formula, and z itself above a limit."""
    return lambda z: np.where(z > above, z, np.log(1 + np.exp(z)))


softplus = Exercise(
    solution=lambda z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))),
    cases=[
        (np.array([-11.0, -2.0, 0.0, 3.0, 11.0]),),  # at 11 it is not yet z, to the digits that are compared
        (np.array([1000.0, -1000.0]),),
    ],
    mistakes=[
        Mistake(
            lambda z: z + np.log1p(np.exp(-np.abs(z))),
            "z is added for negative z too; add it only where z > 0, as max(z, 0)",
        ),
        Mistake(
            lambda z: np.abs(z) + np.log1p(np.exp(-np.abs(z))),
            "|z| is added where max(z, 0) belongs: for z < 0 nothing is added",
        ),
        Mistake(lambda z: np.log(1 + np.exp(z)), "e^z overflows for large z; make sure that e is raised to −|z| only"),
        Mistake(
            lambda z: z + np.log(1 + np.exp(-z)),
            "this form is for z > 0; for z < 0 its e^(−z) overflows, so the two cases need one formula with −|z|",
        ),
        *(
            Mistake(
                lambda z, largest=largest: np.log(1 + np.exp(np.minimum(z, largest))),
                "you limit z to a largest value, so the result stays there; for large z the softplus is z itself",
            )
            for largest in (500, 700, 709)
        ),
        Mistake(
            lambda z: np.log(np.exp(z) * (np.exp(-z) + 1)),
            "this product still contains e^z; take the logarithm by hand: ln(e^z · u) = z + ln u",
        ),
        Mistake(_softplus_or_z(above=0), "for z > 0 the softplus is z + ln(1 + e^(−z)), not z alone"),
        Mistake(
            _softplus_or_z(above=5),
            "above your limit you return z, and there z is not near enough; with −|z| no limit is needed",
        ),
        Mistake(lambda z: np.maximum(z, 0), "this is ReLU; the softplus is smooth, and at z = 0 it is ln 2"),
        Mistake(
            lambda z: np.log1p(np.exp(-np.abs(z))),
            "max(z, 0) is missing: for z > 0 you took e^z out of the bracket, and its logarithm, z, must be added",
        ),
    ],
)


def _shared_step_with(W, b, x, y, *, at_least=np.greater_equal, share=True, shared_bias=True, sign=1, itself=False):
    """The step of exercise 5 and, by its keywords, what students make of it."""
    z = x @ W + b
    rivals = at_least(z, z[y])
    if not itself:
        rivals[y] = False
    if not rivals.any():
        return W, b
    parts = rivals / (rivals.sum() if share else 1)
    change = np.eye(len(z))[y] - parts
    change_of_b = change if shared_bias else np.eye(len(z))[y] - rivals
    return W + sign * np.outer(x, change), b + sign * change_of_b


def _shared_step(W, b, x, y):
    return _shared_step_with(W, b, x, y)


def _shared_step_without_bias(W, b, x, y):
    return _shared_step(W, b, x, y)[0], b


def _once_a_rival(W, b, x, y):
    """The right neuron's gain stands inside the loop over the rivals."""
    rivals = (_shared_step(W, b, x, y)[1] < b).sum()
    gain = max(rivals - 1, 0) * np.eye(len(b))[y]
    new_W, new_b = _shared_step(W, b, x, y)
    return new_W + np.outer(x, gain), new_b + gain


def _answers_without_bias(W, b, x, y):
    new_W, new_b = _shared_step(W, np.zeros_like(b), x, y)
    return new_W, b + new_b


def _only_the_winner(W, b, x, y):
    guess = np.argmax(x @ W + b)
    change = np.eye(len(b))[y] - np.eye(len(b))[guess]
    return W + np.outer(x, change), b + change


def _nothing_for_the_right_one(W, b, x, y):
    new_W, new_b = (array.copy() for array in _shared_step(W, b, x, y))
    new_W[:, y], new_b[y] = W[:, y], b[y]
    return new_W, new_b


def _argmax_decides(W, b, x, y):
    """Nothing changes where np.argmax gives the right neuron, also if another one has the same z."""
    return (W, b) if np.argmax(x @ W + b) == y else _shared_step(W, b, x, y)


def _divided_by_no_rivals(W, b, x, y):
    new_W, new_b = _shared_step(W, b, x, y)
    return (W * np.nan, b * np.nan) if new_W is W else (new_W, new_b)


def _always_rewarded(W, b, x, y):
    """Also where nothing is wrong, the right neuron gets x."""
    new_W, new_b = _shared_step(W, b, x, y)
    if new_W is W:
        return W + np.outer(x, np.eye(len(b))[y]), b + np.eye(len(b))[y]
    return new_W, new_b


_IMAGE = np.array([1.0, 0.5])
_FOUR = np.array([[1.0, 2.0, 0.5, 3.0], [0.0, 1.0, -1.0, 2.0]])  # z = 1, 2.5, 0, 4 for this image, with biases 0

shared_step = Exercise(
    solution=_shared_step,
    cases=[
        (_FOUR, np.zeros(4), _IMAGE, 0),  # two rivals
        (_FOUR, np.array([0.0, 0.0, 0.0, -1.5]), _IMAGE, 1),  # z[3] = z[1], and no other
        (_FOUR, np.array([3.5, 0.0, 0.0, 0.0]), _IMAGE, 1),  # the bias decides
        (_FOUR, np.zeros(4), _IMAGE, 3),  # nothing is wrong
        (np.zeros((2, 4)), np.zeros(4), _IMAGE, 2),  # the first step of all
    ],
    mistakes=[
        Mistake(
            _only_the_winner,
            "you correct the winner alone; here every rival is corrected, that is, each one whose z is at least z[y]",
        ),
        Mistake(
            _once_a_rival,
            "the right neuron gains x once for each rival; it gains x once, so this line belongs outside the loop",
        ),
        Mistake(_answers_without_bias, "the bias is missing where you compute z"),
        Mistake(
            lambda W, b, x, y: _shared_step_with(W, b, x, y, share=False),
            "each of the k rivals loses the whole x; it loses x/k, so that together they lose x",
        ),
        Mistake(
            lambda W, b, x, y: _shared_step_with(W, b, x, y, itself=True),
            "you count the right neuron among its own rivals (z[y] >= z[y]); leave it out",
        ),
        Mistake(
            lambda W, b, x, y: _shared_step_with(W, b, x, y, at_least=np.greater),
            "a neuron whose z equals z[y] is a rival too; or the rule never changes weights that are all 0",
        ),
        Mistake(
            lambda W, b, x, y: _shared_step_with(W, b, x, y, shared_bias=False),
            "the biases of the rivals lose 1/k each, as their weights lose x/k",
        ),
        Mistake(
            _shared_step_without_bias, "the biases do not change; they are learnt like weights whose input is always 1"
        ),
        Mistake(
            lambda W, b, x, y: _shared_step_with(W, b, x, y, sign=-1),
            "the step goes the wrong way: the right neuron must gain x, the rivals lose it",
        ),
        Mistake(_nothing_for_the_right_one, "the right neuron gets nothing; it must gain x, and 1 on its bias"),
        Mistake(
            _always_rewarded,
            "you change weights where there is no rival; there the answer is right, so nothing may change",
        ),
        Mistake(
            _argmax_decides,
            "where z[y] shares the largest z, np.argmax may give y; look for rivals, not for a wrong winner",
        ),
        Mistake(_divided_by_no_rivals, "without a rival k is 0, and 0/0 is nan; return W and b as they are"),
    ],
)
