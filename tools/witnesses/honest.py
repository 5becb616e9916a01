"""Robust intervals after Rambachan & Roth by their Python peers, beside those of this library.

Run: pip install honestdid==0.1.1 moderndid[didhonest]==0.2.0 diff-diff==3.13.0; python tools/witnesses/honest.py (needs deno).
It prints every interval of ours and of the peers, and the gaps of their ends in standard errors of the effect.

Printed on 2026-11-24 (numpy 2.4.6, scipy 1.17.1, cvxpy 1.9.3 without ECOS; stopped after the cases below):

honestdid 0.1.1, moderndid 0.2.0, diff-diff 3.13.0

Benzarti & Carloni: relative magnitudes, hybrid; bounds [1]
  ours       [0.06672, 0.31959]
  honestdid  [0.06674, 0.31844]  gap 0.06
  moderndid  [0.06912, 0.31819]  gap 0.13
  diff-diff  [0.07929, 0.31264]  gap 0.66

Benzarti & Carloni: relative magnitudes, conditional; bounds [1]
  ours       [0.06721, 0.31855]
  honestdid  [0.07055, 0.31844]  gap 0.18
  moderndid  [0.06912, 0.31819]  gap 0.1

Benzarti & Carloni: relative slopes, conditional; bounds [1]
  ours       [0.06721, 0.50763]
  honestdid  [0.07055, 0.37946]  gap 6.8
  moderndid  [0.06912, 0.50731]  gap 0.1

Benzarti & Carloni: smoothness, flci; bounds [0, 0.05, 0.2]
  ours       [0.13146, 0.21612]  [0.16940, 0.36855]  [0.01940, 0.51855]
  honestdid  [0.13152, 0.21609]  [0.16937, 0.36858]  [0.01937, 0.51858]  gap 0.0031
  moderndid  [0.13152, 0.21618]  [0.16940, 0.36855]  [0.01940, 0.51855]  gap 0.003
  diff-diff  [0.13146, 0.21612]  [0.16940, 0.36855]  [0.01940, 0.51855]  gap 7.6e-14

Benzarti & Carloni: smoothness, hybrid flci; bounds [0, 0.05, 0.2]
  ours       [0.20588, 0.23441]  [0.16823, 0.36972]  [0.01940, 0.51855]
  honestdid  fails: SolverError: The solver ECOS is not installed.
  moderndid  [0.20595, 0.23435]  [0.16842, 0.36953]  [0.01968, 0.51827]  gap 0.015

Benzarti & Carloni: smoothness, hybrid; bounds [0, 0.05, 0.2]
  ours       [0.20994, 0.32801]  [0.16750, 0.37045]  [0.01871, 0.51924]
  honestdid  [0.21157, 0.32628]  [0.16895, 0.36927]  [0.02030, 0.51797]  gap 0.091
  moderndid  [0.21081, 0.32704]  [0.16809, 0.36927]  [0.01914, 0.51797]  gap 0.067

Benzarti & Carloni: smoothness, conditional; bounds [0, 0.05, 0.2]
  ours       [0.20990, 0.32805]  [0.16811, 0.36984]  [0.01940, 0.51855]
  honestdid  [0.21005, 0.32780]  [0.16895, 0.36927]  [0.02030, 0.51797]  gap 0.048

Who is right where more than a grid differs:
- Fixed lengths: diff-diff solves for the quantile of the folded normal, as ours does; honestdid and moderndid (and R's
  HonestDiD) draw it, 0.1 % off.
- Relative magnitudes of diff-diff: the set estimated from the point estimates, plus and minus a normal quantile. That is not
  an interval of the paper: it has no coverage promise, and is narrower.
- Relative slopes: honestdid's grid ends at 20 errors from zero, so its upper end is cut short, as R's is.
- Ends off grids lie inside ours by up to a step; those of C-LF also move with the draws of the first stage.
"""

import json
import subprocess
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
METHODS = {"flci": "FLCI", "hybrid": "C-LF", "hybrid flci": "C-F", "conditional": "Conditional"}
# Points of the peers' grids for relative restrictions; 1,000 by default, but that takes minutes a bound.
GRID = 200
BOUND = {"relative magnitudes": "deviation from parallel trends", "relative slopes": "deviation from linear trend"}


def ours():
    run = ["deno", "run", "-A", str(Path(__file__).with_suffix(".ts"))]
    return json.loads(subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True).stdout)


def shapes(case, monotone, sign):
    return {monotone: case.get("monotone"), sign: case.get("sign")}


def honestdid(study, case):
    from honestdid import createSensitivityResults, createSensitivityResults_relativeMagnitudes

    given = study["effects"], study["covariance"], study["before"], study["after"]
    options = {"method": METHODS[case["method"]], **shapes(case, "monotonicityDirection", "biasDirection")}
    bounds = np.array(case["bounds"])
    if case["restriction"] == "smoothness":
        table = createSensitivityResults(*given, Mvec=bounds, **options)
    else:
        table = createSensitivityResults_relativeMagnitudes(
            *given, Mbarvec=bounds, bound=BOUND[case["restriction"]], gridPoints=GRID, **options
        )
    return list(zip(table["lb"].astype(float), table["ub"].astype(float)))


def moderndid(study, case):
    from moderndid.didhonest.sensitivity import create_sensitivity_results_rm, create_sensitivity_results_sm

    given = study["effects"], study["covariance"], study["before"], study["after"]
    options = {
        "method": METHODS[case["method"]],
        "l_vec": np.eye(study["after"])[:, :1],
        **shapes(case, "monotonicity_direction", "bias_direction"),
    }
    bounds = np.array(case["bounds"])
    if case["restriction"] == "smoothness":
        found = create_sensitivity_results_sm(*given, m_vec=bounds, **options)
    else:
        found = create_sensitivity_results_rm(
            *given, m_bar_vec=bounds, bound=BOUND[case["restriction"]], grid_points=GRID, **options
        )
    if hasattr(found, "iter_rows"):
        return [(row["lb"], row["ub"]) for row in found.iter_rows(named=True)]
    return [(row.lb, row.ub) for row in found]


def diff_diff(study, case):
    from diff_diff.honest_did import _compute_optimal_flci, _get_critical_value, _solve_rm_bounds_union

    before, after = study["before"], study["after"]
    first = np.eye(after)[0]
    pre, post = study["effects"][:before], study["effects"][before:]
    if case["method"] == "flci":
        given = pre, post, study["covariance"], first, before, after
        return [_compute_optimal_flci(*given, bound) for bound in case["bounds"]]
    if case["restriction"] == "relative magnitudes" and case["method"] == "hybrid":
        # What its HonestDiD reports: the set estimated from the point estimates, and z errors beyond it.
        error = _get_critical_value(0.05, None) * case["standardError"]
        sets = [_solve_rm_bounds_union(pre, post, first, before, bound) for bound in case["bounds"]]
        return [(low - error, high + error) for low, high in sets]
    return None


PEERS = {"honestdid": honestdid, "moderndid": moderndid, "diff-diff": diff_diff}


def main():
    print(", ".join(f"{name} {version(name)}" for name in PEERS))
    for study in ours():
        size = len(study["effects"])
        study["after"] = size - study["before"]
        study["effects"] = np.array(study["effects"])
        study["covariance"] = np.array(study["covariance"]).reshape(size, size)
        for case in study["cases"]:
            words = [case[key] for key in ("restriction", "method", "sign", "monotone") if key in case]
            print(f"\n{study['study']}: {', '.join(words)}; bounds {case['bounds']}")
            own = np.array(case["intervals"], dtype=float)
            print(f"  {'ours':10}", show(own))
            for name, peer in PEERS.items():
                try:
                    found = peer(study, case)
                except Exception as error:  # what a peer cannot do is part of the result
                    print(f"  {name:10} fails: {type(error).__name__}: {str(error)[:90]}")
                    continue
                if found is None:
                    continue
                found = np.array([[float(np.ravel(end)[0]) for end in row] for row in found])
                gap = np.max(np.abs(found - own)) / case["standardError"]
                print(f"  {name:10} {show(found)}  gap {gap:.2g}", flush=True)


def show(rows):
    return "  ".join(f"[{low:.5f}, {high:.5f}]" for low, high in rows)


main()
