"""Short runs of `train`, and what interrupts them."""

import math

from networks import Observed, make_split

from mlp_lab import train

SPLIT, VALIDATION = make_split(50), make_split(30, seed=1)


def quietly(network, samples=SPLIT, validation=None, **options):
    """Train without bars, in batches of 20: two whole ones and one of 10."""
    options = {"epochs": 3, "batch_size": 20, "learning_rate": 0.5, "progress": False, **options}
    return train(network, samples, validation, **options)


class Interrupted(Observed):
    """Is interrupted at one of the calls that `train` makes, counted from the first gradients."""

    left = math.inf
    counting = False

    def before(self, method):
        self.counting = self.counting or (method == "gradients" and self.left < math.inf)
        if self.counting:
            self.left -= 1
            if self.left < 0:
                self.counting = False
                raise KeyboardInterrupt
