"""Two spans of calls and why the second costs more, call by call and in exact fractions: writes waterfall.json beside it.

    python3 tests/oracle/waterfall.py
"""
import json
import pathlib
import random
from fractions import Fraction as F

KINDS = ["input", "cache read", "cache write", "cache write 1h", "output"]
# Dollars per million tokens.
RATES = {
    "opus": [15, 1.5, 18.75, 30, 75],
    "sonnet": [3, 0.3, 3.75, 6, 15],
    "haiku": [1, 0.1, 1.25, 2, 5],
    "mini": [0.25, 0.025, 0.25, 0.25, 2],
}


def cost(call, rates, factor):
    nanos = sum(tokens * rate * 1000 for tokens, rate in zip(call["tokens"], rates))
    return round(nanos * factor)


def priced(calls):
    return [call for call in calls if call["usd"] is not None]


def mean(calls, of):
    return F(sum(of(call) for call in calls), len(calls)) if calls else F(0)


def steps(before, now):
    """The differences of means that each factor is, written as in the books and not as levels."""
    out = dict.fromkeys(
        ["volume", "modelMix", "cachedAnswers", "inputLength", "outputLength", "tokensPerCall", "promptCache", "price",
         "newRoutes", "endedRoutes", "newModels", "endedModels"], F(0))
    before, now = priced(before), priced(now)
    for field, what in (("route", "Routes"), ("model", "Models")):
        old, new = {call[field] for call in before}, {call[field] for call in now}
        out["new" + what] += sum(call["usd"] for call in now if call[field] not in old)
        out["ended" + what] -= sum(call["usd"] for call in before if call[field] not in new)
        before, now = [c for c in before if c[field] in new], [c for c in now if c[field] in old]
    if not before:
        return out
    usd = lambda call: call["usd"]
    out["volume"] = (len(now) - len(before)) * mean(before, usd)
    told = lambda call: "kinds" if call["tokens"] else "sum"
    like = lambda calls, model, how: [c for c in calls if c["model"] == model and how in (None, told(c))]
    groups = []
    for model in {call["model"] for call in before}:
        sides = [{told(c) for c in like(calls, model, None)} for calls in (before, now)]
        groups += [(model, how) for how in (sides[0] if sides[0] == sides[1] else [None])]
    for model, how in groups:
        old, new = (like(calls, model, how) for calls in (before, now))
        share = F(len(new), len(now)) - F(len(old), len(before))
        out["modelMix"] += len(now) * share * mean(old, usd)
        # Answers from a cache cost nothing: so many more of them had to be answered as calls are served less.
        served = [[c for c in calls if c["status"] != "cached"] for calls in (old, new)]
        if served[0]:
            per = mean(served[0], usd)
            out["cachedAnswers"] += len(served[1]) * per - len(new) * mean(old, usd)
        else:
            per = mean(old, usd)
            out["price"] += sum(map(usd, new)) - len(new) * per
            continue
        old, new = served
        at = [F(rate).limit_denominator(10**6) for rate in RATES[model]]
        worth = lambda call, kinds: sum(call["tokens"][kind] * at[kind] for kind in kinds)
        if all(call["tokens"] for call in old + new) and sum(worth(c, range(5)) for c in old):
            # What a unit of worth was charged.
            charged = F(sum(map(usd, old))) / sum(worth(c, range(5)) for c in old)
            shown = lambda call: sum(call["tokens"][:4])
            token = F(sum(worth(c, range(4)) for c in old), sum(map(shown, old))) * charged if sum(map(shown, old)) else 0
            answer = at[4] * charged
            if not token:
                # Nothing was shown before: there are no parts to keep.
                token = F(sum(worth(c, range(4)) for c in new), sum(map(shown, new)) or 1) * charged
            out["inputLength"] += len(new) * (mean(new, shown) - mean(old, shown)) * token
            out["outputLength"] += len(new) * (mean(new, lambda c: c["tokens"][4]) - mean(old, lambda c: c["tokens"][4])) * answer
            out["promptCache"] += sum(worth(c, range(4)) * charged - shown(c) * token for c in new)
            out["price"] += sum(usd(c) - worth(c, range(5)) * charged for c in new)
        elif all(c["total"] for c in old + new):
            token = F(sum(map(usd, old)), sum(c["total"] for c in old))
            out["tokensPerCall"] += len(new) * (mean(new, lambda c: c["total"]) - mean(old, lambda c: c["total"])) * token
            out["price"] += sum(usd(c) - c["total"] * token for c in new)
        else:
            out["price"] += sum(map(usd, new)) - len(new) * per
    return out


def call(dice, models, routes, prompt, cached, answer, factor=1.0, rates=RATES, served=1.0, parts=True):
    model = dice.choices(list(models), list(models.values()))[0]
    shown = int(prompt * dice.uniform(0.4, 1.8))
    read = int(shown * cached * dice.uniform(0.8, 1.0))
    wrote = (shown - read) // 3 if cached else 0
    one = {
        "model": model,
        "route": dice.choices(list(routes), list(routes.values()))[0],
        "status": "success" if dice.random() < served else "cached",
        "tokens": [shown - read - wrote, read, wrote // 2, wrote - wrote // 2, int(answer * dice.uniform(0.3, 2))],
    }
    one["total"] = sum(one["tokens"])
    one["usd"] = cost(one, rates[model], factor) if one["status"] == "success" else 0
    if not parts:
        one["tokens"] = None
    return one


def told(title, before, now):
    made = steps(before, now)
    whole = sum(c["usd"] for c in priced(now)) - sum(c["usd"] for c in priced(before))
    assert sum(made.values()) == whole, (title, float(sum(made.values())), whole)
    return {"title": title, "before": before, "now": now, "difference": whole,
            "steps": {name: float(step) for name, step in made.items()}}


def main():
    dice = random.Random(20261126)
    some = lambda many, *args, **more: [call(dice, *args, **more) for _ in range(many)]
    two, chat = {"opus": 1, "sonnet": 4}, {"chat": 3, "triage": 1}
    cheaper = {model: [rate * 0.8 for rate in rates] for model, rates in RATES.items()}
    sets = [
        told("more calls", some(80, two, chat, 4000, 0.5, 300), some(130, two, chat, 4000, 0.5, 300)),
        told("another mix, longer, less cached", some(90, two, chat, 4000, 0.8, 300),
             some(70, {"opus": 3, "sonnet": 2}, chat, 9000, 0.2, 700)),
        told("new and ended", some(60, two | {"haiku": 2}, chat | {"old": 2}, 3000, 0.4, 300),
             some(75, two | {"mini": 3}, chat | {"new": 2}, 3000, 0.4, 300)),
        told("a lower price, and logs that charge more", some(60, two, chat, 3000, 0, 300, factor=1.1),
             some(60, two, chat, 3000, 0, 300, factor=1.3, rates=cheaper)),
        told("answered from a cache", some(60, two, chat, 3000, 0.3, 300, served=0.9),
             some(60, two, chat, 3000, 0.3, 300, served=0.5)),
        told("a total alone", some(40, two, chat, 3000, 0, 300, parts=False), some(50, two, chat, 5000, 0, 200, parts=False)),
        told("nothing before", [], some(20, two, chat, 3000, 0, 300)),
        told("nothing now", some(20, two, chat, 3000, 0, 300), []),
    ]
    lost = some(60, two, chat, 3000, 0.5, 300)
    for one in lost[::4]:
        one["usd"] = None
    sets.append(told("some without a price", some(50, two, chat, 3000, 0.5, 300), lost))
    sums = some(40, two, chat, 3000, 0, 300, parts=False)
    sets.append(told("kinds and sums", some(50, two, chat, 4000, 0.5, 300) + sums,
                     some(60, two, chat, 5000, 0.4, 300) + some(30, two, chat, 3500, 0, 250, parts=False)))
    sets.append(told("kinds, and then sums", some(50, two, chat, 4000, 0, 300), sums))
    blank = some(30, two, chat, 3000, 0.5, 300)
    for one in blank:
        one["tokens"] = [0, 0, 0, 0, one["tokens"][4]]
        one["total"] = one["tokens"][4]
    sets.append(told("nothing was shown before", blank, some(30, two, chat, 3000, 0.5, 300)))
    to = pathlib.Path(__file__).with_suffix(".json")
    to.write_text(json.dumps(sets, separators=(",", ":")) + "\n")


main()
