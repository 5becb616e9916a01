"""Times pyfixest on the columns that bench/peers.ts wrote; prints one JSON list of measurements."""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest

CASE = "TWFE, 1e6 rows, two regressors, clustered"


def timed(work, seconds=6.0, warm_up=2):
    for _ in range(warm_up):
        work()
    times = []
    start = time.perf_counter()
    while not times or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - before))
    return times


def main(folder):
    names = ["unit", "time", "x1", "x2", "y"]
    frame = pd.DataFrame({name: np.fromfile(Path(folder) / f"{name}.f64") for name in names})
    frame[["unit", "time"]] = frame[["unit", "time"]].astype("int64")
    times = timed(lambda: pyfixest.feols("y ~ x1 + x2 | unit + time", frame, vcov={"CRV1": "unit"}))
    print(
        json.dumps(
            [
                {
                    "case": CASE,
                    "runner": f"pyfixest {pyfixest.__version__}",
                    "medianMs": statistics.median(times),
                    "fastestMs": min(times),
                    "runs": len(times),
                    "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                }
            ]
        )
    )


main(sys.argv[1])
