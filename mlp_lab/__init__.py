"""A multilayer perceptron in plain NumPy, built step by step in the notebooks of this project.

The names that the lessons use are all here. The modules hold the rest; in the order in which the
lessons meet them they are arrays, activations, losses, finite_differences, data, initializers,
array_files, network, progress, threads, loss_slopes, gradient_check, optimizers, evaluation,
history, checkpoints, training, learning_rate, plots, handwriting, museum, museum_checks, exhibits,
widgets and checks, and each imports only modules that come before it. The folder demos has the
interactive figures of the lessons, the folder tasks the graded tasks.
"""

from mlp_lab.activations import identity, leaky_relu, relu, sigmoid, softmax, tanh
from mlp_lab.data.datasets import Split, load_dataset, load_digits, load_mnist
from mlp_lab.gradient_check import check_gradients
from mlp_lab.history import History, TrainingDiverged
from mlp_lab.learning_rate import learning_rate_range_test, probe_learning_rates
from mlp_lab.losses import cross_entropy, squared_error
from mlp_lab.network import MLP
from mlp_lab.optimizers import SGD, Adam
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
