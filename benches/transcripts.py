#!/usr/bin/env python3
"""How fast `callscope report --json` reads Claude Code transcripts beside ccusage, in alternating runs, and whether both
say the same.

    cargo build --release
    python3 benches/transcripts.py           # 200 MB; makes its data and installs ccusage (npm) in a temporary folder

The transcripts are made: sessions of turns with prompts, tool results, streamed rows of one message, sub-agents and
rows that are no calls, of the sizes that real ones have. The true cost is added up while they are written.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEGABYTES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
ROUNDS = 5
CALLSCOPE = Path(__file__).resolve().parent.parent / "target/release/callscope"
# Dollars a million tokens: input, cache read, cache write of five minutes, output. List prices of January 2026.
MODELS = {"claude-sonnet-4-5-20250929": (3, 0.3, 3.75, 15), "claude-opus-4-5-20251101": (5, 0.5, 6.25, 25)}
WORDS = "the a build fails since test of parser when line reads token window cache file result is not as it was".split()


def text(rng, words):
    return " ".join(rng.choices(WORDS, k=words))


def write(folder, megabytes):
    """Calls and dollars that were written."""
    rng, size, calls, usd, session = random.Random(7), 0, 0, 0.0, 0
    while size < megabytes * 1_000_000:
        session += 1
        sid = f"{session:08x}-0000-4000-8000-000000000000"
        path = folder / "projects" / f"-home-ada-shop{session % 40}" / f"{sid}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        model = rng.choice(list(MODELS))
        rows, second = [], session * 3000
        def row(kind, **more):
            nonlocal second
            second += rng.randint(1, 20)
            at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_767_600_000 + second)) + ".000Z"
            rows.append({"parentUuid": None, "isSidechain": False, "userType": "external", "cwd": "/home/ada/shop",
                         "sessionId": sid, "version": "2.1.39", "gitBranch": "main", "type": kind,
                         "uuid": f"{session}-{len(rows)}", "timestamp": at, **more})
        for turn in range(rng.randint(5, 60)):
            row("user", message={"role": "user", "content": text(rng, rng.randint(5, 400))})
            for _ in range(rng.randint(1, 4)):
                row("progress", data={"type": "hook_progress", "output": text(rng, 60)})
            usage = {"input_tokens": rng.randint(1, 40), "cache_read_input_tokens": rng.randint(5_000, 150_000),
                     "cache_creation_input_tokens": rng.randint(0, 4_000), "service_tier": "standard"}
            usage["cache_creation"] = {"ephemeral_5m_input_tokens": usage["cache_creation_input_tokens"],
                                       "ephemeral_1h_input_tokens": 0}
            output = rng.randint(20, 3_000)
            for part in range(rng.randint(1, 4)):
                last = {**usage, "output_tokens": output}
                grown = {**usage, "output_tokens": max(1, output // (4 - part))}
                row("assistant", requestId=f"req_{session}_{turn}", message={
                    "id": f"msg_{session}_{turn}", "type": "message", "role": "assistant", "model": model,
                    "content": [{"type": "text", "text": text(rng, rng.randint(10, 300))}], "stop_reason": None,
                    "usage": last if part == 3 else grown})
            rows[-1]["message"]["usage"] = {**usage, "output_tokens": output}
            rates = MODELS[model]
            usd += (usage["input_tokens"] * rates[0] + usage["cache_read_input_tokens"] * rates[1]
                    + usage["cache_creation_input_tokens"] * rates[2] + output * rates[3]) / 1e6
            calls += 1
        data = "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in rows)
        path.write_text(data)
        size += len(data)
    return calls, usd


def measure(command, env):
    """Seconds on the wall, seconds of processor, megabytes at the peak, and what it said."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=env)
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0, command
        out.seek(0)
        said = out.read()
    return time.monotonic() - began, usage.ru_utime, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        calls, usd = write(folder / "claude", MEGABYTES)
        subprocess.run(["npm", "install", "--silent", "--prefix", folder / "npm", "ccusage@20.0.24"], check=True)
        env = {**os.environ, "CLAUDE_CONFIG_DIR": str(folder / "claude"), "TZ": "UTC"}
        commands = {
            "callscope": [CALLSCOPE, "report", "--json", "claude-code"],
            "ccusage": [folder / "npm/node_modules/.bin/ccusage", "claude", "daily", "--offline", "--json"],
        }
        measured = {name: [] for name in commands}
        for turn in range(ROUNDS + 1):
            for name, command in commands.items():
                figures = measure(command, env)
                if turn > 0:
                    measured[name].append(figures)
        files = sum(1 for _ in folder.rglob("*.jsonl"))
        size = sum(path.stat().st_size for path in folder.rglob("*.jsonl")) / 1e6
        print(f"{size:.0f} MB, {files} files, {calls} calls, true cost ${usd:.2f}; median of {ROUNDS} alternating runs")
        for name, runs in measured.items():
            wall, user, cpu, memory = (statistics.median(run[at] for run in runs) for at in range(4))
            said = json.loads(runs[-1][4])
            cost = said["cost"]["totalUsd"] if name == "callscope" else said["totals"]["totalCost"]
            print(f"{name:<10} {wall:5.2f} s wall {user:5.2f} s user {cpu:5.2f} s CPU {memory:5.0f} MB   ${cost:.2f}")


main()
