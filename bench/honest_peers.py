"""Times one peer on one row of bench/honest-cases.ts; prints one JSON measurement.

Arguments: folder with the columns that bench/peers.ts wrote, restriction, method, peer. Every pair runs in a process of its own, so that peak memory is
its own and a peer that is too slow can be stopped.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from peer_run import report

METHODS = {"flci": "FLCI", "hybrid": "C-LF", "hybrid flci": "C-F", "conditional": "Conditional"}


def read(folder, restriction, method):
    names = ["times", "base", "effects", "covariance", "bounds"]
    row = {name: np.fromfile(Path(folder) / f"honest-{name}.f64") for name in names}
    size = len(row["times"])
    before = int(sum(row["times"] < row["base"]))
    row["covariance"] = row["covariance"].reshape(size, size)
    return {**row, "restriction": restriction, "method": method, "before": before, "after": size - before}


def honestdid(row):
    from honestdid import createSensitivityResults, createSensitivityResults_relativeMagnitudes

    given = (row["effects"], row["covariance"], row["before"], row["after"])
    method = METHODS[row["method"]]
    if row["restriction"] == "smoothness":
        return lambda: createSensitivityResults(*given, method=method, Mvec=row["bounds"])
    return lambda: createSensitivityResults_relativeMagnitudes(
        *given, method=method, Mbarvec=row["bounds"]
    )


def moderndid(row):
    from moderndid.didhonest.sensitivity import create_sensitivity_results_rm, create_sensitivity_results_sm

    given = (row["effects"], row["covariance"], row["before"], row["after"])
    method = METHODS[row["method"]]
    first = np.eye(row["after"])[:, :1]
    if row["restriction"] == "smoothness":
        return lambda: create_sensitivity_results_sm(
            *given, method=method, m_vec=row["bounds"], l_vec=first
        )
    return lambda: create_sensitivity_results_rm(
        *given, method=method, m_bar_vec=row["bounds"], l_vec=first
    )


def diff_diff(row):
    from diff_diff.honest_did import _compute_optimal_flci

    if row["method"] != "flci":
        sys.exit("it has no conditional or hybrid test; its relative magnitudes are an estimated set with z errors")
    before, after = row["before"], row["after"]
    first = np.eye(after)[0]
    effects = row["effects"]
    return lambda: [
        _compute_optimal_flci(effects[:before], effects[before:], row["covariance"], first, before, after, bound)
        for bound in row["bounds"]
    ]


def main():
    *row, peer = sys.argv[1:]
    work = {"honestdid": honestdid, "moderndid": moderndid, "diff-diff": diff_diff}[peer](read(*row))
    report(f"{peer} {version(peer)}", work)


main()
