"""Jobs: work that takes longer than a person waits. Submitted by anyone with a right, done by the worker, found again.

A job is a row and a folder: `submit` keeps what it needs, `registry.jobs.running` takes it up in the worker process,
tells how far it is, and takes it up again if the worker was killed. What a kind of job does is a `Work` function given
to the worker (`registry.worker.WORKS`); it does its writing and `Task.settle` in one transaction, so it is done once.
"""

from __future__ import annotations

from registry.jobs.schemas import Job, Report, State
from registry.jobs.service import (
    CHANNEL,
    MAX_LISTED,
    again,
    cancel,
    folder_of,
    get,
    input_of,
    listing,
    make_folder,
    own,
    result_file,
    submit,
    sweep,
    waiting,
)
from registry.jobs.task import Stopped, Task, Work

__all__ = [
    "CHANNEL",
    "MAX_LISTED",
    "Job",
    "Report",
    "State",
    "Stopped",
    "Task",
    "Work",
    "again",
    "cancel",
    "folder_of",
    "get",
    "input_of",
    "listing",
    "make_folder",
    "own",
    "result_file",
    "submit",
    "sweep",
    "waiting",
]
