"""A multilayer perceptron in plain NumPy, built step by step in the notebooks of this project.

The names that the lessons use are all here. What can be read in an evening lies beside this file,
a module an idea, in this order: activations, finite_differences, losses, initializers, network,
gradient_check, optimizers, evaluation, training, learning_rate. Each imports only those before it,
and the folders `support`, which keeps the ideas safe, and `data`; the folders `figures`, `museum`,
`classroom` and `table` use them. See `docs/reading_guide.md`.
"""

from mlp_lab.activations import identity, leaky_relu, relu, sigmoid, softmax, tanh
from mlp_lab.data.datasets import Split, load_dataset, load_digits, load_mnist
from mlp_lab.gradient_check import check_gradients
from mlp_lab.learning_rate import learning_rate_range_test, probe_learning_rates
from mlp_lab.losses import cross_entropy, squared_error
from mlp_lab.network import MLP
from mlp_lab.optimizers import SGD, Adam
from mlp_lab.support.history import History, TrainingDiverged
from mlp_lab.training import train

__version__ = "0.1.0"

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "History",
    "Split",
    "TrainingDiverged",
    "check_gradients",
    "cross_entropy",
    "identity",
    "leaky_relu",
    "learning_rate_range_test",
    "load_dataset",
    "load_digits",
    "load_mnist",
    "probe_learning_rates",
    "relu",
    "sigmoid",
    "softmax",
    "squared_error",
    "tanh",
    "train",
]
