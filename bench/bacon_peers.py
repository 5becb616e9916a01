"""Times diff-diff on the decomposition that bench/peers.ts wrote; prints one JSON measurement. Arguments: folder, panel, work."""

import json
import statistics
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import diff_diff
import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


def read(folder, panel):
    files = sorted(Path(folder).glob(f"{panel}-*.f64"))
    frame = pd.DataFrame({file.stem.split("-")[1]: np.fromfile(file) for file in files})
    whole = ["unit", "time", "cohort"]
    frame[whole] = frame[whole].astype("int64")
    return frame


def peak_memory():
    """In MB, of this process alone."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return None


def main():
    folder, panel, work = sys.argv[1:]
    frame = read(folder, panel)
    runs = {
        "bacon": lambda: diff_diff.BaconDecomposition(weights="exact").fit(frame, "y", "unit", "time", "cohort"),
        "weights": lambda: diff_diff.twowayfeweights(frame, "y", unit="unit", time="time", treatment="on"),
    }
    times = []
    warm_up, start = True, time.perf_counter()
    while not times or time.perf_counter() - start < 6:
        before = time.perf_counter()
        runs[work]()
        took = 1000 * (time.perf_counter() - before)
        # The first run compiles and caches; it counts only where it is so long that it is the only one.
        if not warm_up or took > 30_000:
            times.append(took)
        if warm_up:
            warm_up, start = False, time.perf_counter() - (100 if took > 30_000 else 0)
    print(json.dumps({
        "runner": f"diff-diff {version('diff-diff')}",
        "medianMs": statistics.median(times),
        "fastestMs": min(times),
        "runs": len(times),
        "peakMb": peak_memory(),
    }))


main()
