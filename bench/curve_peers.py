"""Times pyfixest in a loop over the 500 specifications of bench/curve-cases.ts; prints one JSON measurement.

Arguments: folder with the columns, number of permutations of treatments across units (0: none). The median estimate goes
to standard error, to be held against ours.
"""

import itertools
import statistics
import sys

import numpy as np
import pyfixest
from peer_run import read, report

TREATMENTS = [f"d{k}" for k in range(5)]


def estimates(frame):
    found = []
    for first, out in itertools.product(range(5), [12, 11, 10, 9, 8]):
        sample = frame[(frame["time"] >= first) & (frame["time"] != out)]
        for treatment, weights, controls in itertools.product(TREATMENTS, [None, "w"], ["", " + i(time, x)"]):
            fit = pyfixest.feols(
                f"y ~ {treatment}{controls} | unit + time", sample, vcov={"CRV1": "unit"}, weights=weights,
                copy_data=False, store_data=False,
            )
            found.append((fit.coef()[treatment], fit.pvalue()[treatment]))
    return found


def permuted(frame, generator):
    units = frame["unit"].nunique()
    order = generator.permutation(units)
    moved = frame.copy()
    for name in TREATMENTS:
        paths = frame[name].to_numpy().reshape(units, -1)
        moved[name] = paths[order].ravel()
    return moved


def main():
    folder, draws = sys.argv[1], int(sys.argv[2])
    frame = read(folder, "curve", ["unit", "time"])
    generator = np.random.default_rng(1)

    def work():
        curve = estimates(frame)
        for _ in range(draws):
            estimates(permuted(frame, generator))
        return statistics.median(value for value, _ in curve)

    print(f"median estimate {work():.12f}" if draws == 0 else "", file=sys.stderr)
    report(f"pyfixest {pyfixest.__version__} in a loop", work)


main()
