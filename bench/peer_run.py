"""What the peers' scripts share: the numbers that bench/peers.ts wrote, and how a piece of work is timed."""

import json
import statistics
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
SECONDS = 6
LONG_MS = 30_000


def read(folder, panel, whole):
    """The columns of a panel as a frame; those in `whole` as integers."""
    files = sorted(Path(folder).glob(f"{panel}-*.f64"))
    frame = pd.DataFrame({file.stem.split("-")[1]: np.fromfile(file) for file in files})
    frame[whole] = frame[whole].astype("int64")
    return frame


def peak_memory():
    """In MB, of this process alone: getrusage's figure starts at that of the process that started this one."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return None


def report(runner, work):
    """Runs the work for some seconds and prints one JSON measurement."""
    times = []
    warm_up, start = True, time.perf_counter()
    while not times or time.perf_counter() - start < SECONDS:
        before = time.perf_counter()
        work()
        took = 1000 * (time.perf_counter() - before)
        # The first run compiles and caches; it counts only where it is so long that it is the only one.
        if not warm_up or took > LONG_MS:
            times.append(took)
        if warm_up:
            warm_up, start = False, time.perf_counter() - (100 if took > LONG_MS else 0)
    print(json.dumps({
        "runner": runner,
        "medianMs": statistics.median(times),
        "fastestMs": min(times),
        "runs": len(times),
        "peakMb": peak_memory(),
    }))
