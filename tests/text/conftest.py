"""Property tests draw the same examples every time and know no deadline."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "text",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("text")
