import { eventStudy, loadEhec } from "../../lib/mod.ts";

/** The sample of HonestDiD's README: states that expanded in 2014 against the rest, 2008–2015. */
export function medicaid(reference = 2013) {
  const panel = loadEhec()
    .where(
      "without the cohort of 2015, until 2015",
      (row) => row.time <= 2015 && row.value("yexp2") !== 2015,
    )
    .with("expanded", (row) => row.value("yexp2") === 2014 ? 1 : 0);
  return eventStudy(panel, { outcome: "dins", exposure: "expanded", reference });
}
