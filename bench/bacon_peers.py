"""Times diff-diff on the decomposition that bench/peers.ts wrote; prints one JSON measurement. Arguments: folder, panel, work."""

import sys
from importlib.metadata import version

import diff_diff
from peer_run import read, report


def main():
    folder, panel, work = sys.argv[1:]
    frame = read(folder, panel, ["unit", "time", "cohort"])
    runs = {
        "bacon": lambda: diff_diff.BaconDecomposition(weights="exact").fit(frame, "y", "unit", "time", "cohort"),
        "weights": lambda: diff_diff.twowayfeweights(frame, "y", unit="unit", time="time", treatment="on"),
    }
    report(f"diff-diff {version('diff-diff')}", runs[work])


main()
