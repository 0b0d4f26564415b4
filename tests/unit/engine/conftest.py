"""Property tests here build frames, which is slow beside plain values: fewer examples, no deadline, no files left."""

from hypothesis import settings

settings.register_profile("frames", max_examples=40, deadline=None, database=None)
settings.load_profile("frames")
