"""Property tests of the intake are not hurried."""

from hypothesis import settings

# A machine that does other things too is slow now and then; that is no fault of the code.
settings.register_profile("unhurried", parent=settings.get_profile("default"), deadline=None)
settings.load_profile("unhurried")
