"""Wrong answers that students write and that no small slip in a right one makes, by task."""

import numpy as np

from mlp_lab import softmax


def shifted_softmax(shift):
    """Softmax that subtracts something else than the largest logit of the row."""
    return lambda z: np.exp(z - shift(z)) / np.exp(z - shift(z)).sum(axis=1, keepdims=True)


def errors_of(gradient, measured):
    size = np.abs(gradient) + np.abs(measured)
    return np.abs(gradient - measured) / np.where(size == 0, 1, size)


def stop_with_a_counter_that_grows(losses, patience):
    best = worse = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            worse += 1
        if worse == patience:
            return epoch, best
    return len(losses) - 1, best


def sweep_on_the_spot(loss, w, gradient, rates):
    losses = []
    for rate in rates:
        w -= rate * gradient
        losses.append(loss(w))
        w += rate * gradient
    return losses


def gradient_on_the_spot(f, x, h):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] += h
    return gradient


def two_layers_of_one_sample(parameters, x, labels):
    h = np.tanh(x @ parameters["weights1"] + parameters["biases1"])
    p = softmax(h @ parameters["weights2"] + parameters["biases2"])
    delta2 = (p - np.eye(p.shape[1])[labels]) / len(x)
    delta1 = delta2 @ parameters["weights2"].T * (1 - h**2)
    return {
        "weights1": x.T @ delta1,
        "biases1": delta1[0],
        "weights2": h.T @ delta2,
        "biases2": delta2[0],
    }


WRONG = {
    "01.sigmoid": [
        lambda z: 1 / (1 + np.exp(-z)) if np.ndim(z) else 0.5,
        lambda z: np.clip(0.5 + np.asarray(z) / 4, 0, 1),
    ],
    "01.leaky_relu_slope": [lambda z, leak: np.where(z >= 0, 1.0, leak)],
    "01.softmax": [
        shifted_softmax(lambda z: z.mean(axis=1, keepdims=True)),
        shifted_softmax(lambda z: z.min(axis=1, keepdims=True)),
        shifted_softmax(lambda z: np.abs(z).max(axis=1, keepdims=True)),
        shifted_softmax(lambda z: z[:, :1]),
        lambda z: softmax(np.clip(z, -500, 500)),
    ],
    "02.relative_error": [
        lambda a, b: np.abs(np.subtract(a, b)) / np.maximum(np.abs(a), np.abs(b)).clip(1e-300),
        lambda a, b: np.abs(np.subtract(a, b)) / (np.abs(a) + np.abs(b) + 1e-12),
    ],
    "02.numerical_gradient": [gradient_on_the_spot],
    "02.gradient_agrees": [
        lambda g, m: bool(np.any(m) and errors_of(g, m).max() < 1e-3),
        lambda g, m: bool(np.any(m) and errors_of(g, m).max() < 1e-5),
        lambda g, m: bool(np.any(m) and errors_of(g, m).mean() < 1e-6),
        lambda g, m: bool(m.sum() != 0 and errors_of(g, m).max() < 1e-6),
        lambda g, m: bool(np.any(g) and np.allclose(g, m)),
        lambda g, m: bool(np.any(m) and np.linalg.norm(g - m) < 1e-6 * np.linalg.norm(g + m)),
    ],
    "03.read_header": [
        lambda c: (2051, c[7], c[11], c[15]),
        lambda c: [c[i + 2] * 256 + c[i + 3] for i in (0, 4, 8, 12)],
    ],
    "03.read_images": [
        lambda c: np.frombuffer(c, np.uint8, offset=16).reshape(c[7], c[11], c[15]),
        lambda c: np.frombuffer(c, np.int8, offset=16).reshape(-1, c[11], c[15]),
    ],
    "03.read_labels": [
        lambda c: np.frombuffer(c, np.uint8, offset=8, count=c[7]),
        lambda c: np.frombuffer(c, np.int8, offset=8),
    ],
    "03.class_means": [
        lambda inputs, labels: np.array(
            [inputs[labels == k].mean(axis=0) for k in dict.fromkeys(labels.tolist())]
        ),
        lambda inputs, labels: np.array(np.split(inputs, labels.max() + 1)).mean(axis=1),
    ],
    "04.two_layers": [two_layers_of_one_sample],
    "05.sgd_step": [
        lambda parameters, gradients, rate: {
            name: w - rate * g
            for (name, w), g in zip(parameters.items(), gradients.values(), strict=True)
        },
    ],
    "05.accuracy": [
        lambda p, labels: float(np.mean(labels == labels)),
        lambda p, labels: round(float(np.mean(p.argmax(axis=1) == labels)), 1),
    ],
    "05.early_stop": [
        stop_with_a_counter_that_grows,
        lambda losses, patience: (
            min(len(losses) - 1, int(np.argmin(losses)) + patience),
            int(np.argmin(losses)),
        ),
    ],
    "06.sweep": [sweep_on_the_spot],
    "06.curvature": [
        lambda loss, w, d, h: (loss(w + h * d) - 2 * loss(w) + loss(w - h * d)) / (h**2 * (d @ d)),
    ],
    "06.suggest": [
        lambda rates, losses: rates[int(np.nanargmin(losses)) - 1],
        lambda rates, losses: rates[np.nanargmin(np.diff(losses)) + 1],
        lambda rates, losses: rates[np.nanargmax(np.abs(np.diff(losses)))],
    ],
}
