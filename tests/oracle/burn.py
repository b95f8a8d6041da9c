"""How budgets and objectives stand, minute by minute and without any shortcut: writes burn.json beside it.

    python3 tests/oracle/burn.py

Periods are given, so that the answers hold in every time zone. Wilson's interval is statsmodels' formula.
"""
import json
import math
import pathlib
import random
from fractions import Fraction as F

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
PAIRS = [(HOUR, 5 * MINUTE, 14.4), (6 * HOUR, 30 * MINUTE, 6.0), (3 * DAY, 6 * HOUR, 1.0)]
RECENT = {"hour": 5 * MINUTE, "day": HOUR, "week": DAY, "month": DAY}


def floor(at, step):
    return at // step * step


def minutes(calls, since, until):
    """Calls whose minute begins in a span."""
    return [call for call in calls if floor(since, MINUTE) <= floor(call["at"], MINUTE) < until]


def budget(calls, per, limit, since, until, now):
    total = lambda some: sum(call["nanos"] for call in some)
    spent = total(minutes(calls, since, until))
    end, window = floor(now, MINUTE) + MINUTE, RECENT[per]
    recent = total(minutes(calls, end - window, end))
    burn = F(recent, window) / F(limit, until - since)
    known = floor(min(call["at"] for call in calls), HOUR)
    weeks = min(4, (since - known) // (7 * DAY))
    forecast, method = None, None
    if per != "hour" and weeks >= 2:
        usual = [F(0)] * 168
        last = since // HOUR
        for call in calls:
            if last - weeks * 168 <= call["at"] // HOUR < last:
                usual[call["at"] // HOUR % 168] += F(call["nanos"], weeks)
        # A minute is a sixtieth of its hour.
        over = lambda a, b: sum((usual[m // 60 % 168] * F(min(b, (m + 1) * MINUTE) - max(a, m * MINUTE), HOUR)
                                 for m in range(a // MINUTE, -(-b // MINUTE))), F(0))
        whole = over(since, until)
        level = (spent + whole / 4) / (over(since, now) + whole / 4)
        forecast, method = spent + over(now, until) * level, "usual-hours"
    else:
        start = max(since, known)
        enough = now - start >= (until - since) // 10 and len(minutes(calls, since, until)) >= 10
        if enough:
            forecast, method = F(spent * (until - start), now - start), "linear"
    gone = None
    if recent and spent < limit:
        gone = F((limit - spent) * window, recent)
        calm = method == "usual-hours" and round(forecast) <= limit
        gone = None if calm or now + gone >= until else int(gone)
    return {"spent": spent, "burn": float(burn), "method": method,
            "forecast": None if forecast is None else float(forecast), "gone": gone}


def wilson_low(bad, calls):
    z, p = 1.959963984540054, bad / calls
    middle, reach = p + z * z / (2 * calls), z * math.sqrt(p * (1 - p) / calls + z * z / (4 * calls * calls))
    return (middle - reach) / (1 + z * z / calls)


def objective(calls, allowed, per, now):
    end = floor(now, MINUTE) + MINUTE
    def over(span):
        some = [call for call in minutes(calls, end - span, end) if call["bad"] is not None]
        return len(some), sum(call["bad"] for call in some)
    burn = lambda counted: counted[1] / counted[0] / allowed if counted[0] else None
    alert, shown = None, None
    for long, short, factor in PAIRS:
        if long > per:
            continue
        one, other = over(long), over(short)
        fast = all(counted[0] and burn(counted) >= factor for counted in (one, other))
        if alert is None and fast and one[1] >= 10 and wilson_low(one[1], one[0]) >= allowed:
            alert = long
        if shown is None and one[0] >= 10:
            shown = long
    calls_, bad = over(per)
    left = 1 - bad / calls_ / allowed if calls_ else None
    span = alert or shown
    fast = burn(over(span)) if span else None
    gone = left * per / fast if left and left > 0 and fast and fast > 1 else None
    return {"calls": calls_, "bad": bad, "left": left, "alert": alert, "span": span, "burn": fast, "gone": gone}


def scene(dice, name, days, each, per, part, limit_share, trouble):
    """Calls by day more than by night, and in the last hours so many more of them fail as `trouble` says."""
    # A Thursday at noon and some seconds.
    now = 1_795_694_400_000 + dice.randrange(HOUR)
    length = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}[per]
    # Periods begin on a quarter of an hour: zones are so far apart.
    since = floor(now - int(length * part), 15 * MINUTE)
    until = since + length
    calls, at = [], int(now - days * DAY)
    while True:
        busy = 0.3 + max(0.0, math.sin((at % DAY) / DAY * 2 * math.pi - 1.5))
        at += int(dice.expovariate(1) * each / busy) + 1
        if at > now:
            break
        hot = now - at < trouble[0]
        bad = None if dice.random() < 0.1 else dice.random() < (trouble[1] if hot else 0.01)
        calls.append({"at": at, "nanos": dice.randrange(1, 40_000_000), "bad": bad})
    total = sum(call["nanos"] for call in minutes(calls, since, until))
    limit = max(1, int(total * limit_share))
    allowed, kept = dice.choice([0.01, 0.02, 0.05]), dice.choice([DAY, 7 * DAY, 30 * DAY])
    return {"name": name, "now": now, "per": per, "since": since, "until": until, "limit": limit,
            "allowed": allowed, "kept": kept,
            "calls": [[call["at"], call["nanos"], call["bad"]] for call in calls],
            "budget": budget(calls, per, limit, since, until, now),
            "objective": objective(calls, allowed, kept, now)}


def main():
    dice = random.Random(4)
    scenes = [
        scene(dice, "a day of which nothing before is known", 0.4, 4 * MINUTE, "day", 0.5, 3.0, (HOUR, 0.4)),
        scene(dice, "too early to tell", 0.04, MINUTE, "day", 0.05, 30.0, (HOUR, 0.3)),
        scene(dice, "a day after weeks", 33, 70 * MINUTE, "day", 0.5, 1.4, (5 * HOUR, 0.5)),
        scene(dice, "a week after weeks", 20, 40 * MINUTE, "week", 0.4, 2.0, (2 * DAY, 0.05)),
        scene(dice, "a week after ten days", 12, 30 * MINUTE, "week", 0.3, 5.0, (0, 0)),
        scene(dice, "a month after weeks", 50, 90 * MINUTE, "month", 0.6, 1.2, (3 * DAY, 0.2)),
        scene(dice, "an hour", 1.5, 3 * MINUTE, "hour", 0.7, 1.8, (20 * MINUTE, 0.6)),
        scene(dice, "an hour on fire", 0.3, 15 * SECOND, "day", 0.3, 2.0, (HOUR, 0.6)),
        scene(dice, "a slow burn", 8, 12 * MINUTE, "week", 0.5, 1.5, (3 * DAY, 0.15)),
        scene(dice, "a spent day", 2, 5 * MINUTE, "day", 0.8, 0.9, (30 * MINUTE, 0.9)),
    ]
    out = pathlib.Path(__file__).with_name("burn.json")
    out.write_text(json.dumps(scenes, separators=(",", ":")) + "\n")


main()
