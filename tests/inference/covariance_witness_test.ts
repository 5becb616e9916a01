/**
 * What tools/witnesses/covariances.py printed: pyfixest 0.60.0 and linearmodels 7.1 on data/ehec.csv. Their
 * small-sample factors differ from ours where noted; the matrices inside agree.
 */
import { twfe } from "../../lib/estimators/twfe.ts";
import { type CovarianceSpec, withCovariance } from "../../lib/inference/covariance.ts";
import { loadEhec } from "../../lib/study/medicaid.ts";
import { assertClose } from "../support/close.ts";

const ehec = twfe(loadEhec(), { outcome: "dins", treatment: "post" });
const error = (spec: CovarianceSpec) => withCovariance(ehec, spec).term("post").standardError;
/** Rows, clusters, periods; parameters with all fixed effects, and without the states'. */
const [n, G, T, all, notNested] = [552, 46, 12, 58, 13];

Deno.test("pyfixest: iid, HC1, clustered by state, clustered by state and year", () => {
  assertClose(error({ type: "iid" }), 0.003666975195926959, 1e-9);
  assertClose(error({ type: "HC1" }), 0.0035367955605765575, 1e-9);
  assertClose(error({ type: "CR1" }), 0.007400993754581906, 1e-9);
  assertClose(error({ type: "CR1", cluster: ["stfips", "year"] }), 0.008163530491351581, 1e-9);
});

Deno.test("pyfixest's CRV3 is our CR3 with CR1's small-sample factor on top", () => {
  const factor = Math.sqrt(G / (G - 1) * (n - 1) / (n - notNested));
  assertClose(factor * error({ type: "CR3" }), 0.0077232463815777785, 1e-9);
});

Deno.test("linearmodels' clustered errors are our CR0 with n/(n − K)", () => {
  const factor = Math.sqrt(n / (n - (all - 1)));
  assertClose(factor * error({ type: "CR0" }), 0.007645447339968079, 1e-9);
});

Deno.test("linearmodels' Driscoll–Kraay is ours without T/(T − 1)", () => {
  const theirs = [0.005473943131512668, 0.005611799963983293];
  const factor = Math.sqrt(n / (n - (all - 1)) / ((n - 1) / (n - all) * T / (T - 1)));
  theirs.forEach((value, i) => {
    assertClose(
      factor * error({ type: "Driscoll–Kraay", lags: i + 1 }),
      value,
      1e-9,
      `${i + 1} lags`,
    );
  });
});
