"""What all tests share: how hypothesis searches."""

from hypothesis import settings

# how fast something is belongs to the benchmarks; a busy machine must not fail a law
settings.register_profile("locum", deadline=None, max_examples=100)
settings.load_profile("locum")
