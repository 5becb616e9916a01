"""Times one peer on one staggered panel that bench/peers.ts wrote; prints one JSON measurement.

Arguments: folder, panel, 1 with the covariate x, draws of the multiplier bootstrap (0: analytic errors), peer. Every
pair runs in a process of its own, so that peak memory is its own and a peer that is too slow can be stopped.
"""

import sys
from importlib.metadata import version

from peer_run import read, report

TYPES = ["simple", "group", "dynamic", "calendar"]


def moderndid(frame, covariate, draws):
    import polars
    from moderndid import aggte, att_gt

    table = polars.from_pandas(frame)

    def work():
        cells = att_gt(
            table, yname="y", tname="time", idname="unit", gname="cohort", xformla="~ x" if covariate else None,
            est_method="dr", control_group="nevertreated", boot=draws > 0, biters=draws or 1000, cband=draws > 0,
            random_state=1,
        )
        return [aggte(cells, type=kind) for kind in TYPES]

    return work, f"moderndid {version('moderndid')}"


def csdid(frame, covariate, draws):
    from csdid.att_gt import ATTgt

    def work():
        fit = ATTgt(
            yname="y", tname="time", idname="unit", gname="cohort", data=frame, control_group="nevertreated",
            xformla="y ~ x" if covariate else None, cband=draws > 0, biters=draws or 1000,
        ).fit(est_method="dr", bstrap=draws > 0)
        return [fit.aggte(kind, bstrap=draws > 0) for kind in TYPES]

    return work, f"csdid {version('csdid')}"


def diff_diff(frame, covariate, draws):
    from diff_diff import CallawaySantAnna

    columns = {"outcome": "y", "unit": "unit", "time": "time", "first_treat": "cohort"}

    def work():
        model = CallawaySantAnna(control_group="never_treated", estimation_method="dr", n_bootstrap=draws, seed=1)
        fit = model.fit(frame, **columns, covariates=["x"] if covariate else None)
        return [fit.aggregate(kind) for kind in ("simple", "event_study", "group")]

    return work, f"diff-diff {version('diff-diff')} (no average by period)"


def main():
    folder, panel, covariate, draws, peer = sys.argv[1:]
    make = {"moderndid": moderndid, "csdid": csdid, "diff-diff": diff_diff}[peer]
    work, runner = make(read(folder, panel, ["unit", "time", "cohort"]), covariate == "1", int(draws))
    report(runner, work)


main()
