"""The same job that does nothing as a Celery task, with Redis as broker and result backend."""

import os

from celery import Celery

_REDIS = os.environ["MEALPREP_BENCH_REDIS"]

app = Celery(broker=_REDIS, backend=_REDIS)
# As durable as Celery offers: a task is taken off the queue when it is done, not when it is begun.
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=4)


@app.task
def noop() -> None:
    """Do nothing."""
