"""What scipy says of the same two sets of calls: writes differ.json beside it.

    pip install scipy && python3 tests/oracle/differ.py
"""
import json
import math
import pathlib
import random

import numpy as np
from scipy.special import kolmogorov
from scipy.stats import binomtest, chi2_contingency, false_discovery_control, ks_2samp

NAMES = ["model", "route", "session", "status", "override", "tier"]
NUMBERS = ["in", "out", "took", "conf"]


def newcombe(k1, n1, k0, n0):
    """Method 10: from Wilson's intervals."""
    p1, p0 = k1 / n1, k0 / n0
    one, other = (binomtest(k, n).proportion_ci(method="wilson") for k, n in ((k1, n1), (k0, n0)))
    low = p1 - p0 - math.hypot(p1 - one.low, other.high - p0)
    high = p1 - p0 + math.hypot(one.high - p1, p0 - other.low)
    return low, high


def chi_square(table):
    """Pearson's, with all values together of which fewer than five are expected on a side."""
    table = np.array(table)
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / table.sum()
    rare = (expected < 5).any(1)
    rows = [*table[~rare], *([table[rare].sum(0)] if rare.any() else [])]
    return chi2_contingency(rows, correction=False).pvalue if len(rows) > 1 else 1.0


def name(field, calls):
    sides = [[call[field] for call in calls if call["selected"] == side] for side in (True, False)]
    if field == "override":
        sides = [[value for value in side if value is not None] for side in sides]
    known = [len(side) for side in sides]
    values = sorted({value for side in sides for value in side}, key=str)
    table = [[side.count(value) for side in sides] for value in values]
    told = [(v, c) for v, c in zip(values, table) if field != "override" or v is True]
    gap = lambda c: c[0] / known[0] - c[1] / known[1]
    value, (k1, k0) = min(told, key=lambda told: (-round(abs(gap(told[1])), 12), gap(told[1]) < 0, str(told[0])))
    low, high = newcombe(k1, known[0], k0, known[1])
    return {"value": str(value), "gap": gap((k1, k0)), "low": low, "high": high, "p": chi_square(table)}


def number(field, calls):
    one, other = (
        [call[field] for call in calls if call["selected"] == side and call[field] is not None]
        for side in (True, False)
    )
    found = ks_2samp(one, other, method="asymp")
    spread = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    median = lambda values: float(np.quantile(values, 0.5, method="inverted_cdf"))
    # scipy's sign is that of the first distribution less the second: larger numbers make it negative.
    return {
        "gap": -found.statistic * found.statistic_sign,
        "p": float(kolmogorov(spread * found.statistic)),
        "medians": [median(one), median(other)],
    }


def told(title, calls):
    fields = {field: name(field, calls) for field in NAMES} | {field: number(field, calls) for field in NUMBERS}
    for field, q in zip(fields, false_discovery_control([found["p"] for found in fields.values()], method="bh")):
        fields[field]["q"] = float(q)
    return {"title": title, "calls": calls, "fields": fields}


def call(dice, selected, routes, size, slow):
    return {
        "selected": selected,
        "model": dice.choices(["opus", "sonnet", "haiku"], [1, 3, 4])[0],
        "route": dice.choices(list(routes), list(routes.values()))[0],
        "session": f"s{dice.randrange(150)}",
        "status": dice.choices(["success", "error"], [9, 1 + 2 * selected])[0],
        "override": dice.choice([None, True, False, False]),
        "tier": dice.choices(["standard", "batch"], [30, 1])[0],
        "in": int(dice.lognormvariate(size, 0.5)) % 2000,
        "out": dice.randrange(20, 400) if dice.random() < 0.9 else None,
        # In milliseconds: those are steps of their own on any scale of a thousandth.
        "took": int(dice.lognormvariate(slow, 0.7)),
        "conf": dice.randrange(0, 21) / 20,
    }


def main():
    dice = random.Random(20261126)
    sets = []
    usual, billing = {"chat": 5, "triage": 3, "billing": 1, "a, b": 1}, {"chat": 1, "billing": 6, "triage": 1}
    calls = [call(dice, True, billing, 6.8, 8.0) for _ in range(120)]
    calls += [call(dice, False, usual, 6.0, 7.2) for _ in range(400)]
    sets.append(told("another route, longer and slower", calls))
    calls = [call(dice, nth % 3 == 0, usual, 6.0, 7.2) | {"status": "success"} for nth in range(300)]
    for nth, one in enumerate(calls):
        one["status"] = "error" if nth % 7 == 0 else "success"
    sets.append(told("no difference", calls))
    calls = [call(dice, nth < 32, usual, 6.0, 7.2 if nth < 32 else 7.0) for nth in range(72)]
    sets.append(told("hardly enough", calls))
    to = pathlib.Path(__file__).with_suffix(".json")
    to.write_text(json.dumps(sets, separators=(",", ":")) + "\n")


main()
