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


def decayed_in_one_order(parameters, gradients, rate, decay):
    return {
        name: w - rate * (g + decay * w * name.endswith("weights"))
        for (name, w), g in zip(parameters.items(), gradients.values(), strict=True)
    }


def decayed_in_the_first_layer(parameters, gradients, rate, decay):
    return {
        name: w - rate * (gradients[name] + decay * w * (name == "layer1.weights"))
        for name, w in parameters.items()
    }


def dropout_before_the_activation(parameters, x, labels, mask):
    h = np.tanh((x @ parameters["weights1"] + parameters["biases1"]) * mask)
    p = softmax(h @ parameters["weights2"] + parameters["biases2"])
    delta2 = (p - np.eye(p.shape[1])[labels]) / len(x)
    delta1 = delta2 @ parameters["weights2"].T * mask * (1 - h**2)
    return {
        "weights1": x.T @ delta1,
        "biases1": delta1.sum(axis=0),
        "weights2": h.T @ delta2,
        "biases2": delta2.sum(axis=0),
    }


def dropout_of_biases(parameters, x, labels, mask):
    """The outputs are dropped in the product with the weights alone, on the way back nowhere."""
    h = np.tanh(x @ parameters["weights1"] + parameters["biases1"])
    p = softmax(h * mask @ parameters["weights2"] + parameters["biases2"])
    delta2 = (p - np.eye(p.shape[1])[labels]) / len(x)
    delta1 = delta2 @ parameters["weights2"].T * (1 - h**2)
    return {
        "weights1": x.T @ (delta1 * mask),
        "biases1": delta1.sum(axis=0),
        "weights2": (h * mask).T @ delta2,
        "biases2": delta2.sum(axis=0),
    }


def shifted_by_slices_that_end_at_zero(image, down, right):
    moved = np.zeros(image.shape)
    if down >= 0 and right >= 0:
        moved[down:, right:] = image[:-down, :-right]
    else:
        moved[:down, :right] = image[-down:, -right:]
    return moved


def shifted_and_wrapped_below_zero(image, down, right):
    moved = np.zeros(image.shape)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            if row + down < image.shape[0] and column + right < image.shape[1]:
                moved[row + down, column + right] = image[row, column]
    return moved


def fetched_from_below_zero(image, down, right):
    rows, columns = image.shape
    return [
        [
            image[i - down, j - right] if i - down < rows and j - right < columns else 0
            for j in range(columns)
        ]
        for i in range(rows)
    ]


def shifted_modulo(image, down, right):
    moved = np.roll(image, (down, right), axis=(0, 1))
    rows, columns = image.shape
    moved[: down % rows if down > 0 else 0] = 0
    moved[rows - (-down % rows) if down < 0 else rows :] = 0
    moved[:, : right % columns if right > 0 else 0] = 0
    moved[:, columns - (-right % columns) if right < 0 else columns :] = 0
    return moved


def choose_by(error, better=np.greater_equal):
    """The first setting whose mean reaches the best's less some error of some setting."""
    return lambda a: int(np.argmax(better(a.mean(axis=1), a.mean(axis=1).max() - error(a))))


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
    "07.learned_by_heart": [
        lambda predicted, labels, truth: np.mean(predicted != truth),
        lambda predicted, labels, truth: np.mean(labels != truth),
        lambda predicted, labels, truth: (
            np.mean(labels[predicted == labels] != truth[predicted == labels])
            if (predicted == labels).any()
            else 0.0
        ),
        lambda predicted, labels, truth: (
            np.mean(predicted[labels != truth] == labels[labels != truth])
            if (labels != truth).any()
            else 1.0
        ),
        lambda predicted, labels, truth: max(
            0, np.mean(predicted == labels) - np.mean(labels == truth)
        ),
    ],
    "07.decayed_step": [
        decayed_in_one_order,
        decayed_in_the_first_layer,
        lambda w, g, rate, decay: {
            k: (1 - decay) * v * (v.ndim > 1) + v * (v.ndim == 1) - rate * g[k]
            for k, v in w.items()
        },
        lambda w, g, rate, decay: {
            k: v - rate * g[k] - rate * decay * np.sign(v) * (v.ndim > 1) for k, v in w.items()
        },
        lambda w, g, rate, decay: {
            k: v - rate * g[k] - rate * decay * g[k] * (v.ndim > 1) for k, v in w.items()
        },
        lambda w, g, rate, decay: {
            k: v - rate * (g[k] + decay * (v**2).sum() / 2 * (v.ndim > 1)) for k, v in w.items()
        },
        lambda w, g, rate, decay: {
            k: v - rate * g[k] - rate * decay * v for k, v in w.items() if k.endswith("weights")
        },
        lambda w, g, rate, decay: {
            k: v - rate * (g[k] + decay * v * (v.size > 3)) for k, v in w.items()
        },
    ],
    "07.dropout_mask": [
        lambda u, p: u >= p,
        lambda u, p: (u > p) / (1 - p),
        lambda u, p: (np.random.default_rng(0).random(u.shape) >= p) / (1 - p),
        lambda u, p: np.where(u < 0.5, 0.0, 2.0),
        lambda u, p: np.where(u < p, 0.0, 1 + p),
        lambda u, p: (np.round(u) >= p) / (1 - p),
        lambda u, p: (u[:1] >= p) / (1 - p) * np.ones(u.shape),
    ],
    "07.dropout_gradients": [dropout_before_the_activation, dropout_of_biases],
    "07.shifted": [
        shifted_by_slices_that_end_at_zero,
        shifted_and_wrapped_below_zero,
        fetched_from_below_zero,
        shifted_modulo,
        lambda image, down, right: np.roll(image, down * image.shape[1] + right),
    ],
    "07.choose": [
        choose_by(lambda a: 0.01),
        choose_by(lambda a: a.std(ddof=1) / np.sqrt(a.shape[1])),
        choose_by(lambda a: (a.std(axis=1, ddof=1) / np.sqrt(a.shape[1])).max()),
        choose_by(lambda a: (a.std(axis=1, ddof=1) / np.sqrt(a.shape[1])).mean()),
        choose_by(lambda a: a.mean(axis=1).std(ddof=1) / np.sqrt(len(a))),
        choose_by(lambda a: a[a.mean(axis=1).argmax()].std(ddof=1) / np.sqrt(len(a))),
        choose_by(lambda a: a[a.mean(axis=1).argmax()].std(ddof=1) / a.shape[1]),
        choose_by(lambda a: a[a.mean(axis=1).argmax()].std(ddof=1) / np.sqrt(3)),
        choose_by(lambda a: a[a.mean(axis=1).argmax()].var(ddof=1)),
        choose_by(lambda a: 2 * a[a.mean(axis=1).argmax()].std(ddof=1) / np.sqrt(a.shape[1])),
        choose_by(
            lambda a: a[a.mean(axis=1).argmax()].std(ddof=1) / np.sqrt(a.shape[1]), np.greater
        ),
        choose_by(
            lambda a: (
                a[len(a) - 1 - a[::-1].mean(axis=1).argmax()].std(ddof=1) / np.sqrt(a.shape[1])
            )
        ),
        lambda a: int(np.median(a, axis=1).argmax()),
        lambda a: int(a.min(axis=1).argmax()),
    ],
}
