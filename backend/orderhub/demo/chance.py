"""The demo's dice. Whatever happens by chance is thrown here, so a test that seeds them sees the same life again."""

import random

dice = random.Random()
