"""What scikit-learn and scipy say of the same forecasts: writes calibration.json beside it.

    pip install scikit-learn scipy && python3 tests/oracle/calibration.py
"""
import json
import math
import pathlib
import random

import numpy as np
from scipy.stats import beta, norm
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

BINS = 10


def bins(said, right):
    """Ten bins of about equal mass; equal values share the bin that their middle falls in."""
    values, counts = np.unique(said, return_counts=True)
    upto, of = 0, {}
    nth = 0
    for value, count in zip(values, counts):
        while upto + math.ceil(count / 2) > len(said) * (nth + 1) // BINS:
            nth += 1
        of[value] = nth
        upto += count
    label = np.array([of[value] for value in said])
    return [(said[label == nth], right[label == nth]) for nth in sorted(set(label))]


def areas(said, right):
    """Every order of equals counts alike: each of them is wrong by their mean."""
    order = np.argsort(-said, kind="stable")
    said, right = said[order], right[order]
    wrong = 1.0 - right.astype(float)
    for value in np.unique(said):
        wrong[said == value] = wrong[said == value].mean()
    n = len(said)
    risk = np.cumsum(wrong) / np.arange(1, n + 1)
    perfect = np.cumsum(np.sort(1 - right)) / np.arange(1, n + 1)
    return risk.mean(), risk.mean() - perfect.mean(), (np.cumsum(wrong) / n).mean()


def certified(said, right, limit, delta):
    best = None
    for at in [nth / 100 for nth in range(100, -1, -1)]:
        kept = right[said >= at - 1e-12]
        n, wrong = len(kept), int((1 - kept).sum())
        upper = lambda k: 1.0 if k >= n else beta.ppf(1 - delta, k + 1, n - k)
        if upper(0) > limit:
            continue
        if upper(wrong) > limit:
            break
        best = at
    return best


def wilson(k, n):
    z = norm.ppf(0.975)
    p = k / n
    middle, reach = p + z * z / 2 / n, z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    return [max(0.0, (middle - reach) / (1 + z * z / n)), min(1.0, (middle + reach) / (1 + z * z / n))]


def told(name, said, right):
    said, right = np.array(said), np.array(right, dtype=int)
    n, kept = len(said), right.mean()
    brier = brier_score_loss(right, said)
    fit = IsotonicRegression(y_min=0, y_max=1).fit(said, right)
    fitted = fit.predict(said)
    best = np.mean((fitted - right) ** 2)
    uncertainty = kept * (1 - kept)
    gaps = [(len(s) / n, abs(s.mean() - r.mean()), math.sqrt((s * (1 - s)).sum()) / len(s)) for s, r in bins(said, right)]
    aurc, excess, augrc = areas(said, right)
    both = 0 < right.sum() < n
    steps = []
    for rate in np.unique(fitted.round(12)):
        held = np.abs(fitted - rate) < 1e-11
        steps.append([said[held].min(), said[held].max(), float(rate), int(held.sum()), *wilson(int(right[held].sum()), int(held.sum()))])
    return {
        "name": name,
        "said": [float(s) for s in said],
        "right": [int(r) for r in right],
        "kept": kept,
        "mean": said.mean(),
        "brier": brier,
        "skill": 1 - brier / uncertainty if uncertainty > 0 else None,
        "miscalibration": brier - best,
        "discrimination": uncertainty - best,
        "ece": sum(weight * gap for weight, gap, _ in gaps),
        "mce": max(gap for _, gap, _ in gaps),
        "eceByChance": sum(weight * spread * math.sqrt(2 / math.pi) for weight, _, spread in gaps),
        "logLoss": log_loss(right, said.clip(1e-6, 1 - 1e-6), labels=[0, 1]),
        "auroc": roc_auc_score(right, said) if both else None,
        "aurc": aurc,
        "excessAurc": excess,
        "augrc": augrc,
        "staircase": steps,
        "certified": [[limit, certified(said, right, limit, 0.05)] for limit in (0.02, 0.05, 0.1, 0.2)],
    }


def main():
    dice = random.Random(20261126)
    sets = []
    # The router of seed 003 says one of five things.
    said = [dice.choice([0.5, 0.7, 0.8, 0.9, 1.0]) for _ in range(400)]
    sets.append(told("five values, too sure", said, [dice.random() < 0.55 + 0.35 * s for s in said]))
    said = [round(dice.random(), 6) for _ in range(300)]
    sets.append(told("as sure as it should be", said, [dice.random() < s for s in said]))
    said = [round(0.9 + dice.random() / 10, 4) for _ in range(500)]
    sets.append(told("nearly always right", said, [dice.random() < 0.985 for _ in said]))
    said = [round(dice.betavariate(4, 2), 3) for _ in range(250)]
    sets.append(told("not sure enough", said, [dice.random() < min(1, s + 0.2) for s in said]))
    sets.append(told("upside down", [0.1, 0.2, 0.3, 0.9, 0.95, 1.0], [1, 1, 1, 0, 0, 0]))
    sets.append(told("never wrong", [0.4, 0.6, 0.8, 0.8], [1, 1, 1, 1]))
    sets.append(told("one call", [0.7], [0]))
    to = pathlib.Path(__file__).with_suffix(".json")
    to.write_text(json.dumps(sets, separators=(",", ":")) + "\n")


main()
