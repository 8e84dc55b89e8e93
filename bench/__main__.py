"""`python -m bench`: measure everything, or what is named; print a table, keep the details in `bench/out/`."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench import exporting, importing, reads, registers, searches, starting
from bench.figures import Figure, machine, table
from bench.world import World, filled_before, folder, say

OUT = Path(__file__).parent / "out"
MILLION = 1_000_000
MEASURES: dict[str, Callable[[World, int, float], list[Figure]]] = {
    "import": importing.measure,
    "reads": reads.measure,
    "search": searches.measure,
    "registers": registers.measure,
    "export": exporting.measure,
    "start": starting.measure,
}
"""The import comes first: it makes the data that the others read."""


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--enterprises", type=int, default=100_000, help="synthetic enterprises (default: 100,000)")
    parser.add_argument("--quick", action="store_true", help="5,000 enterprises, short rounds: a look, not a figure")
    parser.add_argument("--million", action="store_true", help="also search in 1,000,000 (takes many minutes)")
    parser.add_argument("--only", choices=list(MEASURES), action="append", help="measure only this; may be repeated")
    parser.add_argument("--data-dir", type=Path, help="keep the data here and use it again")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of what is compared (default: 5)")
    return parser.parse_args()


def main() -> None:
    """Run, print, keep."""
    asked = arguments()
    enterprises = 5_000 if asked.quick else asked.enterprises
    seconds = 0.3 if asked.quick else 1.0
    with _folder(asked.data_dir) as place:
        figures = _measured(World(place / "data", enterprises), asked.only or list(MEASURES), asked.rounds, seconds)
        if asked.million:
            figures.append(_at_a_million(place, next(one for one in figures if one.name.startswith("search"))))
    print(f"{table(figures)}\n\n{_about(enterprises)}")
    OUT.mkdir(exist_ok=True)
    kept = {"machine": machine(), "enterprises": enterprises, "figures": figures}
    (OUT / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json").write_bytes(msgspec.json.format(msgspec.json.encode(kept)))


def _measured(world: World, names: list[str], rounds: int, seconds: float) -> list[Figure]:
    try:
        return [figure for name in MEASURES if name in names for figure in MEASURES[name](world, rounds, seconds)]
    finally:
        world.rest()


def _at_a_million(place: Path, small: Figure) -> Figure:
    say("making a million enterprises")
    world = World(place / "million", MILLION)
    try:
        if not filled_before(world):
            world.run("migrate")
            world.run("sample", "generate", "--enterprises", str(MILLION))
        return searches.growth(small, searches.measure(world, 1, 0)[0])
    finally:
        world.rest()


@contextlib.contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is None:
        with folder() as made:
            yield made
    else:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()


def _about(enterprises: int) -> str:
    on = machine()
    return (
        f"{enterprises:,} synthetic enterprises; Python {on['python']}, {on['cores']} × {on['processor']};"
        f" load {', '.join(on['load'])}. Median (least–most); ratios are taken round by round."
    )


if __name__ == "__main__":
    main()
