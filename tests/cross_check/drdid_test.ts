import {
  type CovariateMethod,
  isRefusal,
  panelEffect,
} from "../../lib/estimators/group-time/two-group.ts";
import { assertClose } from "../support/close.ts";
import { csvRows, goldenCase, goldenTest, goldenText } from "../support/golden.ts";

const METHODS: Record<string, CovariateMethod> = {
  drdid: "dr",
  reg_did: "reg",
  std_ipw_did: "ipw",
};
const NAMES = ["age", "agesq", "educ", "black", "married", "nodegree", "hisp"];

for (const [prefix, method] of Object.entries(METHODS)) {
  for (const covariates of ["x1", "xcov"]) {
    for (const weights of ["now", "w"]) {
      const name = `${prefix}_panel_${covariates}_${weights}`;
      goldenTest(`drdid: ${name}`, () => {
        const { result, data } = goldenCase(`drdid/${name}`);
        const rows = csvRows(goldenText(`data/${data}`));
        const column = (key: string) => Float64Array.from(rows, (row) => Number(row[key]));
        const [y1, y0] = [column("re78"), column("re75")];
        const found = panelEffect(y1.map((value, i) => (value - y0[i]) / 1000), {
          names: covariates === "x1" ? [] : [...NAMES, "re74"],
          covariates: covariates === "x1"
            ? []
            : [...NAMES.map(column), column("re74").map((value) => value / 1000)],
          treated: Uint8Array.from(column("experimental")),
          weights: weights === "w" ? column("w") : null,
        }, method);
        if (isRefusal(found)) throw new Error(found.reason);
        // The propensity score of R's fit stops at a relative change of 1e-8.
        const tolerance = covariates === "x1" || method === "reg" ? 1e-9 : 5e-6;
        assertClose(found.effect, result.ATT, tolerance, "ATT");
        const n = rows.length;
        result.inffunc_head.forEach((value: number, i: number) =>
          assertClose(found.influence[i] * n, value, tolerance, `influence ${i}`, 1)
        );
        const square = found.influence.reduce((sum, value) => sum + value * value, 0);
        assertClose(Math.sqrt(square), result.se, tolerance, "error");
      });
    }
  }
}
