"""What all tests share: how hypothesis searches."""

import os

from hypothesis import settings

# how fast something is belongs to the benchmarks; a busy machine must not fail a law
# in CI the same examples are tried each time: new ones are looked for where somebody can look into them
settings.register_profile("locum", deadline=None, max_examples=100, derandomize=os.environ.get("CI") == "true")
settings.load_profile("locum")
