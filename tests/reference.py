"""The same arithmetic written a second time, to hold the package against.

Nothing here shares a formula with `mlp_lab`: one image at a time, Python floats in loops, slopes as
functions of the pre-activation, every layer's Jacobian written out, softmax never cancelled against
the logarithm. `notebook_gradients` is the arithmetic of the notebook that this project began as.
"""

import math

import numpy as np

Vector = list[float]
Matrix = list[Vector]

NEGATIVE_SLOPE = 0.01


def activate(name: str, z: Vector) -> Vector:
    if name == "softmax":
        powers = [math.exp(value) for value in z]
        return [power / math.fsum(powers) for power in powers]
    value = {
        "identity": lambda v: v,
        "tanh": lambda v: (math.exp(v) - math.exp(-v)) / (math.exp(v) + math.exp(-v)),
        "sigmoid": lambda v: math.exp(v) / (math.exp(v) + 1.0),
        "relu": lambda v: v if v > 0 else 0.0,
        "leaky_relu": lambda v: v if v > 0 else NEGATIVE_SLOPE * v,
    }[name]
    return [value(v) for v in z]


def activation_jacobian(name: str, z: Vector) -> Matrix:
    """Row i, column j: derivative of output i with respect to input j."""
    n = range(len(z))
    if name == "softmax":
        p = activate("softmax", z)
        return [[p[i] * ((i == j) - p[j]) for j in n] for i in n]
    slope = {
        "identity": lambda v: 1.0,
        "tanh": lambda v: 1.0 / math.cosh(v) ** 2,
        "sigmoid": lambda v: 1.0 / (2.0 + math.exp(v) + math.exp(-v)),
        "relu": lambda v: float(v > 0),
        "leaky_relu": lambda v: 1.0 if v > 0 else NEGATIVE_SLOPE,
    }[name]
    return [[slope(z[i]) if i == j else 0.0 for j in n] for i in n]


def sample_loss(name: str, outputs: Vector, label: int) -> float:
    if name == "cross_entropy":
        return -math.log(outputs[label])
    return math.fsum((value - (i == label)) ** 2 for i, value in enumerate(outputs))


def sample_loss_gradient(name: str, outputs: Vector, label: int) -> Vector:
    if name == "cross_entropy":
        return [-1.0 / value if i == label else 0.0 for i, value in enumerate(outputs)]
    return [2.0 * (value - (i == label)) for i, value in enumerate(outputs)]


def times(vector: Vector, matrix: Matrix) -> Vector:
    return [
        math.fsum(value * entry for value, entry in zip(vector, column, strict=True))
        for column in transposed(matrix)
    ]


def transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def multilayer_perceptron(parameters, hidden, output, loss, x, labels):
    """Return the outputs (N, n_classes), the mean loss, and its gradients by parameter name."""
    depth = len(parameters) // 2
    weights = [parameters[f"layer{k + 1}.weights"].tolist() for k in range(depth)]
    biases = [parameters[f"layer{k + 1}.biases"].tolist() for k in range(depth)]
    activations = [hidden] * (depth - 1) + [output]
    terms: dict[str, list[np.ndarray]] = {name: [] for name in parameters}
    all_outputs, losses = [], []
    for image, label in zip(np.asarray(x).tolist(), np.asarray(labels).tolist(), strict=True):
        inputs, pre_activations = [image], []
        for layer in range(depth):
            products = times(inputs[-1], weights[layer])
            pre_activations.append([p + b for p, b in zip(products, biases[layer], strict=True)])
            inputs.append(activate(activations[layer], pre_activations[-1]))
        all_outputs.append(inputs[-1])
        losses.append(sample_loss(loss, inputs[-1], label))
        upstream = sample_loss_gradient(loss, inputs[-1], label)
        for layer in reversed(range(depth)):
            jacobian = activation_jacobian(activations[layer], pre_activations[layer])
            delta = times(upstream, jacobian)
            terms[f"layer{layer + 1}.biases"].append(np.array(delta))
            terms[f"layer{layer + 1}.weights"].append(
                np.array([[value * d for d in delta] for value in inputs[layer]])
            )
            upstream = times(delta, transposed(weights[layer]))
    mean = {name: sum(arrays) / len(losses) for name, arrays in terms.items()}
    return np.array(all_outputs), math.fsum(losses) / len(losses), mean


def notebook_gradients(w1, b1, w2, b2, images, labels):
    """Tanh, softmax, squared error, image by image: the first notebook's way."""

    def softmax(z):
        powers = np.exp(z - z.max())
        return powers / powers.sum()

    def d_softmax(z):
        p = softmax(z)
        return np.diag(p) - np.outer(p, p)

    def d_tanh(z):
        return np.diag(1.0 / np.cosh(z) ** 2)

    onehot = np.identity(len(b2))
    names = ("layer1.weights", "layer1.biases", "layer2.weights", "layer2.biases")
    total = dict.fromkeys(names, 0.0)
    for image, label in zip(images, labels, strict=True):
        z1 = np.dot(image, w1) + b1
        a1 = np.tanh(z1)
        z2 = np.dot(a1, w2) + b2
        difference = onehot[label] - softmax(z2)
        grad_b2 = -2.0 * np.dot(d_softmax(z2), difference)
        grad_b1 = np.dot(d_tanh(z1), np.dot(w2, grad_b2))
        total["layer2.biases"] += grad_b2
        total["layer2.weights"] += np.outer(a1, grad_b2)
        total["layer1.biases"] += grad_b1
        total["layer1.weights"] += np.outer(image, grad_b1)
    return {name: value / len(images) for name, value in total.items()}
