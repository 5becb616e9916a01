"""Times one peer on one panel that bench/peers.ts wrote; prints one JSON measurement.

Arguments: folder, panel, "placebo" or "jackknife", draws, peer.
"""

import sys
from importlib.metadata import version

from peer_run import read, report


def synthdid_py(frame, inference, draws):
    import synthdid

    data = synthdid.panel_matrices(frame, unit="unit", time="time", outcome="y", treatment="d")

    def work():
        fit = synthdid.synthdid_estimate(data.Y, data.N0, data.T0)
        if inference == "jackknife":
            return float(fit), synthdid.jackknife_se(fit)
        return float(fit), synthdid.placebo_se(fit, replications=draws, random_state=1)

    return work, f"synthdid-py {version('synthdid-py')}"


def diff_diff(frame, inference, draws):
    from diff_diff import SyntheticDiD

    ever = frame.groupby("unit")["d"].transform("max")
    post = sorted(frame.loc[frame["d"] == 1, "time"].unique())
    data = frame.assign(ever=ever)

    def work():
        model = SyntheticDiD(variance_method=inference, n_bootstrap=draws, seed=1)
        fit = model.fit(data, outcome="y", treatment="ever", unit="unit", time="time", post_periods=post)
        return fit.att, fit.se

    return work, f"diff-diff {version('diff-diff')}"


def main():
    folder, panel, inference, draws, peer = sys.argv[1:]
    make = {"synthdid-py": synthdid_py, "diff-diff": diff_diff}[peer]
    work, runner = make(read(folder, panel, ["unit", "time", "d"]), inference, int(draws))
    print(f"{peer}: {work()}", file=sys.stderr)
    report(runner, work)


main()
