"""Tasks of lesson 03: from the bytes of a file to inputs, labels and a first classifier."""

import struct
from typing import Any

import numpy as np

from mlp_lab.classroom.checks import Case, Mistake, Task

HEADER = 'lesson 03, "Read the header"'
PIXELS = 'lesson 03, "Read the pixels"'
LABELS = 'lesson 03, "A mistake that your reader lets through"'
TYPES = 'lesson 03, "Choose the type of the numbers"'
LOOK = 'lesson 03, "Look at what you have"'


def _image_file(images: Any) -> bytes:
    return struct.pack(">4i", 2051, *images.shape) + bytes(images.astype(np.uint8))


def _label_file(labels: Any) -> bytes:
    return struct.pack(">2i", 2049, len(labels)) + bytes(labels.astype(np.uint8))


def _image_cases(generator: np.random.Generator) -> list[Case]:
    def pixels(*shape: int) -> Any:
        return generator.integers(0, 256, size=shape)

    return [
        Case("there is one image of one pixel", (_image_file(np.full((1, 1, 1), 7)),)),
        Case("the images are wider than high", (_image_file(np.arange(12).reshape(2, 2, 3)),)),
        Case("there are five images", (_image_file(pixels(5, 4, 3)),)),
        Case("the file is larger", (_image_file(pixels(30, 8, 8)),)),
    ]


READ_HEADER = Task(
    "03.read_header",
    lambda content: struct.unpack(">4i", content[:16]),
    _image_cases,
    (
        Mistake("the byte order is turned round: IDX is big-endian",
                lambda content: struct.unpack("<4i", content[:16]), HEADER),
        Mistake("the magic number is left out", lambda content: struct.unpack(">3i", content[4:16]),
                HEADER),
        Mistake("the first four bytes are read as four numbers",
                lambda content: tuple(content[:4]), HEADER),
        Mistake("a number takes four bytes, not two",
                lambda content: struct.unpack(">4h", content[:8]), HEADER),
        Mistake("rows and columns are exchanged", lambda content: tuple(
            np.array(struct.unpack(">4i", content[:16]))[[0, 1, 3, 2]]), HEADER),
        Mistake("it begins one number too late",
                lambda content: struct.unpack(">4i", (content + bytes(4))[4:20]), HEADER),
    ),
)  # fmt: skip


def _read_images(content: bytes, offset: int = 16) -> Any:
    _, n, rows, columns = struct.unpack(">4i", content[:16])
    count = n * rows * columns
    return np.frombuffer(content, np.uint8, count, offset).reshape(n, rows, columns)


READ_IMAGES = Task(
    "03.read_images",
    _read_images,
    _image_cases,
    (
        Mistake("the pixels begin one byte early", lambda content: _read_images(content, 15),
                PIXELS),
        Mistake("the header of labels is skipped, 8 bytes, not that of images",
                lambda content: _read_images(content, 8), PIXELS),
        Mistake("the header is taken for pixels", lambda content: _read_images(content, 0), PIXELS),
        Mistake("rows and columns are exchanged",
                lambda content: _read_images(content).transpose(0, 2, 1), PIXELS),
        Mistake("the pixels are read column by column", lambda content: np.reshape(
            _read_images(content).ravel(), _read_images(content).shape, order="F"), PIXELS),
        Mistake("an image is left as a row of pixels",
                lambda content: _read_images(content).reshape(len(_read_images(content)), -1),
                PIXELS),
        Mistake("bytes are taken for signed numbers", lambda content: _read_images(content).astype(
            np.int8), PIXELS),
    ),
)  # fmt: skip


def _label_cases(generator: np.random.Generator) -> list[Case]:
    return [
        Case("there is one label", (_label_file(np.array([5])),)),
        Case("there are three labels", (_label_file(np.array([5, 0, 4])),)),
        Case("there are twenty labels", (_label_file(generator.integers(0, 10, 20)),)),
        Case("there are a hundred labels", (_label_file(generator.integers(0, 10, 100)),)),
    ]


def _read_labels(content: bytes, offset: int = 8) -> Any:
    return np.frombuffer(content[offset:], np.uint8)


READ_LABELS = Task(
    "03.read_labels",
    _read_labels,
    _label_cases,
    (
        Mistake("16 bytes are skipped, as in a file of images",
                lambda content: _read_labels(content, 16), LABELS),
        Mistake("the count is taken for labels", lambda content: _read_labels(content, 4), LABELS),
        Mistake("the header is taken for labels", lambda content: _read_labels(content, 0), LABELS),
        Mistake("the last label is missing", lambda content: _read_labels(content)[:-1], LABELS),
        Mistake("a label is one byte, not four", lambda content: np.frombuffer(
            content[8 : 8 + 4 * ((len(content) - 8) // 4)], ">i4"), LABELS),
        Mistake("only the count is returned",
                lambda content: struct.unpack(">2i", content[:8])[1], LABELS),
    ),
)  # fmt: skip


def _scale_cases(generator: np.random.Generator) -> list[Case]:
    def pixels(*shape: int) -> Any:
        return generator.integers(0, 200, size=shape).astype(np.uint8)

    return [
        Case("there is one image", (np.array([[[0, 255], [51, 102]]], dtype=np.uint8),)),
        Case("no pixel is fully inked", (np.array([[[10, 20], [0, 40]]], dtype=np.uint8),)),
        Case("there are three images", (pixels(3, 2, 4),)),
        Case("there are more", (pixels(7, 5, 5),)),
    ]


def _scale(images: Any) -> Any:
    return images.reshape(len(images), -1) / np.float32(255)


SCALE = Task(
    "03.scale",
    _scale,
    _scale_cases,
    (
        Mistake("the pixels are not divided",
                lambda images: images.reshape(len(images), -1).astype(np.float32), TYPES),
        Mistake("the largest byte is 255, not 256",
                lambda images: images.reshape(len(images), -1) / 256, TYPES),
        Mistake("it divides by the largest pixel that happens to be there",
                lambda images: images.reshape(len(images), -1) / images.max(), TYPES),
        Mistake("an image is to become one row", lambda images: images / 255, TYPES),
        Mistake("whole numbers are divided without remainder",
                lambda images: images.reshape(len(images), -1) // 255, TYPES),
        Mistake("all images end up in one row", lambda images: images.reshape(1, -1) / 255, TYPES),
        Mistake("black and white are exchanged", lambda images: 1 - _scale(images), TYPES),
    ),
)  # fmt: skip


def _mean_cases(generator: np.random.Generator) -> list[Case]:
    return [
        Case("each class has one sample", (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1]))),
        Case("the classes are not in order", (np.array([[1.0, 2.0], [3.0, 5.0], [5.0, 6.0]]),
                                              np.array([1, 0, 1]))),
        Case("the classes are not balanced", (generator.random((6, 3)),
                                              np.array([0, 0, 0, 0, 1, 2]))),
        Case("there are more samples", (generator.random((20, 4)), np.arange(20) % 5)),
    ]  # fmt: skip


def _class_means(inputs: Any, labels: Any) -> Any:
    return np.stack([inputs[labels == k].mean(axis=0) for k in range(labels.max() + 1)])


CLASS_MEANS = Task(
    "03.class_means",
    _class_means,
    _mean_cases,
    (
        Mistake("the samples of a class are added up, not averaged",
                lambda inputs, labels: np.stack([inputs[labels == k].sum(axis=0)
                                                 for k in range(labels.max() + 1)]), LOOK),
        Mistake("one number a class: the mean runs over the pixels too",
                lambda inputs, labels: _class_means(inputs, labels).mean(axis=1), LOOK),
        Mistake("every class gets the mean of all samples", lambda inputs, labels: np.stack(
            [inputs.mean(axis=0)] * (labels.max() + 1)), LOOK),
        Mistake("it divides by the number of all samples", lambda inputs, labels: np.stack(
            [inputs[labels == k].sum(axis=0) / len(inputs) for k in range(labels.max() + 1)]),
            LOOK),
        Mistake("the last class is missing", lambda inputs, labels: _class_means(
            inputs, labels)[:-1], LOOK),
        Mistake("a class is represented by its first sample", lambda inputs, labels: np.stack(
            [inputs[labels == k][0] for k in range(labels.max() + 1)]), LOOK),
    ),
)  # fmt: skip


def _nearest_cases(generator: np.random.Generator) -> list[Case]:
    means = np.array([[0.0, 0.0], [1.0, 1.0], [3.0, 0.0]])
    return [
        Case("the sample is a mean", (means, np.array([[1.0, 1.0]]))),
        Case("there are two samples", (means, np.array([[2.5, 0.2], [0.1, 0.3]]))),
        Case("a far mean is long", (np.array([[1.0, 0.0], [9.0, 0.0]]), np.array([[2.0, 0.0]]))),
        Case("there are as many samples as means", (generator.random((4, 3)),
                                                    generator.random((4, 3)))),
        Case("there are many samples", (generator.random((5, 6)), generator.random((30, 6)))),
    ]  # fmt: skip


def _distances(means: Any, inputs: Any) -> Any:
    return ((inputs[:, np.newaxis] - means) ** 2).sum(axis=2)


NEAREST_MEAN = Task(
    "03.nearest_mean",
    lambda means, inputs: _distances(means, inputs).argmin(axis=1),
    _nearest_cases,
    (
        Mistake("the farthest mean wins", lambda means, inputs: _distances(
            means, inputs).argmax(axis=1), LOOK),
        Mistake("the largest product wins, so long means win",
                lambda means, inputs: (inputs @ means.T).argmax(axis=1), LOOK),
        Mistake("for each mean the nearest sample is found, not the other way round",
                lambda means, inputs: _distances(means, inputs).argmin(axis=0), LOOK),
        Mistake("the distance is returned, not the class",
                lambda means, inputs: _distances(means, inputs).min(axis=1), LOOK),
        Mistake("differences of both signs cancel: square them", lambda means, inputs: (
            inputs[:, np.newaxis] - means).sum(axis=2).argmin(axis=1), LOOK),
        Mistake("only the first pixel counts", lambda means, inputs: _distances(
            means[:, :1], inputs[:, :1]).argmin(axis=1), LOOK),
    ),
)  # fmt: skip

TASKS = (READ_HEADER, READ_IMAGES, READ_LABELS, SCALE, CLASS_MEANS, NEAREST_MEAN)
