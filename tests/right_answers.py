"""Right answers to the graded tasks that look different: loops, einsum, other algebra, float32."""

import math
import struct

import numpy as np

from mlp_lab import MLP


def loop_softmax(z):
    rows = []
    for row in np.asarray(z):
        exponentials = [math.exp(value - max(row)) for value in row]
        rows.append([value / sum(exponentials) for value in exponentials])
    return rows


def loop_matrix(a, b):
    return [
        [sum(a[i][k] * b[k][j] for k in range(len(b))) for j in range(len(b[0]))]
        for i in range(len(a))
    ]


def gradients_of_mlp(parameters, x, labels):
    """The package's network as an answer: other code, the same numbers."""
    sizes = [len(x[0]), *(len(array) for array in parameters.values() if array.ndim == 1)]
    network = MLP(sizes, dtype="float64")
    for ours, theirs in zip(network.parameters().values(), parameters.values(), strict=True):
        ours[...] = theirs
    _, gradients = network.gradients(x, labels)
    return dict(zip(parameters, gradients.values(), strict=True))


def unrolled_two_layers(parameters, x, labels):
    w1, b1, w2, b2 = parameters.values()
    h = np.tanh(x @ w1 + b1)
    logits = h @ w2 + b2
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    delta2 = e / e.sum(axis=1, keepdims=True)
    delta2[np.arange(len(x)), labels] -= 1
    delta2 /= len(x)
    delta1 = np.einsum("nk,ik->ni", delta2, w2) * (1 - h) * (1 + h)
    return {
        "biases2": np.ones(len(x)) @ delta2, "weights2": np.einsum("ni,nk->ik", h, delta2),
        "biases1": np.ones(len(x)) @ delta1, "weights1": np.einsum("ni,nk->ik", x, delta1),
    }  # fmt: skip


def unrolled_three_layers(parameters, x, labels):
    w1, b1, w2, b2, w3, b3 = parameters.values()
    h1 = np.tanh(x @ w1 + b1)
    h2 = np.tanh(h1 @ w2 + b2)
    logits = h2 @ w3 + b3
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    delta3 = (e / e.sum(axis=1, keepdims=True) - np.eye(len(b3))[labels]) / len(x)
    delta2 = (delta3 @ w3.T) / np.cosh(h1 @ w2 + b2) ** 2
    delta1 = (delta2 @ w2.T) / np.cosh(x @ w1 + b1) ** 2
    return {
        "weights1": x.T @ delta1, "biases1": delta1.sum(0), "weights2": h1.T @ delta2,
        "biases2": delta2.sum(0), "weights3": h2.T @ delta3, "biases3": delta3.sum(0),
    }  # fmt: skip


def loop_numerical_gradient(f, x, h):
    gradient = []
    for i in range(len(x)):
        one = np.eye(len(x))[i]
        gradient.append((f(x + h * one) - f(x - h * one)) / (2 * h))
    return gradient


def loop_means(inputs, labels):
    return [np.mean([x for x, y in zip(inputs, labels, strict=True) if y == k], axis=0)
            for k in sorted(set(labels))]  # fmt: skip


def patient(losses, patience):
    waited, best, where = 0, math.inf, 0
    for epoch, loss in enumerate(losses):
        waited, best, where = (0, loss, epoch) if loss < best else (waited + 1, best, where)
        if waited == patience:
            break
    return [epoch, where]


def steepest(rates, losses):
    best, answer = 0.0, rates[0]
    for i in range(len(rates) - 1):
        if np.isfinite(losses[i + 1]) and losses[i + 1] - losses[i] < best:
            best, answer = losses[i + 1] - losses[i], rates[i]
    return answer


def float32(answer):
    """The same with numbers of less precision."""
    return lambda *arguments: np.float32(answer(*(
        np.float32(part) if isinstance(part, np.ndarray) and part.dtype.kind == "f" else part
        for part in arguments
    )))  # fmt: skip


RIGHT = {
    "01.sigmoid": [lambda z: 0.5 * (1 + np.tanh(np.asarray(z) / 2)),
                   lambda z: np.exp(-np.logaddexp(0, -np.asarray(z)))],
    "01.tanh_slope": [lambda h: (1 - h) * (1 + h), float32(lambda h: 1 - h**2)],
    "01.leaky_relu_slope": [lambda z, leak: leak + (1 - leak) * (z > 0),
                            lambda z, leak: np.vectorize(lambda v: 1.0 if v > 0 else leak)(z)],
    "01.softmax": [loop_softmax, lambda z: np.exp(
        z - np.logaddexp.reduce(z, axis=-1, keepdims=True))],
    "01.softmax_jacobian": [
        lambda p: [[a * ((i == j) - b) for j, b in enumerate(p)] for i, a in enumerate(p)],
        lambda p: p[:, np.newaxis] * (np.eye(len(p)) - p)],
    "01.softmax_backward": [
        lambda p, u: np.stack([(np.diag(a) - np.outer(a, a)) @ b
                               for a, b in zip(p, u, strict=True)]),
        lambda p, u: p * u - p * np.einsum("nk,nk->n", p, u)[:, np.newaxis]],
    "02.central_difference": [lambda f, z, h: f(z + h) / (2 * h) - f(z - h) / (2 * h),
                              lambda f, z, h: ((f(z + h) - f(z)) / h + (f(z) - f(z - h)) / h) / 2],
    "02.relative_error": [
        lambda a, b: np.divide(np.abs(np.subtract(a, b)), np.abs(a) + np.abs(b),
                               out=np.zeros(np.shape(a)), where=np.add(np.abs(a), np.abs(b)) > 0),
        lambda a, b: np.nan_to_num(np.abs(np.subtract(a, b)) / (np.abs(a) + np.abs(b)))],
    "02.numerical_gradient": [loop_numerical_gradient, lambda f, x, h: np.array(
        [(f(x + d) - f(x - d)) / (2 * h) for d in h * np.eye(len(x))])],
    "02.numerical_jacobian": [
        lambda f, x, h: np.array([(f(x + d) - f(x - d)) / (2 * h) for d in h * np.eye(len(x))]).T,
        lambda f, x, h: [[(f(x + d)[i] - f(x - d)[i]) / (2 * h) for d in h * np.eye(len(x))]
                         for i in range(len(f(x)))]],
    "02.gradient_agrees": [
        lambda g, m: bool((np.abs(g - m) <= 1e-6 * (np.abs(g) + np.abs(m))).all()
                          and np.abs(m).sum() > 0),
        lambda g, m: any(m) and all(abs(a - b) <= 1e-6 * (abs(a) + abs(b))
                                    for a, b in zip(g, m, strict=True))],
    "03.read_header": [
        lambda c: [int.from_bytes(c[i : i + 4], "big") for i in range(0, 16, 4)],
        lambda c: np.frombuffer(c, ">i4", count=4)],
    "03.read_images": [
        lambda c: np.frombuffer(c[16:], np.uint8).reshape(struct.unpack(">3i", c[4:16])),
        lambda c: np.array(list(c[16:])).reshape(tuple(np.frombuffer(c[4:16], ">u4")))],
    "03.read_labels": [lambda c: list(c[8:]), lambda c: np.frombuffer(c, np.uint8, offset=8)],
    "03.scale": [lambda images: (images / 255).reshape(len(images), -1),
                 lambda images: [image.ravel() * np.float32(1 / 255) for image in images]],
    "03.class_means": [loop_means, lambda inputs, labels: (
        np.eye(labels.max() + 1)[labels].T @ inputs) / np.bincount(labels)[:, np.newaxis]],
    "03.nearest_mean": [
        lambda means, x: [int(np.argmin([np.linalg.norm(s - m) for m in means])) for s in x],
        lambda means, x: (x @ means.T - (means**2).sum(axis=1) / 2).argmax(axis=1)],
    "04.delta_output": [
        lambda p, labels: p / len(p) - (np.arange(p.shape[1]) == labels[:, None]) / len(p),
        float32(lambda p, labels: (p - np.eye(p.shape[1])[labels]) / len(p))],
    "04.weights_gradient": [lambda x, d: np.einsum("ni,nk->ik", x, d),
                            lambda x, d: sum(np.outer(a, b) for a, b in zip(x, d, strict=True))],
    "04.biases_gradient": [lambda d: np.ones(len(d)) @ d, lambda d: [sum(c) for c in d.T]],
    "04.upstream": [lambda d, w: (w @ d.T).T, lambda d, w: loop_matrix(d, w.T)],
    "04.delta_hidden": [lambda h, u: u - u * h * h, float32(lambda h, u: u * (1 - h) * (1 + h))],
    "04.two_layers": [unrolled_two_layers, gradients_of_mlp],
    "04.three_layers": [unrolled_three_layers, gradients_of_mlp],
    "05.glorot_limit": [lambda a, b: math.sqrt(6) / math.sqrt(a + b),
                        lambda a, b: (6 / (a + b)) ** 0.5],
    "05.batches": [
        lambda order, size: np.split(order, range(size, len(order), size)),
        lambda order, size: [list(order[k * size : (k + 1) * size])
                             for k in range(math.ceil(len(order) / size))]],
    "05.sgd_step": [
        lambda w, g, rate: {name: np.add(w[name], -rate * g[name]) for name in g},
        lambda w, g, rate: {name: [float(a) - rate * float(b) for a, b in zip(
            w[name], g[name], strict=True)] if w[name].ndim == 1 else w[name] - rate * g[name]
            for name in w}],
    "05.new_velocity": [lambda v, g, rate, m: np.array([m * a - rate * b for a, b in zip(
        v, g, strict=True)]), float32(lambda v, g, rate, m: -(rate * g - m * v))],
    "05.accuracy": [
        lambda p, labels: sum(int(np.argmax(row)) == k for row, k in zip(
            p, labels, strict=True)) / len(p),
        lambda p, labels: 1 - np.count_nonzero(p.argmax(1) - labels) / len(labels)],
    "05.early_stop": [patient, lambda losses, patience: next(
        ((k, int(np.argmin(losses[: k + 1]))) for k in range(len(losses))
         if k - int(np.argmin(losses[: k + 1])) >= patience),
        (len(losses) - 1, int(np.argmin(losses))))],
    "06.sweep": [lambda loss, w, g, rates: [loss(w - r * g) for r in rates],
                 lambda loss, w, g, rates: list(map(loss, w - np.multiply.outer(rates, g)))],
    "06.largest_rate": [lambda c: np.min(2 / c), lambda c: 2 / sorted(c)[-1]],
    "06.curvature": [
        lambda loss, w, d, h: (loss(w + h * d / math.dist(d, 0 * d))
                               + loss(w - h * d / math.dist(d, 0 * d)) - 2 * loss(w)) / h**2,
        lambda loss, w, d, h: ((loss(w + h * d / np.sqrt(d @ d)) - loss(w)) / h
                               - (loss(w) - loss(w - h * d / np.sqrt(d @ d))) / h) / h],
    "06.suggest": [steepest, lambda rates, losses: rates[np.nanargmin(
        np.where(np.isfinite(np.diff(losses)), np.diff(losses), np.nan))]],
    "06.falling_rate": [lambda epoch, epochs, start: start * (epochs - epoch) / epochs,
                        lambda epoch, epochs, start: np.interp(epoch, [0, epochs], [start, 0])],
    "06.mean_and_spread": [
        lambda runs: [sum(runs) / len(runs), math.sqrt(
            sum((r - sum(runs) / len(runs)) ** 2 for r in runs) / (len(runs) - 1))],
        lambda runs: np.array([np.mean(runs), np.std(runs) * np.sqrt(
            len(runs) / (len(runs) - 1))])],
}  # fmt: skip
"""By task."""
