"""Right answers to the graded tasks that look different: loops, einsum, other algebra, float32."""

import math
import statistics
import struct
from itertools import pairwise

import numpy as np

from mlp_lab import MLP, cross_entropy, softmax


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
    delta2 = softmax(logits)
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
    delta3 = (softmax(logits) - np.eye(len(b3))[labels]) / len(x)
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


def counting_patience(losses, patience):
    best, worse = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
            worse = 0
        else:
            worse += 1
        if worse == patience:
            return epoch, best
    return len(losses) - 1, best


def slice_by_slice_stop(losses, patience):
    for epoch in range(patience, len(losses)):
        if min(losses[: epoch + 1]) == min(losses[: epoch - patience + 1]):
            return epoch, losses.index(min(losses[: epoch + 1]))
    return len(losses) - 1, losses.index(min(losses))


def steepest(rates, losses):
    best = 0
    for i in range(1, len(rates) - 1):
        if losses[i + 1] - losses[i] < losses[best + 1] - losses[best]:
            best = i
    return rates[best]


def deepest_fall(rates, losses):
    falls = []
    for before, after in pairwise(losses):
        falls.append(before - after if np.isfinite(after) else -np.inf)
    return rates[np.argmax(falls)]


def careful_sigmoid(z):
    z = np.asarray(z, dtype=float)
    result = np.empty(z.shape)
    positive = z >= 0
    result[positive] = 1 / (1 + np.exp(-z[positive]))
    small = np.exp(z[~positive])
    result[~positive] = small / (1 + small)
    return result


def masked_slope(z, leak):
    slope = np.ones(z.shape)
    slope[z <= 0] = leak
    return slope


def softmax_in_steps(z):
    shifted = z - np.max(z, axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1)
    return exponentials / totals[:, np.newaxis]


def filled_jacobian(p):
    n = len(p)
    jacobian = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j:
                jacobian[i, j] = p[i] * (1 - p[i])
            else:
                jacobian[i, j] = -p[i] * p[j]
    return jacobian


def backward_row_by_row(p, u):
    result = np.zeros(p.shape)
    for row in range(len(p)):
        weighted = sum(p[row] * u[row])
        for k in range(p.shape[1]):
            result[row, k] = p[row, k] * (u[row, k] - weighted)
    return result


def masked_relative_error(a, b):
    a, b = np.asarray(a), np.asarray(b)
    size = abs(a) + abs(b)
    return abs(a - b) / np.where(size > 0, size, 1)


def mean_of_two_sides(f, z, h):
    forward = (f(z + h) - f(z)) / h
    backward = (f(z) - f(z - h)) / h
    return 0.5 * (forward + backward)


def moved_and_moved_back(f, x, h):
    x = x.copy()
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        old = x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        below = f(x)
        x[i] = old
        gradient[i] = (above - below) / (2 * h)
    return gradient


def jacobian_by_columns(f, x, h):
    jacobian = np.zeros((len(f(x)), len(x)))
    for j in range(len(x)):
        above, below = x.copy(), x.copy()
        above[j] += h
        below[j] -= h
        jacobian[:, j] = (f(above) - f(below)) / (2 * h)
    return jacobian


def agrees_entry_by_entry(gradient, measured):
    if np.all(measured == 0):
        return False
    for a, b in zip(gradient, measured, strict=True):
        size = abs(a) + abs(b)
        if size > 0 and abs(a - b) / size >= 1e-6:
            return False
    return True


def pixel_by_pixel(content):
    n, rows, columns = struct.unpack(">3i", content[4:16])
    images = np.zeros((n, rows, columns), dtype=np.uint8)
    place = 16
    for i in range(n):
        for row in range(rows):
            for column in range(columns):
                images[i, row, column] = content[place]
                place += 1
    return images


def counted_labels(content):
    n = struct.unpack(">i", content[4:8])[0]
    return np.array([content[8 + i] for i in range(n)])


def scaled_image_by_image(images):
    inputs = np.zeros((images.shape[0], images.shape[1] * images.shape[2]))
    for i in range(len(images)):
        inputs[i] = images[i].reshape(-1) / 255.0
    return inputs


def summed_means(inputs, labels):
    n_classes = max(labels) + 1
    sums, counts = np.zeros((n_classes, inputs.shape[1])), np.zeros(n_classes)
    for x, label in zip(inputs, labels, strict=True):
        sums[label] += x
        counts[label] += 1
    return sums / counts[:, np.newaxis]


def nearest_by_search(means, inputs):
    answers = []
    for x in inputs:
        best = 0
        for k in range(1, len(means)):
            if ((x - means[k]) ** 2).sum() < ((x - means[best]) ** 2).sum():
                best = k
        answers.append(best)
    return np.array(answers)


def delta_in_place(p, labels):
    delta = p.copy()
    for i in range(len(labels)):
        delta[i, labels[i]] -= 1
    return delta / len(labels)


def gradient_sample_by_sample(inputs, delta):
    gradient = np.zeros((inputs.shape[1], delta.shape[1]))
    for x, d in zip(inputs, delta, strict=True):
        gradient += x[:, np.newaxis] * d
    return gradient


def biases_sample_by_sample(delta):
    total = np.zeros(delta.shape[1])
    for row in delta:
        total = total + row
    return total


def upstream_unit_by_unit(delta, weights):
    upstream = np.zeros((len(delta), len(weights)))
    for unit in range(len(weights)):
        upstream[:, unit] = delta @ weights[unit]
    return upstream


def hidden_delta_in_steps(h, upstream):
    slope = 1 - h * h
    return upstream * slope


def named_two_layers(parameters, x, labels):
    z1 = x.dot(parameters["weights1"]) + parameters["biases1"]
    h = np.tanh(z1)
    p = softmax(h.dot(parameters["weights2"]) + parameters["biases2"])
    targets = np.zeros(p.shape)
    targets[range(len(labels)), labels] = 1
    delta = (p - targets) / len(labels)
    gradients = {"weights2": h.T.dot(delta), "biases2": np.sum(delta, axis=0)}
    delta = delta.dot(parameters["weights2"].T) * (1 - np.tanh(z1) ** 2)
    gradients["weights1"] = x.T.dot(delta)
    gradients["biases1"] = np.sum(delta, axis=0)
    return gradients


def looped_layers(parameters, x, labels):
    n_layers = len(parameters) // 2
    outputs = [x]
    for k in range(1, n_layers + 1):
        z = outputs[-1] @ parameters[f"weights{k}"] + parameters[f"biases{k}"]
        outputs.append(np.tanh(z) if k < n_layers else z)
    _, delta = cross_entropy.from_logits(outputs.pop(), labels)
    gradients = {}
    for k in range(n_layers, 0, -1):
        h = outputs.pop()
        gradients[f"weights{k}"] = h.T @ delta
        gradients[f"biases{k}"] = delta.sum(axis=0)
        delta = (delta @ parameters[f"weights{k}"].T) * (1 - h * h)
    return gradients


def glorot_from_the_variance(n_in, n_out):
    variance = 2 / (n_in + n_out)
    return math.sqrt(3 * variance)


def batches_in_a_while_loop(order, size):
    result = []
    start = 0
    while start < len(order):
        result.append(order[start : start + size])
        start += size
    return result


def batches_one_by_one(order, size):
    result = [[]]
    for sample in order:
        if len(result[-1]) == size:
            result.append([])
        result[-1].append(sample)
    return result


def step_name_by_name(parameters, gradients, rate):
    new = {}
    for name in parameters:
        new[name] = parameters[name].copy()
        new[name] -= rate * gradients[name]
    return new


def velocity_in_steps(velocity, gradient, rate, momentum):
    new = velocity * momentum
    new -= gradient * rate
    return new


def counted_accuracy(p, labels):
    right = 0
    for row, label in zip(p, labels, strict=True):
        if row[label] == max(row):
            right += 1
    return right / len(labels)


def sweep_in_a_loop(loss, w, gradient, rates):
    losses = np.zeros(len(rates))
    for i, rate in enumerate(rates):
        moved = w - rate * gradient
        losses[i] = loss(moved)
    return losses


def curvature_in_steps(loss, w, direction, h):
    length = np.sqrt((direction**2).sum())
    unit = direction / length
    above, below = loss(w + h * unit), loss(w - h * unit)
    return (above + below - 2 * loss(w)) / (h * h)


def spread_in_a_loop(runs):
    mean = sum(runs) / len(runs)
    squares = 0.0
    for run in runs:
        squares += (run - mean) ** 2
    return mean, math.sqrt(squares / (len(runs) - 1))


def counted_by_heart(predicted, labels, truth):
    wrong, learned = 0, 0
    for answer, label, true in zip(predicted, labels, truth, strict=True):
        if label != true:
            wrong += 1
            if answer == label:
                learned += 1
    return learned / wrong if wrong else 0


def decayed_after_the_step(parameters, gradients, rate, decay):
    stepped = {name: array - rate * gradients[name] for name, array in parameters.items()}
    for name in stepped:
        if name.endswith("weights"):
            stepped[name] -= rate * decay * parameters[name]
    return stepped


def decayed_copies(parameters, gradients, rate, decay):
    new = {name: np.array(array) for name, array in parameters.items()}
    for name, array in new.items():
        if array.ndim == 2:
            array *= 1 - rate * decay
        array -= rate * gradients[name]
    return new


def masked_number_by_number(uniform, p):
    mask = np.zeros(uniform.shape)
    for i, row in enumerate(uniform):
        for j, number in enumerate(row):
            if number >= p:
                mask[i, j] = 1 / (1 - p)
    return mask


def mask_in_steps(uniform, p):
    mask = np.full(uniform.shape, 1.0)
    mask[uniform < p] = 0
    mask /= 1 - p
    return mask


def dropout_in_the_package(parameters, x, labels, mask):
    """The package's network, with the mask given."""
    sizes = [x.shape[1], mask.shape[1], len(parameters["biases2"])]
    network = MLP(sizes, dtype="float64", dropout=1 - 1 / max(mask.max(), 1))
    for ours, name in zip(network.parameters().values(), DROPOUT_NAMES, strict=True):
        ours[...] = parameters[name]
    network.masks = [mask]
    _, gradients = network.gradients(x, labels)
    return dict(zip(DROPOUT_NAMES, gradients.values(), strict=True))


DROPOUT_NAMES = ["weights1", "biases1", "weights2", "biases2"]


def dropout_by_differences(parameters, x, labels, mask):
    def loss(name, step):
        moved = {**parameters, name: parameters[name] + step}
        h = np.tanh(x @ moved["weights1"] + moved["biases1"]) * mask
        p = softmax(h @ moved["weights2"] + moved["biases2"])
        return -np.log(p[np.arange(len(x)), labels]).mean()

    gradients = {}
    for name, array in parameters.items():
        steps = 1e-5 * np.eye(array.size).reshape(-1, *array.shape)
        slopes = [(loss(name, step) - loss(name, -step)) / 2e-5 for step in steps]
        gradients[name] = np.reshape(slopes, array.shape)
    return gradients


def dropout_sample_by_sample(parameters, x, labels, mask):
    w1, b1, w2, b2 = (parameters[name] for name in DROPOUT_NAMES)
    gradients = {name: np.zeros_like(array) for name, array in parameters.items()}
    for row, label, factors in zip(x, labels, mask, strict=True):
        h = np.tanh(row @ w1 + b1)
        delta2 = softmax((factors * h) @ w2 + b2)
        delta2[label] -= 1
        delta1 = factors * (w2 @ delta2) * (1 - h) * (1 + h)
        gradients["weights1"] += np.outer(row, delta1) / len(x)
        gradients["biases1"] += delta1 / len(x)
        gradients["weights2"] += np.outer(factors * h, delta2) / len(x)
        gradients["biases2"] += delta2 / len(x)
    return gradients


def dropout_in_the_weights(parameters, x, labels, mask):
    """One matrix a sample: instead of an output its row of weights is multiplied."""
    w2 = mask[:, :, np.newaxis] * parameters["weights2"]
    z = x @ parameters["weights1"] + parameters["biases1"]
    logits = np.einsum("nh,nhk->nk", np.tanh(z), w2) + parameters["biases2"]
    delta2 = (softmax(logits) - np.eye(logits.shape[1])[labels]) / len(labels)
    delta1 = np.einsum("nk,nhk->nh", delta2, w2) / np.cosh(z) ** 2
    return {
        "biases2": delta2.sum(0), "biases1": delta1.sum(0), "weights1": x.T @ delta1,
        "weights2": np.einsum("nh,nh,nk->hk", np.tanh(z), mask, delta2),
    }  # fmt: skip


def shifted_in_a_frame(image, down, right):
    rows, columns = image.shape
    down = min(max(down, -rows), rows)
    right = min(max(right, -columns), columns)
    frame = np.pad(image, ((rows, rows), (columns, columns)))
    return frame[rows - down : 2 * rows - down, columns - right : 2 * columns - right]


def shifted_in_slices(image, down, right):
    rows, columns = image.shape
    moved = np.zeros((rows, columns))
    if abs(down) < rows and abs(right) < columns:
        moved[max(down, 0) : rows + min(down, 0), max(right, 0) : columns + min(right, 0)] = image[
            max(-down, 0) : rows - max(down, 0), max(-right, 0) : columns - max(right, 0)
        ]
    return moved


def shifted_one_by_one(image, down, right):
    columns, moved = len(image[0]), image.tolist()
    for _ in range(abs(down)):
        moved = [[0] * columns, *moved[:-1]] if down > 0 else [*moved[1:], [0] * columns]
    for _ in range(abs(right)):
        moved = [[0, *row[:-1]] if right > 0 else [*row[1:], 0] for row in moved]
    return moved


def rolled_and_cleared(image, down, right):
    moved = np.roll(image, (down, right), axis=(0, 1))
    if down > 0:
        moved[:down] = 0
    elif down < 0:
        moved[down:] = 0
    if right > 0:
        moved[:, :right] = 0
    elif right < 0:
        moved[:, right:] = 0
    return moved


def choose_in_a_loop(accuracies):
    means = [sum(runs) / len(runs) for runs in accuracies]
    best = means.index(max(means))
    error = statistics.stdev(accuracies[best]) / math.sqrt(len(accuracies[best]))
    for k, mean in enumerate(means):
        if mean >= means[best] - error:
            return k
    return None


def choose_going_back(accuracies):
    means, n = np.mean(accuracies, axis=1), accuracies.shape[1]
    chosen = best = int(np.argmax(means))
    squares = ((accuracies[best] - means[best]) ** 2).sum()
    for k in range(best, -1, -1):
        if (means[best] - means[k]) <= np.sqrt(squares / (n - 1) / n):
            chosen = k
    return chosen


def float32(answer):
    """The same with numbers of less precision."""
    return lambda *arguments: np.float32(answer(*(
        np.float32(part) if isinstance(part, np.ndarray) and part.dtype.kind == "f" else part
        for part in arguments
    )))  # fmt: skip


RIGHT = {
    "01.sigmoid": [
        lambda z: 0.5 * (1 + np.tanh(np.asarray(z) / 2)),
        lambda z: np.exp(-np.logaddexp(0, -np.asarray(z))),
        careful_sigmoid,
        lambda z: (
            np.where(np.asarray(z) > 0, 1, np.exp(np.minimum(z, 0))) / (1 + np.exp(-np.abs(z)))
        ),
    ],
    "01.tanh_slope": [
        lambda h: (1 - h) * (1 + h),
        float32(lambda h: 1 - h**2),
        lambda h: 1 - np.power(h, 2),
        lambda h: np.array([[1 - v * v for v in row] for row in np.atleast_2d(h)]).reshape(h.shape),
    ],
    "01.leaky_relu_slope": [
        lambda z, leak: leak + (1 - leak) * (z > 0),
        lambda z, leak: np.vectorize(lambda v: 1.0 if v > 0 else leak)(z),
        masked_slope,
        lambda z, leak: np.where(z <= 0, leak, 1.0),
    ],
    "01.softmax": [
        loop_softmax,
        lambda z: np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True)),
        softmax_in_steps,
        lambda z: np.array([np.exp(row - row.max()) / np.exp(row - row.max()).sum() for row in z]),
    ],
    "01.softmax_jacobian": [
        lambda p: [[a * ((i == j) - b) for j, b in enumerate(p)] for i, a in enumerate(p)],
        lambda p: p[:, np.newaxis] * (np.eye(len(p)) - p),
        filled_jacobian,
        lambda p: np.diag(p) - p[:, None] @ p[None, :],
    ],
    "01.softmax_backward": [
        lambda p, u: np.stack(
            [(np.diag(a) - np.outer(a, a)) @ b for a, b in zip(p, u, strict=True)]
        ),
        lambda p, u: p * u - p * np.einsum("nk,nk->n", p, u)[:, np.newaxis],
        backward_row_by_row,
        lambda p, u: p * (u - np.sum(u * p, axis=1)[:, np.newaxis]),
    ],
    "02.central_difference": [
        lambda f, z, h: f(z + h) / (2 * h) - f(z - h) / (2 * h),
        lambda f, z, h: ((f(z + h) - f(z)) / h + (f(z) - f(z - h)) / h) / 2,
        mean_of_two_sides,
        lambda f, z, h: 0.5 * (f(z + h) - f(z - h)) / h,
    ],
    "02.relative_error": [
        lambda a, b: np.divide(
            np.abs(np.subtract(a, b)),
            np.abs(a) + np.abs(b),
            out=np.zeros(np.shape(a)),
            where=np.add(np.abs(a), np.abs(b)) > 0,
        ),
        lambda a, b: np.nan_to_num(np.abs(np.subtract(a, b)) / (np.abs(a) + np.abs(b))),
        masked_relative_error,
        lambda a, b: np.abs(np.subtract(a, b)) / np.maximum(np.abs(a) + np.abs(b), 1e-300),
    ],
    "02.numerical_gradient": [
        loop_numerical_gradient,
        lambda f, x, h: np.array([(f(x + d) - f(x - d)) / (2 * h) for d in h * np.eye(len(x))]),
        moved_and_moved_back,
        lambda f, x, h: np.array([f(x + h * e) - f(x - h * e) for e in np.eye(len(x))]) / (2 * h),
    ],
    "02.numerical_jacobian": [
        lambda f, x, h: np.array([(f(x + d) - f(x - d)) / (2 * h) for d in h * np.eye(len(x))]).T,
        lambda f, x, h: [
            [(f(x + d)[i] - f(x - d)[i]) / (2 * h) for d in h * np.eye(len(x))]
            for i in range(len(f(x)))
        ],
        jacobian_by_columns,
        lambda f, x, h: np.column_stack(
            [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
        ),
    ],
    "02.gradient_agrees": [
        lambda g, m: bool(
            (np.abs(g - m) <= 1e-6 * (np.abs(g) + np.abs(m))).all() and np.abs(m).sum() > 0
        ),
        lambda g, m: (
            any(m)
            and all(abs(a - b) <= 1e-6 * (abs(a) + abs(b)) for a, b in zip(g, m, strict=True))
        ),
        agrees_entry_by_entry,
        lambda g, m: bool(
            np.count_nonzero(m) and np.nanmax(np.abs(g - m) / (np.abs(g) + np.abs(m))) < 1e-6
        ),
    ],
    "03.read_header": [
        lambda c: [int.from_bytes(c[i : i + 4], "big") for i in range(0, 16, 4)],
        lambda c: np.frombuffer(c, ">i4", count=4),
        lambda c: [int(c[i : i + 4].hex(), 16) for i in (0, 4, 8, 12)],
        lambda c: tuple(np.frombuffer(c[:16], dtype=">u4").tolist()),
    ],
    "03.read_images": [
        lambda c: np.frombuffer(c[16:], np.uint8).reshape(struct.unpack(">3i", c[4:16])),
        lambda c: np.array(list(c[16:])).reshape(tuple(np.frombuffer(c[4:16], ">u4"))),
        pixel_by_pixel,
        lambda c: np.frombuffer(c, ">u1", offset=16).reshape(
            [int.from_bytes(c[i : i + 4], "big") for i in (4, 8, 12)]
        ),
    ],
    "03.read_labels": [
        lambda c: list(c[8:]),
        lambda c: np.frombuffer(c, np.uint8, offset=8),
        counted_labels,
        lambda c: np.array(bytearray(c))[8:],
    ],
    "03.scale": [
        lambda images: (images / 255).reshape(len(images), -1),
        lambda images: [image.ravel() * np.float32(1 / 255) for image in images],
        scaled_image_by_image,
        lambda images: images.reshape(-1, images.shape[1] * images.shape[2]).astype(float) / 255,
    ],
    "03.class_means": [
        loop_means,
        lambda inputs, labels: (
            (np.eye(labels.max() + 1)[labels].T @ inputs) / np.bincount(labels)[:, np.newaxis]
        ),
        summed_means,
        lambda inputs, labels: [
            inputs[np.flatnonzero(labels == k)].sum(axis=0) / (labels == k).sum()
            for k in np.unique(labels)
        ],
    ],
    "03.nearest_mean": [
        lambda means, x: [int(np.argmin([np.linalg.norm(s - m) for m in means])) for s in x],
        lambda means, x: (x @ means.T - (means**2).sum(axis=1) / 2).argmax(axis=1),
        nearest_by_search,
        lambda means, x: np.argmin([((x - m) ** 2).sum(axis=1) for m in means], axis=0),
    ],
    "04.delta_output": [
        lambda p, labels: p / len(p) - (np.arange(p.shape[1]) == labels[:, None]) / len(p),
        float32(lambda p, labels: (p - np.eye(p.shape[1])[labels]) / len(p)),
        delta_in_place,
        lambda p, labels: (
            np.array([row - np.eye(len(row))[k] for row, k in zip(p, labels, strict=True)]) / len(p)
        ),
    ],
    "04.weights_gradient": [
        lambda x, d: np.einsum("ni,nk->ik", x, d),
        lambda x, d: sum(np.outer(a, b) for a, b in zip(x, d, strict=True)),
        gradient_sample_by_sample,
        lambda x, d: np.tensordot(x, d, axes=(0, 0)),
    ],
    "04.biases_gradient": [
        lambda d: np.ones(len(d)) @ d,
        lambda d: [sum(c) for c in d.T],
        biases_sample_by_sample,
        lambda d: np.mean(d, axis=0) * len(d),
    ],
    "04.upstream": [
        lambda d, w: (w @ d.T).T,
        lambda d, w: loop_matrix(d, w.T),
        upstream_unit_by_unit,
        lambda d, w: np.einsum("nk,ik->ni", d, w),
    ],
    "04.delta_hidden": [
        lambda h, u: u - u * h * h,
        float32(lambda h, u: u * (1 - h) * (1 + h)),
        hidden_delta_in_steps,
        lambda h, u: (1 + h) * u * (1 - h),
    ],
    "04.two_layers": [unrolled_two_layers, gradients_of_mlp, named_two_layers, looped_layers],
    "04.three_layers": [
        unrolled_three_layers,
        gradients_of_mlp,
        looped_layers,
        lambda parameters, x, labels: dict(sorted(gradients_of_mlp(parameters, x, labels).items())),
    ],
    "05.glorot_limit": [
        lambda a, b: math.sqrt(6) / math.sqrt(a + b),
        lambda a, b: (6 / (a + b)) ** 0.5,
        glorot_from_the_variance,
        lambda a, b: np.sqrt(3) * np.sqrt(2 / (a + b)),
    ],
    "05.batches": [
        lambda order, size: np.split(order, range(size, len(order), size)),
        lambda order, size: [
            list(order[k * size : (k + 1) * size]) for k in range(math.ceil(len(order) / size))
        ],
        batches_in_a_while_loop,
        batches_one_by_one,
    ],
    "05.sgd_step": [
        lambda w, g, rate: {name: np.add(w[name], -rate * g[name]) for name in g},
        lambda w, g, rate: {k: np.array(w[k]) - np.multiply(rate, g[k]) for k in sorted(w)},
        step_name_by_name,
        lambda w, g, rate: {k: w[k] + g[k] * -rate for k in w},
    ],
    "05.new_velocity": [
        lambda v, g, rate, m: np.array([m * a - rate * b for a, b in zip(v, g, strict=True)]),
        float32(lambda v, g, rate, m: -(rate * g - m * v)),
        velocity_in_steps,
        lambda v, g, rate, m: np.subtract(m * v, rate * g),
    ],
    "05.accuracy": [
        lambda p, labels: (
            sum(int(np.argmax(row)) == k for row, k in zip(p, labels, strict=True)) / len(p)
        ),
        lambda p, labels: 1 - np.count_nonzero(p.argmax(1) - labels) / len(labels),
        counted_accuracy,
        lambda p, labels: np.count_nonzero(np.argmax(p, axis=-1) == labels) / labels.size,
    ],
    "05.early_stop": [
        patient,
        lambda losses, patience: next(
            (
                (k, int(np.argmin(losses[: k + 1])))
                for k in range(len(losses))
                if k - int(np.argmin(losses[: k + 1])) >= patience
            ),
            (len(losses) - 1, int(np.argmin(losses))),
        ),
        counting_patience,
        slice_by_slice_stop,
    ],
    "06.sweep": [
        lambda loss, w, g, rates: [loss(w - r * g) for r in rates],
        lambda loss, w, g, rates: list(map(loss, w - np.multiply.outer(rates, g))),
        sweep_in_a_loop,
        lambda loss, w, g, rates: np.vectorize(lambda r: loss(w + -r * g))(rates),
    ],
    "06.largest_rate": [
        lambda c: np.min(2 / c),
        lambda c: 2 / sorted(c)[-1],
        lambda c: 2 / max(c),
        lambda c: 2.0 * np.min(1 / c),
    ],
    "06.curvature": [
        lambda loss, w, d, h: (
            (
                loss(w + h * d / math.dist(d, 0 * d))
                + loss(w - h * d / math.dist(d, 0 * d))
                - 2 * loss(w)
            )
            / h**2
        ),
        lambda loss, w, d, h: (
            (
                (loss(w + h * d / np.sqrt(d @ d)) - loss(w)) / h
                - (loss(w) - loss(w - h * d / np.sqrt(d @ d))) / h
            )
            / h
        ),
        curvature_in_steps,
        lambda loss, w, d, h: (
            np.diff([loss(w + k * h * d / np.linalg.norm(d)) for k in (-1, 0, 1)], 2)[0] / h**2
        ),
    ],
    "06.suggest": [
        steepest,
        lambda rates, losses: rates[
            np.nanargmin(np.where(np.isfinite(np.diff(losses)), np.diff(losses), np.nan))
        ],
        deepest_fall,
        lambda rates, losses: rates[np.nanargmax(losses[:-1] - losses[1:])],
    ],
    "06.falling_rate": [
        lambda epoch, epochs, start: start * (epochs - epoch) / epochs,
        lambda epoch, epochs, start: np.interp(epoch, [0, epochs], [start, 0]),
        lambda epoch, epochs, start: start - start * epoch / epochs,
        lambda epoch, epochs, start: np.linspace(start, 0, epochs + 1)[epoch],
    ],
    "06.mean_and_spread": [
        lambda runs: [
            sum(runs) / len(runs),
            math.sqrt(sum((r - sum(runs) / len(runs)) ** 2 for r in runs) / (len(runs) - 1)),
        ],
        lambda runs: np.array([np.mean(runs), np.std(runs) * np.sqrt(len(runs) / (len(runs) - 1))]),
        spread_in_a_loop,
        lambda runs: (np.mean(runs), np.sqrt(np.var(runs, ddof=1))),
    ],
    "07.learned_by_heart": [
        counted_by_heart,
        lambda predicted, labels, truth: (
            ((predicted == labels) & (labels != truth)).sum() / max(1, (labels != truth).sum())
        ),
        lambda predicted, labels, truth: (
            np.mean(predicted[labels != truth] == labels[labels != truth])
            if np.any(labels != truth)
            else 0
        ),
        lambda predicted, labels, truth: np.nan_to_num(
            np.sum(np.equal(predicted, labels) * (truth != labels)) / np.sum(truth != labels)
        ),
    ],
    "07.decayed_step": [
        lambda w, g, rate, decay: {
            k: w[k] - rate * (g[k] + decay * w[k] * k.endswith("weights")) for k in g
        },
        lambda w, g, rate, decay: {
            k: v * (1 - rate * decay * (v.ndim - 1)) - rate * g[k] for k, v in w.items()
        },
        decayed_after_the_step,
        decayed_copies,
    ],
    "07.dropout_mask": [
        lambda u, p: np.where(u < p, 0, 1 / (1 - p)),
        lambda u, p: [[0 if number < p else 1 / (1 - p) for number in row] for row in u],
        masked_number_by_number,
        mask_in_steps,
        lambda u, p: np.float32(1 - (u < p)) / np.float32(1 - p),
    ],
    "07.dropout_gradients": [
        dropout_in_the_package,
        dropout_by_differences,
        dropout_sample_by_sample,
        dropout_in_the_weights,
    ],
    "07.shifted": [
        lambda image, down, right: (
            np.eye(len(image), k=-down) @ image @ np.eye(len(image[0]), k=right)
        ),
        shifted_in_a_frame,
        shifted_in_slices,
        shifted_one_by_one,
        rolled_and_cleared,
    ],
    "07.choose": [
        choose_in_a_loop,
        choose_going_back,
        lambda a: next(
            k
            for k in range(len(a))
            if a[k].mean()
            >= a.mean(axis=1).max()
            - np.sqrt(np.var(a[a.mean(axis=1).argmax()], ddof=1) / len(a[0]))
        ),
        lambda a: np.argmax(
            a.mean(axis=1).max() - a.mean(axis=1)
            <= a[np.argmax(a.mean(axis=1))].std(ddof=1) / a.shape[1] ** 0.5
        ),
    ],
}
"""By task; the master copy of the assignment has one more."""
