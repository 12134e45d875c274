"""New images from old ones: shifted, turned, scaled, sheared and bent, another way every time.

A digit that is moved by a pixel or written with a shakier hand is the same digit. To show a network
such images in place of the same ones again is a way to have more data (Simard, Steinkraus & Platt
2003, "Best practices for convolutional neural networks applied to visual document analysis").
"""

from dataclasses import dataclass

import numpy as np

from mlp_lab.support.types import FloatArray


@dataclass(frozen=True)
class Distortion:
    """Distorts each image of a batch at random; `train` takes one as ``transform=``.

    Every pixel of the new image is read from a place of the old one, which lies between pixels as a
    rule: the four around it are mixed (bilinear interpolation). What lies outside an image is 0.

    Parameters
    ----------
    image_shape : (int, int)
        Rows and columns of an image.
    shift : float
        The most pixels that an image is moved, down and right.
    rotation : float
        The largest angle, in degrees.
    scale : float
        The largest logarithm of a factor, for height and width each: 0.1 is about a tenth.
    shear : float
        The most columns that a row is moved for each row that it lies off the middle.
    bend : float
        How strongly images are bent (elastic distortion): noise smoothed over `smoothness` pixels
        and multiplied by this says how far each pixel is read from its place. Alpha of the paper.
    smoothness : float
        Pixels, sigma of the paper: less gives a shakier hand.

    Raises
    ------
    ValueError
        If a strength is negative or not finite, or the smoothness is not positive.

    Examples
    --------
    >>> images = np.zeros((2, 784), dtype=np.float32)
    >>> distort = Distortion((28, 28), shift=1.5, rotation=10, bend=36)
    >>> distort(images, np.random.default_rng(0)).shape
    (2, 784)
    """

    image_shape: tuple[int, int]
    shift: float = 0.0
    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    bend: float = 0.0
    smoothness: float = 5.0

    def __post_init__(self) -> None:
        for name in ("shift", "rotation", "scale", "shear", "bend"):
            if not 0 <= getattr(self, name) < np.inf:
                value = getattr(self, name)
                raise ValueError(f"{name} is {value}, wanted a number that is not negative")
        if not 0 < self.smoothness < np.inf:
            raise ValueError(f"smoothness is {self.smoothness}, wanted a positive number of pixels")

    def __call__(self, inputs: FloatArray, generator: "np.random.Generator") -> FloatArray:
        """Return distorted images, shape (N, rows * columns) and dtype as `inputs`."""
        rows, columns = self.image_shape
        if inputs.ndim != 2 or inputs.shape[1] != rows * columns:
            raise ValueError(
                f"inputs have shape {inputs.shape}, wanted (N, {rows * columns}) for images of "
                f"{rows} rows and {columns} columns"
            )
        places = self._affine_places(len(inputs), generator)
        if self.bend:
            places += self.elastic_field(len(inputs), generator).reshape(places.shape)
        images = inputs.reshape(-1, rows, columns)
        return read_between(images, places).reshape(inputs.shape)

    def elastic_field(self, n: int, generator: "np.random.Generator") -> FloatArray:
        """Return how far from its place each pixel is read, down and right: smoothed noise.

        Returns
        -------
        ndarray of float32, shape (n, 2, rows, columns)
            In pixels, for n images.

        Examples
        --------
        >>> field = Distortion((28, 28), bend=36).elastic_field(100, np.random.default_rng(0))
        >>> field.shape, round(float(field.std()))
        ((100, 2, 28, 28), 1)
        """
        rows, columns = self.image_shape
        noise = generator.uniform(-1, 1, (n, 2, rows, columns)).astype(np.float32)
        smooth = _gaussian(rows, self.smoothness) @ noise @ _gaussian(columns, self.smoothness).T
        field: FloatArray = self.bend * smooth
        return field

    def _affine_places(self, n: int, generator: "np.random.Generator") -> FloatArray:
        """Return from where each pixel is read: rows and columns, shape (N, 2, n_pixels)."""

        def drawn(strength: float, *shape: int) -> FloatArray:
            return generator.uniform(-strength, strength, (n, *shape))

        angle, shear = np.deg2rad(drawn(self.rotation)), drawn(self.shear)
        scales, shifts = np.exp(drawn(self.scale, 2)), drawn(self.shift, 2)
        turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        sheared = np.array([[np.ones(n), np.zeros(n)], [shear, np.ones(n)]])
        matrices = np.einsum("abn,bcn,nc->nac", turned, sheared, scales).astype(np.float32)
        middle = (np.array(self.image_shape) - 1) / 2
        pixels = np.indices(self.image_shape).reshape(2, -1)
        from_middle = (pixels - middle[:, np.newaxis]).astype(np.float32)
        places: FloatArray = matrices @ from_middle
        places += (middle - shifts)[..., np.newaxis].astype(np.float32)
        return places


def _gaussian(n: int, sigma: float) -> FloatArray:
    """Return the matrix that smooths n numbers in a row with a Gaussian; beyond them lies 0."""
    distances = np.subtract.outer(np.arange(n), np.arange(n))
    kernel = np.exp(-0.5 * (np.arange(-4 * n, 4 * n + 1) / sigma) ** 2).sum()
    smoothing: FloatArray = (np.exp(-0.5 * (distances / sigma) ** 2) / kernel).astype(np.float32)
    return smoothing


def read_between(images: FloatArray, places: FloatArray) -> FloatArray:
    """Return the values at places between pixels, shape (N, n_places), from the four around each.

    Parameters
    ----------
    images : ndarray, shape (N, rows, columns)
    places : ndarray, shape (N, 2, n_places)
        Row and column of each place, whole numbers at the pixels. Outside, images are 0.

    Examples
    --------
    >>> read_between(np.array([[[0.0, 1.0]]]), np.array([[[0.0], [0.25]]]))
    array([[0.25]])
    """
    n, rows, columns = images.shape
    # a frame of zeros, so that every place has four neighbours
    framed = np.zeros((n, rows + 3, columns + 3), images.dtype)
    framed[:, 1:-2, 1:-2] = images
    limits = np.array([[rows], [columns]], dtype=places.dtype)
    places = np.clip(places, -1, limits)
    corners = np.floor(places)
    down, right = (places - corners).astype(images.dtype).transpose(1, 0, 2)
    row, column = corners.astype(np.intp).transpose(1, 0, 2) + 1
    width = columns + 3
    first = row * width + column + (np.arange(n) * framed[0].size)[:, np.newaxis]
    flat = framed.ravel()
    above = flat[first] * (1 - right) + flat[first + 1] * right
    below = flat[first + width] * (1 - right) + flat[first + width + 1] * right
    values: FloatArray = above * (1 - down) + below * down
    return values
