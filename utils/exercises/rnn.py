"""The checks of lesson 06."""

import math

import numpy as np

from utils.exercises import Exercise, Mistake


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


share_left = Exercise(
    solution=lambda bias, steps: _sigmoid(bias) ** steps,
    cases=[(1.0, 1), (1.0, 27), (0.0, 3), (5.0, 27), (-1.0, 2)],
    mistakes=[
        Mistake(
            lambda bias, steps: _sigmoid(bias), "that is left after one step; each further step takes its share again"
        ),
        Mistake(lambda bias, steps: _sigmoid(bias) * steps, "shares of shares are multiplied: a power, not a multiple"),
        Mistake(
            lambda bias, steps: _sigmoid(bias * steps), "the gate is applied in each step; its bias does not add up"
        ),
        Mistake(lambda bias, steps: bias**steps, "the bias goes through the sigmoid before it rules over the memory"),
        Mistake(
            lambda bias, steps: (1 - _sigmoid(bias)) ** steps, "the forget gate's number is what is kept, not lost"
        ),
        Mistake(lambda bias, steps: 1 - _sigmoid(bias) ** steps, "that is what is lost; what is left was asked for"),
        Mistake(
            lambda bias, steps: math.tanh(bias) ** steps, "gates have a sigmoid, which lies between 0 and 1, not a tanh"
        ),
    ],
)


def _states_of(x, w, u, step=lambda w, value, u, h: math.tanh(w * value + u * h), first=0.0):
    h, states = first, []
    for value in x:
        h = step(w, value, u, h)
        states.append(h)
    return np.array(states)


def _sums_of(x, w, u):
    """The states without their tanh in the loop: it is applied only to what is handed out."""
    return np.array([math.tanh(z) for z in _states_of(x, w, u, step=lambda w, value, u, h: w * value + u * h)])


states_of = Exercise(
    solution=lambda x, w, u: _states_of(x, w, u),
    cases=[([1.0, 0.0, 0.0], 1.0, 0.5), ([0.5, -1.0, 2.0], 0.8, -1.0), ([1.0, 1.0], 0.3, 2.0)],
    mistakes=[
        Mistake(
            lambda x, w, u: np.array([math.tanh(w * value) for value in x]),
            "the loop is missing: add u times the state before",
        ),
        Mistake(
            lambda x, w, u: _states_of(x, w, u, step=lambda w, value, u, h: w * value + u * h),
            "the tanh is missing",
        ),
        Mistake(_sums_of, "what goes round the loop is the state, after its tanh"),
        Mistake(
            lambda x, w, u: _states_of(x, w, u, step=lambda w, value, u, h: math.tanh(w * value) + u * h),
            "the state goes into the tanh together with the input: it encloses the whole sum",
        ),
        Mistake(
            lambda x, w, u: np.tanh(w * np.array(x) + u * np.array([0.0, *x[:-1]])),
            "u stands before the state of the step before, not before its input",
        ),
        Mistake(lambda x, w, u: _states_of(x, w, u)[-1], "all states were asked for, not the last one alone"),
        Mistake(lambda x, w, u: _states_of(x, u, w), "w belongs to the input and u to the state"),
        Mistake(
            lambda x, w, u: np.append(0.0, _states_of(x, w, u)), "begin the list with the state after the first input"
        ),
        Mistake(lambda x, w, u: _states_of(x, w, u, first=1.0), "the state before the first input is 0"),
        Mistake(
            lambda x, w, u: _states_of(x, w, u, step=lambda w, value, u, h: h + math.tanh(w * value + u * h)),
            "the new state takes the place of the old one; it is not added to it",
        ),
        Mistake(
            lambda x, w, u: _states_of(x, w, u)[::-1], "the states stand in the wrong order: first comes the first"
        ),
        Mistake(lambda x, w, u: _states_of(x[:1], w, u), "only the first state came back: return stands in the loop"),
    ],
)


def _clipped(slopes, limit):
    length = np.linalg.norm(slopes)
    return slopes if length <= limit else slopes * limit / length


clipped = Exercise(
    solution=_clipped,
    cases=[
        (np.array([3.0, -4.0]), 2.0),
        (np.array([0.3, 0.4]), 1.0),
        (np.array([6.0, 8.0, 0.0]), 5.0),
        (np.array([0.0, 2.0]), 2.0),
    ],
    mistakes=[
        Mistake(
            lambda slopes, limit: np.clip(slopes, -limit, limit),
            "that limits each entry by itself and turns the gradient; shorten the whole vector",
        ),
        Mistake(
            lambda slopes, limit: slopes * limit / np.linalg.norm(slopes),
            "a gradient that is short enough stays as it is",
        ),
        Mistake(
            lambda slopes, limit: slopes if np.linalg.norm(slopes) <= limit else slopes / np.linalg.norm(slopes),
            "that shortens to length 1; the length asked for is limit",
        ),
        Mistake(lambda slopes, limit: slopes / limit, "divide by the vector's own length, and multiply by the limit"),
        Mistake(
            lambda slopes, limit: slopes if np.linalg.norm(slopes) <= limit else 0 * slopes,
            "a long gradient still knows the direction; shorten it, do not drop it",
        ),
        Mistake(
            lambda slopes, limit: slopes if np.sum(slopes**2) <= limit else slopes * limit / np.sum(slopes**2),
            "the length is the root of the sum of squares",
        ),
        Mistake(
            lambda slopes, limit: slopes if np.abs(slopes).max() <= limit else slopes * limit / np.abs(slopes).max(),
            "the length is that of the whole vector, not its largest entry",
        ),
    ],
)


def _at_temperature(p, temperature):
    powers = p ** (1 / temperature)
    return powers / powers.sum()


_P = np.array([0.7, 0.2, 0.1])

at_temperature = Exercise(
    solution=_at_temperature,
    cases=[(_P, 1.0), (_P, 0.5), (_P, 2.0), (np.array([0.25, 0.75]), 0.2)],
    mistakes=[
        Mistake(
            lambda p, temperature: p ** (1 / temperature), "they no longer add up to 1: divide by the sum of the powers"
        ),
        Mistake(
            lambda p, temperature: _at_temperature(p, 1 / temperature),
            "the wrong way round: a low temperature makes the likely likelier, so the power is 1 / temperature",
        ),
        Mistake(
            lambda p, temperature: (p / temperature) / (p / temperature).sum(),
            "a factor cancels when you divide by the sum; the temperature belongs into the power",
        ),
        Mistake(
            lambda p, temperature: np.exp(p / temperature) / np.exp(p / temperature).sum(),
            "the exponential is for logits; these are probabilities already",
        ),
        Mistake(
            lambda p, temperature: p**temperature,
            "the power is 1 / temperature, and then divide by the sum of the powers",
        ),
        Mistake(lambda p, temperature: p / temperature, "raise to a power, then divide by the sum"),
    ],
)


def _lstm_parameters(inputs, units):
    return 4 * (inputs * units + units * units + units)


lstm_parameters = Exercise(
    solution=_lstm_parameters,
    cases=[(28, 64), (1, 1), (14, 32), (3, 5)],
    mistakes=[
        Mistake(
            lambda inputs, units: inputs * units + units * units + units,
            "that is a SimpleRNN; an LSTM has three gates and a candidate, each with weights of its own",
        ),
        Mistake(
            lambda inputs, units: 3 * (inputs * units + units * units + units),
            "besides the three gates the candidate has weights too",
        ),
        Mistake(
            lambda inputs, units: 4 * (inputs * units + units * units), "the biases are missing, one for each unit"
        ),
        Mistake(
            lambda inputs, units: 4 * (inputs * units + units),
            "the gates also look at the state: units × units weights each",
        ),
        Mistake(
            lambda inputs, units: 4 * (inputs * units + units * units + 2 * units),
            "one bias for each unit and gate; the second set belongs to Keras's GRU",
        ),
        Mistake(
            lambda inputs, units: _lstm_parameters(inputs, units) + (units + 1) * 10,
            "that counts the read-out too, (units + 1) · 10",
        ),
        Mistake(
            lambda inputs, units: 4 * (inputs * units + units * units) + units,
            "each gate has biases of its own",
        ),
    ],
)
