#!/usr/bin/env python3
"""How fast `callscope report --json` is beside DuckDB on the same log, in alternating runs.

    cargo build --release
    python3 benches/rivals.py            # 1.1 million calls, 1.3 GB; makes its data and a venv in a temporary folder
    python3 benches/rivals.py 200000

DuckDB is told the columns. It is asked twice: one plain GROUP BY of what a report has of each model ("plain"), and that
with the calls of each minute ("minutes"). Neither pairs decisions with their outcomes, knows a price, or tells copies
apart; callscope does all of that and every other figure of the report besides. Ratios above 1 say that callscope is
slower.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

CALLS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_100_000
ROUNDS = 5
CALLSCOPE = Path(__file__).resolve().parent.parent / "target/release/callscope"

QUERY = """
import sys, duckdb
text = "VARCHAR"
columns = dict(timestamp="TIMESTAMP", model=text, modelName=text, provider=text, route=text, confidence="DOUBLE",
               override="BOOLEAN", promptLength="INTEGER", matchedPatterns=text + "[]", processingTimeMs="DOUBLE",
               userId=text, conversationId=text, tokensUsed="INTEGER", latencyMs="DOUBLE", success="BOOLEAN",
               errorType=text)
log = f"read_json('{sys.argv[1]}/*.jsonl', format='newline_delimited', columns={columns})"
db = duckdb.connect()
db.execute(f'''SELECT model, count(*), sum(tokensUsed), avg(confidence),
                      avg(CASE WHEN success IS NOT NULL THEN (NOT success)::INT END), quantile_cont(latencyMs, 0.95)
               FROM {log} GROUP BY model''').fetchall()
if sys.argv[2] == "minutes":
    db.execute(f"SELECT date_trunc('minute', timestamp), count(*) FROM {log} GROUP BY 1").fetchall()
"""


def measure(command):
    """Seconds on the wall, seconds of processor, megabytes at the peak."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "demo"
        subprocess.run([CALLSCOPE, "demo", "--no-ui", "--dir", data, "--calls", str(CALLS), "--seed", "7"], check=True)
        logs = data / ".orchestration-logs"
        venv.create(Path(folder) / "venv", with_pip=True)
        python = Path(folder) / "venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "duckdb"], check=True)
        commands = {
            "callscope": [CALLSCOPE, "report", "--json", logs],
            "duckdb, plain": [python, "-c", QUERY, logs, "plain"],
            "duckdb, minutes": [python, "-c", QUERY, logs, "minutes"],
        }
        measured = {name: [] for name in commands}
        for turn in range(ROUNDS + 1):
            for name, command in commands.items():
                figures = measure(command)
                if turn > 0:  # the first reads the disk
                    measured[name].append(figures)
        middle = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in measured.items()}
        ours = middle["callscope"]
        size = sum(path.stat().st_size for path in logs.iterdir()) / 1e9
        print(f"{size:.2f} GB, {CALLS} calls, median of {ROUNDS} alternating runs")
        for name, (wall, cpu, memory) in middle.items():
            ratios = "" if name == "callscope" else f"   callscope: {ours[0] / wall:.2f} x wall, {ours[1] / cpu:.2f} x CPU"
            print(f"{name:<16} {wall:6.2f} s wall {cpu:6.2f} s CPU {memory:5.0f} MB{ratios}")


main()
