"""What may happen to a job and when it will be done, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.jobs import State, rules

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("share", "seconds", "left"),
    [(0.5, 60, 60), (0.25, 30, 90), (0.9, 90, 10), (1.0, 50, 0), (0.01, 60, None), (0.5, 1, None), (0.0, 600, None)],
)
def test_the_time_left_follows_the_pace_so_far(share: float, seconds: int, left: int | None) -> None:
    assert rules.seconds_left(share, NOW - timedelta(seconds=seconds), NOW) == left


def test_what_has_not_begun_has_no_time_left() -> None:
    assert rules.seconds_left(0.5, None, NOW) is None


@pytest.mark.parametrize("state", State)
def test_what_has_ended_is_begun_again_and_what_has_not_is_called_off_never_both(state: State) -> None:
    assert rules.may_cancel(state) is (state in {State.QUEUED, State.RUNNING})
    assert rules.may_begin_again(state) is (state in {State.FAILED, State.CANCELLED})
