"""What numpy and scipy say of thresholds on the same calls: writes threshold.json beside it.

    pip install numpy scipy && python3 tests/oracle/threshold.py

Each set has what was said of each call, whether it came out right, whether it was overridden, and what it cost in
nano-dollars. Everything is worked out from the calls themselves, threshold by threshold.
"""
import json
import pathlib
import random

import numpy as np
from scipy.stats import binomtest

LIMITS = [0.01, 0.02, 0.05, 0.1, 0.2]
DELTA = 0.05
ESCALATION, WRONG = 20_000_000, 150_000_000


def upper(wrong, calls):
    """The one-sided upper end by Clopper and Pearson."""
    if calls == 0:
        return 1.0
    return binomtest(wrong, calls, alternative="less").proportion_ci(1 - DELTA, method="exact").high


def told(name, calls):
    said = np.array([call[0] for call in calls])
    right = np.array([call[1] for call in calls], dtype=bool)
    over = np.array([call[2] for call in calls], dtype=bool)
    cost = np.array([call[3] for call in calls], dtype=object)
    n, grid = len(calls), []
    for hundredths in range(101):
        # Thousandths, so that no float decides on which side of its own threshold a call is.
        auto = np.round(said * 1000) >= hundredths * 10
        k, m = int((~right & auto).sum()), int(auto.sum())
        wilson = binomtest(k, m).proportion_ci(0.95, method="wilson") if m else None
        grid.append({
            "coverage": m / n,
            "risk": k / m if m else None,
            "low": wilson.low if m else None,
            "high": wilson.high if m else None,
            "caughtOverrides": int((over & ~auto).sum()),
            "caughtFailures": int((~right & ~over & ~auto).sum()),
            "costSent": int(sum(cost[~auto])),
            "cost": int(sum(cost)) + (n - m) * ESCALATION + k * WRONG,
            "_": (k, m),
        })
    certified, conformal = [], []
    for limit in LIMITS:
        best = None
        for hundredths in range(100, -1, -1):
            k, m = grid[hundredths]["_"]
            if upper(0, m) > limit:
                continue
            if upper(k, m) > limit:
                break
            best = hundredths
        certified.append([limit, best])
        holds = [nth for nth in range(101) if (n * (grid[nth]["_"][0] / n) + 1) / (n + 1) <= limit + 1e-15]
        conformal.append([limit, holds[0] if holds else None])
    for cut in grid:
        del cut["_"]
    cheapest = min(range(101), key=lambda nth: (grid[nth]["cost"], nth))
    return {"name": name, "calls": calls, "grid": grid, "certified": certified, "conformal": conformal, "cheapest": cheapest}


def calls(dice, count, say, right):
    made = []
    for _ in range(count):
        said = round(say(), 3)
        fine = dice.random() < right(said)
        made.append([said, int(fine), int(not fine and dice.random() < 0.6), dice.randrange(0, 90_000_000)])
    return made


def main():
    dice = random.Random(20261127)
    sets = [
        told("five values", calls(dice, 500, lambda: dice.choice([0.5, 0.7, 0.8, 0.9, 1.0]), lambda s: 0.6 + 0.38 * s)),
        told("sure and right", calls(dice, 600, lambda: 1 - dice.random() ** 2 * 0.7, lambda s: 0.75 + 0.25 * s)),
        told("no use", calls(dice, 300, dice.random, lambda s: 0.8)),
        told("upside down", calls(dice, 200, dice.random, lambda s: 1 - s / 2)),
        told("few", calls(dice, 25, dice.random, lambda s: 1.0)),
        told("never wrong", calls(dice, 400, lambda: dice.uniform(0.4, 0.99), lambda s: 1.0)),
    ]
    to = pathlib.Path(__file__).with_suffix(".json")
    to.write_text(json.dumps(sets, separators=(",", ":")) + "\n")


main()
