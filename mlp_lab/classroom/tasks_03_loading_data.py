"""Tasks of lesson 03: from the bytes of a file to inputs, labels and a first classifier."""

import struct
from collections.abc import Callable
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


def _image_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("there is one image of one pixel", _image_file(np.full((1, 1, 1), 7))),
        Case("the images are wider than high", _image_file(np.arange(12).reshape(2, 2, 3))),
        Case("there are five images", _image_file(rng.integers(0, 256, size=(5, 4, 3)))),
        Case("the file is larger", _image_file(rng.integers(0, 256, size=(30, 8, 8)))),
        Case("there are more than 255 images", _image_file(rng.integers(0, 256, size=(259, 1, 2)))),
        Case("an image has more than 255 rows", _image_file(rng.integers(0, 256, (1, 300, 2)))),
        Case("an image has more than 255 columns", _image_file(rng.integers(0, 256, (2, 1, 600)))),
    ]


def _read_images(content: bytes, offset: int = 16) -> Any:
    _, n, rows, columns = struct.unpack(">4i", content[:16])
    count = n * rows * columns
    return np.frombuffer(content, np.uint8, count, offset).reshape(n, rows, columns)


def _read_labels(content: bytes, offset: int = 8) -> Any:
    return np.frombuffer(content[offset:], np.uint8)


def _in_rows(images: Any) -> Any:
    return images.reshape(len(images), -1)


def _scale(images: Any) -> Any:
    return _in_rows(images) / np.float32(255)


def _of_each_class(rule: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda inputs, labels: np.stack(
        [rule(inputs[labels == k]) for k in range(labels.max() + 1)]
    )


_class_means = _of_each_class(lambda samples: samples.mean(axis=0))
_class_sums = _of_each_class(lambda samples: samples.sum(axis=0))
MEANS = np.array([[0.0, 0.0], [1.0, 1.0], [3.0, 0.0]])


def _distances(means: Any, inputs: Any) -> Any:
    return ((inputs[:, np.newaxis] - means) ** 2).sum(axis=2)


TASKS = [
    Task("03.read_header", lambda content: struct.unpack(">4i", content[:16]), read=HEADER,
        cases=lambda rng: [
            *_image_cases(rng),
            Case("there are more than 65,535 images", _image_file(np.zeros((70_000, 1, 1)))),
        ],
        mistakes=[
            Mistake("the byte order is turned round: IDX is big-endian",
                lambda content: struct.unpack("<4i", content[:16])),
            Mistake("the magic number is left out",
                lambda content: struct.unpack(">3i", content[4:16])),
            Mistake("the first four bytes are read as four numbers",
                lambda content: tuple(content[:4])),
            Mistake("a number takes four bytes, not two",
                lambda content: struct.unpack(">4h", content[:8])),
            Mistake("rows and columns are exchanged",
                lambda content: tuple(np.array(struct.unpack(">4i", content[:16]))[[0, 1, 3, 2]])),
            Mistake("it begins one number too late",
                lambda content: struct.unpack(">4i", (content + bytes(4))[4:20])),
        ]),
    Task("03.read_images", _read_images, read=PIXELS,
        cases=_image_cases,
        mistakes=[
            Mistake("the pixels begin one byte early", lambda content: _read_images(content, 15)),
            Mistake("the header of labels is skipped, 8 bytes, not that of images",
                lambda content: _read_images(content, 8)),
            Mistake("the header is taken for pixels", lambda content: _read_images(content, 0)),
            Mistake("rows and columns are exchanged",
                lambda content: _read_images(content).transpose(0, 2, 1)),
            Mistake("the pixels are read column by column",
                lambda content: np.reshape(
                    _read_images(content).ravel(), _read_images(content).shape, order="F")),
            Mistake("an image is left as a row of pixels",
                lambda content: _in_rows(_read_images(content))),
            Mistake("bytes are taken for signed numbers",
                lambda content: _read_images(content).astype(np.int8)),
        ]),
    Task("03.read_labels", _read_labels, read=LABELS,
        cases=lambda rng: [
            Case("there is one label", _label_file(np.array([5]))),
            Case("there are three labels", _label_file(np.array([5, 0, 4]))),
            Case("there are twenty labels", _label_file(rng.integers(0, 10, 20))),
            Case("there are a hundred labels", _label_file(rng.integers(0, 10, 100))),
            Case("there are more than 255 labels", _label_file(rng.integers(0, 10, 300))),
            Case("a label is above 127", _label_file(np.array([3, 200, 255]))),
        ],
        mistakes=[
            Mistake("16 bytes are skipped, as in a file of images",
                lambda content: _read_labels(content, 16)),
            Mistake("the count is taken for labels", lambda content: _read_labels(content, 4)),
            Mistake("the header is taken for labels", lambda content: _read_labels(content, 0)),
            Mistake("the last label is missing", lambda content: _read_labels(content)[:-1]),
            Mistake("a label is one byte, not four",
                lambda content: np.frombuffer(
                    content[8 : 8 + 4 * ((len(content) - 8) // 4)], ">i4")),
            Mistake("only the count is returned",
                lambda content: struct.unpack(">2i", content[:8])[1]),
        ]),
    Task("03.scale", _scale, read=TYPES,
        cases=lambda rng: [
            Case("there is one image", np.array([[[0, 255], [51, 102]]], dtype=np.uint8)),
            Case("no pixel is fully inked", np.array([[[10, 20], [0, 40]]], dtype=np.uint8)),
            Case("there are three images", rng.integers(0, 200, size=(3, 2, 4)).astype(np.uint8)),
            Case("there are more", rng.integers(0, 200, size=(7, 5, 5)).astype(np.uint8)),
        ],
        mistakes=[
            Mistake("the pixels are not divided",
                lambda images: _in_rows(images).astype(np.float32)),
            Mistake("the largest byte is 255, not 256", lambda images: _in_rows(images) / 256),
            Mistake("it divides by the largest pixel that happens to be there",
                lambda images: _in_rows(images) / images.max()),
            Mistake("an image is to become one row", lambda images: images / 255),
            Mistake("whole numbers are divided without remainder",
                lambda images: _in_rows(images) // 255),
            Mistake("all images end up in one row", lambda images: images.reshape(1, -1) / 255),
            Mistake("black and white are exchanged", lambda images: 1 - _scale(images)),
        ]),
    Task("03.class_means", _class_means, read=LOOK,
        cases=lambda rng: [
            Case("each class has one sample", np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1])),
            Case("the classes are not in order",
                np.array([[1.0, 2.0], [3.0, 5.0], [5.0, 6.0]]), np.array([1, 0, 1])),
            Case("the classes are not balanced", rng.random((6, 3)), np.array([0, 0, 0, 0, 1, 2])),
            Case("there are more samples", rng.random((20, 4)), np.arange(20) % 5),
        ],
        mistakes=[
            Mistake("the samples of a class are added up, not averaged", _class_sums),
            Mistake("one number a class: the mean runs over the pixels too",
                lambda inputs, labels: _class_means(inputs, labels).mean(axis=1)),
            Mistake("every class gets the mean of all samples",
                lambda inputs, labels: np.stack([inputs.mean(axis=0)] * (labels.max() + 1))),
            Mistake("it divides by the number of all samples",
                lambda inputs, labels: _class_sums(inputs, labels) / len(inputs)),
            Mistake("the last class is missing",
                lambda inputs, labels: _class_means(inputs, labels)[:-1]),
            Mistake("a class is represented by its first sample",
                _of_each_class(lambda samples: samples[0])),
        ]),
    Task("03.nearest_mean", read=LOOK,
        reference=lambda means, inputs: _distances(means, inputs).argmin(axis=1),
        cases=lambda rng: [
            Case("the sample is a mean", MEANS, np.array([[1.0, 1.0]])),
            Case("there are two samples", MEANS, np.array([[2.5, 0.2], [0.1, 0.3]])),
            Case("a far mean is long", np.array([[1.0, 0.0], [9.0, 0.0]]), np.array([[2.0, 0.0]])),
            Case("there are as many samples as means", rng.random((4, 3)), rng.random((4, 3))),
            Case("there are many samples", rng.random((5, 6)), rng.random((30, 6))),
        ],
        mistakes=[
            Mistake("the farthest mean wins",
                lambda means, inputs: _distances(means, inputs).argmax(axis=1)),
            Mistake("the largest product wins, so long means win",
                lambda means, inputs: (inputs @ means.T).argmax(axis=1)),
            Mistake("for each mean the nearest sample is found, not the other way round",
                lambda means, inputs: _distances(means, inputs).argmin(axis=0)),
            Mistake("the distance is returned, not the class",
                lambda means, inputs: _distances(means, inputs).min(axis=1)),
            Mistake("differences of both signs cancel: square them",
                lambda means, inputs: (inputs[:, np.newaxis] - means).sum(axis=2).argmin(axis=1)),
            Mistake("only the first pixel counts",
                lambda means, inputs: _distances(means[:, :1], inputs[:, :1]).argmin(axis=1)),
        ]),
]  # fmt: skip
