"""An experiment of the playground as data: everything that must be known to repeat it, seeds included."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from urllib.parse import parse_qsl, quote

from utils.playground.datasets import CLASSIFICATION, DATASETS, FEATURES

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
REGULARIZATIONS = ("none", "L1", "L2")
LEARNING_RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
REGULARIZATION_RATES = (0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
MOST_LAYERS, MOST_NEURONS = 6, 8
LARGEST_SEED = 10**10  # lesson 07 takes up to six times its own seed


@dataclass(frozen=True)
class State:
    """One experiment.

    Attributes:
        dataset: circle, xor, gauss, spiral (classification), plane, multi-gauss (regression).
        noise: in percent, 0 to 50.
        train_percent: how much of the data is for training, 10 to 90; the rest is for testing.
        batch_size: 1 to 30.
        features: some of x1, x2, x1^2, x2^2, x1*x2, sin(x1), sin(x2), at least one, in this order.
        hidden: the neurons of each hidden layer: 0 to 6 layers of 1 to 8.
        activation: of the hidden neurons: relu, tanh, sigmoid, linear.
        regularization: none, L1, L2: what is added to the loss is the rate × Σ|w| or the rate × Σw², without biases.
        regularization_rate: 0 to 10.
        learning_rate: above 0, at most 10.
        data_seed: of the points; "regenerate" takes another one.
        weight_seed: of the first weights and of the order of the batches; "new weights" takes another one.
        show_test, discretize: what the output shows.

    Raises:
        ValueError: a value out of its range, with the name of the attribute.
    """

    dataset: str = "circle"
    noise: int = 0
    train_percent: int = 50
    batch_size: int = 10
    features: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (4, 2)
    activation: str = "tanh"
    regularization: str = "none"
    regularization_rate: float = 0.0
    learning_rate: float = 0.03
    data_seed: int = 1
    weight_seed: int = 1
    show_test: bool = False
    discretize: bool = False

    def __post_init__(self) -> None:
        _one_of("dataset", self.dataset, DATASETS)
        _whole("noise", self.noise, 0, 50)
        _whole("train_percent", self.train_percent, 10, 90)
        _whole("batch_size", self.batch_size, 1, 30)
        for feature in self.features:
            _one_of("features", feature, FEATURES)
        if not self.features or len(set(self.features)) < len(self.features):
            raise ValueError(f"features: got {list(self.features)}, expected at least one, and each only once")
        if len(self.hidden) > MOST_LAYERS:
            raise ValueError(f"hidden: got {len(self.hidden)} layers, expected 0 to {MOST_LAYERS}")
        for neurons in self.hidden:
            _whole("hidden", neurons, 1, MOST_NEURONS)
        _one_of("activation", self.activation, ACTIVATIONS)
        _one_of("regularization", self.regularization, REGULARIZATIONS)
        if not 0 <= self.regularization_rate <= 10:
            raise ValueError(f"regularization_rate: got {self.regularization_rate}, expected 0 to 10")
        if not 0 < self.learning_rate <= 10:
            raise ValueError(f"learning_rate: got {self.learning_rate}, expected more than 0, at most 10")
        _whole("data_seed", self.data_seed, 0, LARGEST_SEED)
        _whole("weight_seed", self.weight_seed, 0, LARGEST_SEED)
        in_order = tuple(name for name in FEATURES if name in self.features)
        object.__setattr__(self, "features", in_order)
        object.__setattr__(self, "hidden", tuple(self.hidden))

    @property
    def problem(self) -> str:
        """classification or regression, by the data set."""
        return "classification" if self.dataset in CLASSIFICATION else "regression"

    def as_dict(self) -> dict:
        """Everything as a dictionary that JSON knows; `State.of` takes it back."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def as_text(self) -> str:
        """What differs from the default as a short string, such as "dataset=spiral&hidden=8,8"; `State.of` reads it."""
        return "&".join(
            f"{field.name}={_written(getattr(self, field.name))}"
            for field in fields(self)
            if getattr(self, field.name) != field.default
        )

    @classmethod
    def of(cls, what: "State | Mapping | str | None") -> "State":
        """An experiment from a state, a dictionary, a short string or nothing; what is not named is the default.

        Raises:
            ValueError: an unknown name, or a value that cannot be.
        """
        if isinstance(what, cls):
            return what
        if isinstance(what, str) and what:
            given = dict(parse_qsl(what, keep_blank_values=True, strict_parsing=True))  # "hidden=" are no layers
        else:
            given = dict(what or {})
        names = [field.name for field in fields(cls)]
        for name in given:
            _one_of("state", name, names)
        return cls(**{name: _read(name, value) for name, value in given.items()})

    def with_(self, **changes) -> "State":
        """The same experiment but for what is named."""
        return replace(self, **changes)


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(quote(str(part), safe="()*^") for part in value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _read(name: str, value: object) -> object:
    """A value from a short string, or from JSON, as its attribute has it."""
    default = getattr(State, name)
    try:
        if isinstance(default, tuple):
            parts = [part for part in value.split(",") if part] if isinstance(value, str) else value
            return tuple(map(type(default[0]), parts))
        if isinstance(value, str) and not isinstance(default, str):
            return bool(int(value)) if isinstance(default, bool) else type(default)(value)
        return bool(value) if isinstance(default, bool) else value
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: got {value!r}, expected something like {_written(default)}") from error


def _one_of(name: str, value: object, expected) -> None:
    if value not in expected:
        raise ValueError(f"{name}: got {value!r}, expected one of {', '.join(expected)}")


def _whole(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name}: got {value!r}, expected a whole number from {least} to {most}")
