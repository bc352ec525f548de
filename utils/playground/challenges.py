"""Four challenges of the playground that check themselves: each looks at a network and says what is still missing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from utils.playground.engine import Engine, Measures
from utils.playground.state import State

SOLVED = 0.95  # of the test points on the right side
FEWEST_FOR_XOR = 3  # no seed and no activation function solved it with two
OVERFITTED = 2.0  # the test loss is so many times the training loss
RISEN = 1.2  # and so many times its own smallest so far
CURED = 0.8  # the test loss is at most so many times that of the network that overfitted
DIVERGED = 1000.0  # the training loss is so many times the first one, or no number at all


class Verdict(NamedTuple):
    """Whether a challenge is solved, and a sentence on what decided it or what is missing."""

    done: bool
    text: str


@dataclass
class Attempt:
    """What is looked at: the engine as it is now, and what an earlier look at the same challenge left behind."""

    engine: Engine
    overfitted: tuple[State, Measures] | None = field(default=None)


@dataclass(frozen=True)
class Challenge:
    """A title, the task in words, the experiment from which it starts (see `State.of`), and how it is checked."""

    title: str
    task: str
    start: str
    check: Callable[[Attempt], Verdict]


def spiral(attempt: Attempt) -> Verdict:
    """The spiral, from x₁ and x₂ alone."""
    state, now = attempt.engine.state, attempt.engine.curve[-1]
    if state.dataset != "spiral":
        return Verdict(False, "Choose the data set spiral.")
    if extra := [name for name in state.features if name not in ("x1", "x2")]:
        return Verdict(False, f"Only x1 and x2 are allowed: switch off {', '.join(extra)}.")
    return _solved(now, f"the spiral, with {sum(state.hidden)} hidden neurons")


def xor(attempt: Attempt) -> Verdict:
    """XOR with the fewest hidden neurons."""
    state, now = attempt.engine.state, attempt.engine.curve[-1]
    if state.dataset != "xor":
        return Verdict(False, "Choose the data set xor.")
    if "x1*x2" in state.features:
        return Verdict(False, "With x1·x2 no hidden neuron is needed: the feature is the solution. Switch it off.")
    if extra := [name for name in state.features if name not in ("x1", "x2")]:
        return Verdict(False, f"Only x1 and x2 are allowed: switch off {', '.join(extra)}.")
    neurons = sum(state.hidden)
    verdict = _solved(now, f"xor, with {neurons} hidden neurons")
    if not verdict.done and neurons < FEWEST_FOR_XOR:
        return Verdict(False, f"{verdict.text} With {neurons} hidden neurons no run of ours has reached it.")
    if verdict.done and neurons > FEWEST_FOR_XOR:
        words = f"Solved with {neurons} hidden neurons, but {FEWEST_FOR_XOR} are enough: try other activation functions"
        return Verdict(False, f"{words}, and new weights more than once.")
    return verdict


def overfit(attempt: Attempt) -> Verdict:
    """Overfit first, then cure it on the same points."""
    state, now = attempt.engine.state, attempt.engine.curve[-1]
    if now.diverged:
        return Verdict(False, "The loss is no longer a number: lower the learning rate.")
    lowest = min(measures.test_loss for measures in attempt.engine.curve)
    same_points = attempt.overfitted is not None and _points_of(attempt.overfitted[0]) == _points_of(state)
    if same_points:
        before, then = attempt.overfitted
        changed = before.with_(show_test=False, discretize=False) != state.with_(show_test=False, discretize=False)
        if changed and now.epoch >= then.epoch and now.test_loss <= CURED * then.test_loss:
            return Verdict(True, f"Cured: the test loss is {now.test_loss:.3f}, it was {then.test_loss:.3f}.")
    overfits = now.test_loss >= OVERFITTED * now.train_loss and now.test_loss >= RISEN * lowest
    if overfits and not (same_points and now.test_loss <= then.test_loss):
        attempt.overfitted = state, now
        return Verdict(
            False,
            f"It overfits: the test loss has risen from {lowest:.3f} to {now.test_loss:.3f}, the training loss is "
            f"{now.train_loss:.3f}. Now cure it, with the same points.",
        )
    if attempt.overfitted is None:
        return Verdict(
            False,
            f"Not yet: the test loss must rise to {RISEN} times its smallest value ({lowest:.3f}) and be at least "
            f"{OVERFITTED:g} times the training loss. Few points, much noise and many neurons help.",
        )
    if not same_points:
        return Verdict(False, "These are not the points on which it overfitted: take the same data and noise.")
    if now.epoch < then.epoch:
        return Verdict(False, f"Train as long as when it overfitted, {then.epoch} epochs: do not only stop early.")
    if not changed:
        return Verdict(False, "These are the settings with which it overfitted: change something.")
    return Verdict(
        False,
        f"The test loss is {now.test_loss:.3f}; bring it from {then.test_loss:.3f} to {CURED * then.test_loss:.3f} "
        "or below.",
    )


def diverge(attempt: Attempt) -> Verdict:
    """A learning rate at which the loss grows without bound."""
    state, first, now = attempt.engine.state, attempt.engine.curve[0], attempt.engine.curve[-1]
    if now.diverged or now.train_loss > DIVERGED * first.train_loss:
        return Verdict(True, f"Diverged at a learning rate of {state.learning_rate:g}, by epoch {now.epoch}.")
    if state.problem == "classification" and state.regularization == "none":
        return Verdict(
            False,
            "Here the output is a tanh, between −1 and 1: the loss can get stuck but never exceeds 4. Where can it "
            "grow without bound?",
        )
    if now.epoch == 0:
        return Verdict(False, "Train for some epochs.")
    return Verdict(
        False, f"The training loss is {now.train_loss:.3g} at a rate of {state.learning_rate:g}: it has not diverged."
    )


CHALLENGES = {
    "spiral": Challenge(
        "Solve the spiral",
        f"Put {SOLVED:.0%} of the test points of the spiral on the right side, with x1 and x2 as the only features.",
        "dataset=spiral",
        spiral,
    ),
    "overfit": Challenge(
        "Overfit, then cure it",
        "Make the test loss rise while the training loss falls. Then bring it down again on the same points, by "
        "whatever means you know.",
        "dataset=gauss&noise=50&train_percent=10&show_test=1",
        overfit,
    ),
    "xor": Challenge(
        "XOR with the fewest neurons",
        f"Put {SOLVED:.0%} of the test points of xor on the right side, with x1 and x2 only and as few hidden neurons "
        "as you can.",
        "dataset=xor",
        xor,
    ),
    "diverge": Challenge(
        "Find a rate that diverges",
        "Find a data set and a learning rate at which the loss grows without bound.",
        "",
        diverge,
    ),
}


def _solved(now: Measures, what: str) -> Verdict:
    if now.diverged:
        return Verdict(False, "The loss is no longer a number: lower the learning rate.")
    reached = f"{now.test_accuracy:.1%} of the test points are on the right side"
    if now.test_accuracy < SOLVED:
        return Verdict(False, f"{reached}; {SOLVED:.0%} are needed.")
    return Verdict(True, f"Solved: {what}, after {now.epoch} epochs; {reached}.")


def _points_of(state: State) -> tuple:
    """What decides on the points; more of them for training is a cure, and allowed."""
    return state.dataset, state.noise, state.data_seed
