"""Jobs: queued, done by the worker, found again."""
