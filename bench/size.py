"""The same pages in counties of 1,000, 10,000 and 100,000 people: how much dearer a page is in a large one, in processor time of the server."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import county, pages, site


def main() -> None:
    """Measure one county as it grows, and compare the largest with the smallest."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    options = wanted.parse_args()
    sizes, seconds = ((1000, 10_000), 4.0) if options.short else ((1000, 10_000, 100_000), 20.0)
    found: dict[int, dict[str, Any]] = {}
    with site.site() as made:
        built = county.build(made.app, people=sizes[0], courses=pages.COURSES)
        with site.serving(made) as server:
            for people in sizes:
                if people > built.people:
                    built = county.grow(made.app, built, people=people)
                found[people] = pages.measured(made, server, built, turns=1 if options.short else 3, seconds=seconds)
                print(f"{people} people: {found[people]}", flush=True)
    names = {name: f"{name}_ratio_{'10k' if options.short else '100k'}_to_1k" for name in ("home", "course")}
    ratios = {key: round(found[sizes[-1]][f"{name}_cpu_ms"] / found[sizes[0]][f"{name}_cpu_ms"], 3) for name, key in names.items()}
    print(json.dumps({**ratios, "calibration_ms": site.calibration_ms(), **{str(people): row for people, row in found.items()}}))


if __name__ == "__main__":
    main()
