"""Jobs that show what happens to jobs; the stack of these tests has them by `MEALPREP_JOB_MODULES`."""

from lib.ledger.kinds import Kind

KINDS = (
    Kind("steps", "tests.cluster.steps", "driver", memory_mb=150, timeout_s=120, at_once=2),
    Kind("warm-steps", "tests.cluster.steps", "task", memory_mb=100, timeout_s=120, at_once=2),
)
