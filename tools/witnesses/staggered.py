"""Estimators of staggered designs by their Python peers, beside those of this library.

Run: pip install moderndid==0.2.0 csdid==0.4.3 diff-diff==3.13.0 differences==0.3.0 pyfixest==0.60.0
did-imputation==0.1.0; python tools/witnesses/staggered.py [all] (needs deno). Without "all" it prints the terms on
which someone differs from us by more than 1e-6; peers that fail are named with the error.

Values printed on 2026-11-24 (moderndid 0.2.0, csdid 0.4.3, diff-diff 3.13.0, differences 0.3.0, pyfixest 0.60.0,
did-imputation 0.1.0), terms compared: largest gap of estimates / of estimates and errors, in our standard errors:

estimator                  package         made panel             mpdta
C&S, never                 csdid           39: 6.1e-15 / 6.1e-15  30: 3.8e-15 / 3.8e-15
C&S, never                 diff-diff       28: 4.1e-15 / 4.1e-15  20: 3.4e-15 / 3.4e-15
C&S, never                 differences     39: 6.1e-15 / 6.1e-15  30: 3.8e-15 / 3.8e-15
C&S, never                 moderndid       39: 6.1e-15 / 6.1e-15  30: 3.8e-15 / 3.8e-15
C&S, never, dr with x      csdid           39: 5.9e-14 / 5.9e-14  30: 3.6e-13 / 3.6e-13
C&S, never, dr with x      diff-diff       28: 2.9e-03 / 2.9e-03  20: 3.0e-04 / 3.0e-04
C&S, never, dr with x      differences     39: 5.9e-14 / 2.5e-08  30: 3.6e-13 / 2.6e-09
C&S, never, dr with x      moderndid       39: 5.9e-14 / 5.9e-14  30: 3.6e-13 / 3.6e-13
C&S, not yet               csdid           39: 6.8e-15 / 6.8e-15  30: 3.8e-15 / 3.8e-15
C&S, not yet               diff-diff       28: 4.1e-15 / 4.1e-15  20: 3.4e-15 / 3.4e-15
C&S, not yet               differences     39: 6.0e-15 / 6.0e-15  30: 3.8e-15 / 3.8e-15
C&S, not yet               moderndid       39: 6.8e-15 / 6.8e-15  30: 3.8e-15 / 3.8e-15
C&S, not yet, dr with x    csdid           39: 1.1e-11 / 1.1e-11  30: 2.0e-11 / 2.0e-11
C&S, not yet, dr with x    diff-diff       28: 2.8e-03 / 2.8e-03  20: 1.7e-04 / 1.7e-04
C&S, not yet, dr with x    differences     39: 1.1e-11 / 2.5e-08  30: 2.0e-11 / 7.7e-08
C&S, not yet, dr with x    moderndid       39: 1.1e-11 / 1.1e-11  30: 2.0e-11 / 2.0e-11
LP-DiD, reweighted         diff-diff       7: 5.7e-14 / 5.7e-14   7: 4.7e-14 / 4.7e-14
LP-DiD, variance-weighted  diff-diff       7: 6.2e-14 / 1.4e-03   7: 9.5e-14 / 2.1e-04
LP-DiD, variance-weighted  pyfixest        9: 3.3e-14 / 1.6e-03   7: 9.2e-14 / 2.1e-04
Sun & Abraham              diff-diff       10: 6.4e-14 / 6.4e-14  8: 2.0e-13 / 2.0e-13
Sun & Abraham              pyfixest        9: 2.4e-13 / 2.4e-13   7: 2.1e-13 / 2.1e-13
dCDH                       diff-diff       3: 6.8e-15 / 3.3e-02   3: 5.4e-15 / 2.3e-02
dCDH                       moderndid       4: 6.8e-15 / 6.8e-15   4: 5.4e-15 / 5.4e-15
etwfe                      diff-diff       6: 5.4e-14 / 2.8e-03   5: 2.0e-13 / 6.0e-04
imputation                 did-imputation  6: 6.5e-06 / 6.5e-06   5: 1.4e-06 / 1.4e-06
imputation                 diff-diff       6: 2.5e-10 / 2.5e-10   5: 4.8e-11 / 4.8e-11
stacked                    diff-diff       4: 1.1e-13 / 1.5e-02   4: 4.6e-13 / 3.6e-04
two-stage                  diff-diff       6: 2.5e-10 / 2.5e-10   5: 4.7e-11 / 4.7e-11
two-stage                  pyfixest        10: 1.4e-07 / 1.4e-07  fails

Every estimate agrees but one. Where more than rounding differs, and who is right:
- diff-diff's doubly robust effects divide the controls' weights by the number of treated units instead of by their
  sum. With x, ATT(3, 3) of the made panel is 0.445595815 by the normalised weights of Sant'Anna & Zhao (2020;
  moderndid, csdid, differences, ours) and 0.445415792 by diff-diff. Both are consistent; the normalised
  one is that of the paper and of R's DRDID.
- diff-diff's dCDH errors (up to 3.3 % smaller) lack the factor sqrt(n/(n - 1)) within cohorts that ours share with
  moderndid and R's DIDmultiplegtDYN.
- Stacked: with one sub-experiment (mpdta) diff-diff counts one parameter more in (n - 1)/(n - K), as a regression with
  a dummy of the treated has; ours absorbs units, which are nested in the clusters (0.04 %). With several, diff-diff has
  common effects of event time and ours effects by sub-experiment: the same points, errors up to 1.5 % apart.
- etwfe: diff-diff absorbs units and counts fewer parameters than our default, R's etwfe with cohort effects (0.3 %).
- Variance-weighted local projections: pyfixest and diff-diff keep periods in which nobody is newly treated. They say
  nothing about the effect but count in n, K and G of the small-sample factor; ours leaves them out, as diff-diff
  does itself when it reweights. At most 0.16 %.
- did-imputation stops its alternating projections at about 1e-7.
- pyfixest's did2s fails on mpdta: it drops units with one untreated row in one of its stages only.
"""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from made_data import share

warnings.filterwarnings("ignore")
TYPES = ["simple", "group", "dynamic", "calendar"]
LABEL = {"group": "cohort", "dynamic": "event time", "calendar": "time"}


def made_panel():
    """80 units by 7 periods; cohorts of 16, 12 and 14 units treated from 3, 4 and 6; effects grow and differ."""
    starts = [3] * 16 + [4] * 12 + [6] * 14 + [0] * 38
    rows = []
    for unit, cohort in enumerate(starts):
        x = share(unit + 1, 8) + (0.15 if cohort else 0)
        for time in range(1, 8):
            event = time - cohort
            effect = (0.2 + 0.05 * cohort) * (1 + 0.3 * event) if cohort and event >= 0 else 0
            y = share(unit + 1, 4) + 0.1 * time * (1 + x) + 0.5 * share(unit * 7 + time, 6) + effect
            rows.append({"unit": unit, "time": time, "cohort": cohort, "x": x, "y": y})
    return pd.DataFrame(rows)


def mpdta():
    from moderndid import load_mpdta

    frame = load_mpdta().to_pandas()
    names = {"countyreal": "unit", "year": "time", "first.treat": "cohort", "lpop": "x", "lemp": "y"}
    frame = frame.rename(columns=names)[list(names.values())].astype(float)
    return frame.astype({"unit": int, "time": int, "cohort": int})


def ours(panels):
    """{panel: {estimator: {term: [estimate, error]}}} by staggered.ts from the same rows."""
    script = Path(__file__).with_suffix(".ts")
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in panels.items():
            frame.to_csv(f"{folder}/{name}.csv", index=False)
        run = ["deno", "run", "-A", str(script), folder, *panels]
        return json.loads(subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True).stdout)


def number(value):
    return float(np.asarray(value, dtype=float).reshape(-1)[0])


def pair(estimate, error):
    return number(estimate), number(error)


def averages(kind, labels, effects, errors, overall):
    terms = {f"{kind}, overall": overall}
    if kind != "simple":
        terms |= {f"{kind}, {LABEL[kind]} {label:g}": pair(*v) for label, *v in zip(labels, effects, errors)}
    return terms


# Each peer: (estimator, name, function of the frame that returns terms).
PEERS = []


def peer(estimator, package, **options):
    def add(function):
        PEERS.append((estimator, package, lambda frame: function(frame, **options)))
        return function

    return add


GROUP_TIME = {
    "C&S, never": {"control": "never", "x": False},
    "C&S, never, dr with x": {"control": "never", "x": True},
    "C&S, not yet": {"control": "notYet", "x": False},
    "C&S, not yet, dr with x": {"control": "notYet", "x": True},
}


def every_group_time(package):
    def add(function):
        for estimator, options in GROUP_TIME.items():
            peer(estimator, package, **options)(function)
        return function

    return add


@every_group_time("moderndid")
def moderndid_cells(frame, control, x):
    from moderndid import aggte, att_gt

    fit = att_gt(
        pl.from_pandas(frame), yname="y", tname="time", idname="unit", gname="cohort",
        xformla="~ x" if x else None, control_group={"never": "nevertreated", "notYet": "notyettreated"}[control],
    )
    cells = zip(fit.groups, fit.times, fit.att_gt, fit.se_gt)
    terms = {f"ATT({g:g}, {t:g})": pair(effect, error) for g, t, effect, error in cells}
    for kind in TYPES:
        mean = aggte(fit, type=kind)
        labels = [] if kind == "simple" else mean.event_times
        effects, errors = ([], []) if kind == "simple" else (mean.att_by_event, mean.se_by_event)
        terms |= averages(kind, labels, effects, errors, pair(mean.overall_att, mean.overall_se))
    return terms


@every_group_time("csdid")
def csdid_cells(frame, control, x):
    from csdid.att_gt import ATTgt

    fit = ATTgt(
        yname="y", tname="time", idname="unit", gname="cohort", data=frame.copy(), xformla="y ~ x" if x else None,
        control_group=[{"never": "nevertreated", "notYet": "notyettreated"}[control]],
    ).fit(est_method="dr", bstrap=False)
    cells = zip(fit.results["group"], fit.results["year"], fit.results["att"], fit.results["se"])
    terms = {f"ATT({g:g}, {t:g})": pair(effect, error) for g, t, effect, error in cells}
    for kind in TYPES:
        mean = fit.aggte(kind, bstrap=False).atte
        labels, effects, errors = ([], [], []) if kind == "simple" else (mean["egt"], mean["att_egt"], mean["se_egt"])
        errors = np.asarray(errors, dtype=float).reshape(-1)
        terms |= averages(kind, labels, effects, errors, pair(mean["overall_att"], mean["overall_se"]))
    return terms


@every_group_time("differences")
def differences_cells(frame, control, x):
    from differences import ATTgt

    data = frame.assign(cohort=frame["cohort"].where(frame["cohort"] > 0)).set_index(["unit", "time"])
    model = ATTgt(data=data, cohort_column="cohort")
    fit = model.fit(
        "y ~ x" if x else "y", est_method="dr", progress_bar=False,
        control_group={"never": "never_treated", "notYet": "not_yet_treated"}[control],
    ).to_pandas()
    table = fit if isinstance(fit, pd.DataFrame) else fit[0]
    terms = {f"ATT({key[0]:g}, {key[-1]:g})": pair(row.iloc[0], row.iloc[1]) for key, row in table.iterrows()}
    names = {"simple": "simple", "group": "cohort", "dynamic": "event", "calendar": "time"}
    for kind, name in names.items():
        overall = model.aggregate(name, overall=kind != "simple")
        parts = model.aggregate(name)
        labels = [] if kind == "simple" else list(parts.index)
        total = pair(overall.iloc[0, 0], overall.iloc[0, 1])
        terms |= averages(kind, labels, parts.iloc[:, 0], parts.iloc[:, 1], total)
    return terms


def frame_terms(table, kind, label="event_time"):
    rows = table[~table["is_reference"].astype(bool)] if "is_reference" in table else table
    return {f"{kind}, {LABEL[kind]} {row[label]:g}": pair(row["att"], row["se"]) for _, row in rows.iterrows()}


@every_group_time("diff-diff")
def diff_diff_cells(frame, control, x):
    from diff_diff import CallawaySantAnna

    model = CallawaySantAnna(control_group={"never": "never_treated", "notYet": "not_yet_treated"}[control])
    fit = model.fit(frame, "y", "unit", "time", "cohort", covariates=["x"] if x else None)
    cells = fit.group_time_effects.items()
    terms = {f"ATT({g:g}, {t:g})": pair(cell["effect"], cell["se"]) for (g, t), cell in cells}
    terms["simple, overall"] = pair(fit.overall_att, fit.overall_se)
    return terms | frame_terms(fit.aggregate("event_study").to_dataframe(), "dynamic")


@peer("imputation", "did-imputation")
def did_imputation_terms(frame):
    from did_imputation import did_imputation

    data = frame.assign(start=frame["cohort"].where(frame["cohort"] > 0).astype(float))
    total = did_imputation(data, "y", "unit", "time", "start")
    fit = did_imputation(data, "y", "unit", "time", "start", allhorizons=True, minn=0)
    events = {
        f"dynamic, event time {name.removeprefix('tau')}": pair(value, fit.std_errors[name])
        for name, value in fit.estimates.items()
    }
    return events | {"simple, overall": pair(total.estimates["tau_ate"], total.std_errors["tau_ate"])}


@peer("imputation", "diff-diff", model="ImputationDiD")
@peer("two-stage", "diff-diff", model="TwoStageDiD")
@peer("Sun & Abraham", "diff-diff", model="SunAbraham")
@peer("etwfe", "diff-diff", model="WooldridgeDiD")
@peer("stacked", "diff-diff", model="StackedDiD", kappa_pre=2, kappa_post=1)
def diff_diff_model(frame, model, **options):
    import diff_diff

    fit = getattr(diff_diff, model)(**options).fit(frame, "y", "unit", "time", "cohort")
    overall = {"simple, overall": pair(fit.overall_att, fit.overall_se)}
    if model == "SunAbraham":
        effects = fit.event_study_effects.items()
        return overall | {f"dynamic, event time {e}": pair(v["effect"], v["se"]) for e, v in effects if e != -1}
    table = fit.aggregate("event_study").to_dataframe() if model != "WooldridgeDiD" else None
    if table is None:
        fit.aggregate("event")
        return overall | {
            f"dynamic, event time {e}": pair(v["att"], v["se"]) for e, v in fit.event_study_effects.items()
        }
    # Its average over a stack weights event times; ours is their plain mean, as in the paper.
    return (overall if model != "StackedDiD" else {"dynamic, overall": overall["simple, overall"]}) | frame_terms(
        table, "dynamic"
    )


@peer("two-stage", "pyfixest")
def did2s_terms(frame):
    import pyfixest

    treated = (frame["cohort"] > 0) & (frame["time"] >= frame["cohort"])
    event = np.where(frame["cohort"] > 0, frame["time"] - frame["cohort"], -1.0)
    data = frame.assign(d=treated, event=event)
    fixed = {"first_stage": "~ 0 | unit + time", "treatment": "d", "cluster": "unit"}
    total = pyfixest.did2s(data, "y", second_stage="~ d", **fixed).tidy()
    parts = pyfixest.did2s(data, "y", second_stage="~ i(event, ref = -1.0)", **fixed).tidy()
    terms = {"simple, overall": pair(total["Estimate"].iloc[-1], total["Std. Error"].iloc[-1])}
    for name, row in parts.iterrows():
        label = name.split("::")[-1] if "::" in name else name.split("T.")[-1].rstrip("]")
        try:
            terms[f"dynamic, event time {float(label):g}"] = pair(row["Estimate"], row["Std. Error"])
        except ValueError:
            continue
    return terms


@peer("Sun & Abraham", "pyfixest")
def saturated_terms(frame):
    import pyfixest

    fit = pyfixest.event_study(
        frame, yname="y", idname="unit", tname="time", gname="cohort", estimator="saturated", cluster="unit"
    ).aggregate()
    return {
        f"dynamic, event time {e:g}": pair(row["Estimate"], row["Std. Error"]) for e, row in fit.iterrows()
    }


@peer("LP-DiD, variance-weighted", "pyfixest")
def lpdid_terms(frame):
    import pyfixest

    fit = pyfixest.lpdid(
        frame, yname="y", idname="unit", tname="time", gname="cohort", att=False, vcov={"CRV1": "unit"}
    ).tidy()
    return {
        f"dynamic, event time {name.split('::')[1]}": pair(row["Estimate"], row["Std. Error"])
        for name, row in fit.iterrows()
    }


@peer("LP-DiD, variance-weighted", "diff-diff", reweight=False)
@peer("LP-DiD, reweighted", "diff-diff", reweight=True)
def diff_diff_projections(frame, reweight):
    from diff_diff import LPDiD

    d = ((frame["cohort"] > 0) & (frame["time"] >= frame["cohort"])).astype(int)
    model = LPDiD(pre_window=4, post_window=3, reweight=reweight)
    table = model.fit(frame.assign(d=d), "y", "unit", "time", "d").to_dataframe()
    return {
        f"dynamic, event time {row['horizon']:g}": pair(row["coefficient"], row["se"])
        for _, row in table.iterrows()
        if row["horizon"] != -1
    }


@peer("dCDH", "moderndid")
def did_multiplegt_terms(frame):
    from moderndid import did_multiplegt

    d = ((frame["cohort"] > 0) & (frame["time"] >= frame["cohort"])).astype(int)
    fit = did_multiplegt(
        pl.from_pandas(frame.assign(d=d)), yname="y", tname="time", idname="unit", dname="d", effects=3, placebo=1
    )
    after = zip(fit.effects.horizons, fit.effects.estimates, fit.effects.std_errors)
    before = zip(fit.placebos.horizons, fit.placebos.estimates, fit.placebos.std_errors)
    terms = {f"dynamic, event time {h - 1:g}": pair(*v) for h, *v in after}
    return terms | {f"dynamic, event time {-abs(h) - 1:g}": pair(*v) for h, *v in before}


@peer("dCDH", "diff-diff")
def diff_diff_switching(frame):
    from diff_diff import ChaisemartinDHaultfoeuille

    d = ((frame["cohort"] > 0) & (frame["time"] >= frame["cohort"])).astype(int)
    fit = ChaisemartinDHaultfoeuille().fit(frame.assign(d=d), "y", "unit", "time", "d", L_max=3)
    return {
        f"dynamic, event time {h - 1}": pair(v["effect"], v["se"]) for h, v in fit.event_study_effects.items() if h > 0
    }


def difference(own, other):
    """Largest of the differences of estimate and error, on the scale of our error."""
    scale = own[1] if own[1] and own[1] > 0 else 1
    return max(abs(a - b) for a, b in zip(own, other) if np.isfinite(b)) / scale if np.isfinite(other).any() else np.nan


def compare(panel, frame, reference, show_all):
    for estimator, package, run in PEERS:
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # csdid prints every average.
                terms = run(frame)
        except Exception as failure:  # A peer that fails is part of the finding.
            print(f"{panel} | {estimator} | {package}: fails, {type(failure).__name__}: {str(failure)[:110]}")
            continue
        own = reference[estimator]
        shared = [term for term in terms if term in own and own[term][1] is not None]
        gaps = {term: difference(own[term], terms[term]) for term in shared}
        points = max((abs(own[term][0] - terms[term][0]) / own[term][1] for term in shared), default=np.nan)
        largest = np.nanmax(list(gaps.values())) if gaps else np.nan
        print(
            f"{panel} | {estimator} | {package}: {len(shared)} terms, largest gap {largest:.1e} of our standard error "
            f"(estimates alone {points:.1e})"
        )
        for term in shared:
            if show_all or gaps[term] > 1e-6:
                a, b = own[term], terms[term]
                print(f"    {term:28} ours {a[0]: .9f} ({a[1]:.9f})  {package} {b[0]: .9f} ({b[1]:.9f})")


def main():
    packages = ["moderndid", "csdid", "diff-diff", "differences", "pyfixest", "did-imputation"]
    print(", ".join(f"{name} {version(name)}" for name in packages))
    panels = {"made": made_panel(), "mpdta": mpdta()}
    reference = ours(panels)
    for name, frame in panels.items():
        compare(name, frame, reference[name], sys.argv[1:] == ["all"])


main()
