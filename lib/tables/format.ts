/** A number with fixed decimals and a typographic minus sign. Minus zero reads as zero. */
export function formatNumber(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  const negative = value < 0 && Number(text) !== 0;
  return `${negative ? "−" : ""}${text}`;
}

/** A count with thin groups of three: 13,485. */
export function formatCount(value: number): string {
  const text = Math.round(Math.abs(value)).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${Math.round(value) < 0 ? "−" : ""}${text}`;
}

/** A p-value: three decimals, or "< 0.001". */
export function formatP(value: number): string {
  return value < 0.001 ? "< 0.001" : value.toFixed(3);
}

/** As many digits as tell the number: four significant ones, without an exponent in the usual range. */
export function formatSignificant(value: number, digits = 4): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(digits - 1).replace("-", "−");
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return formatNumber(value, decimals);
}

/** Degrees of freedom: 25, 10.4, ∞. */
export function formatDegrees(value: number): string {
  if (value === Infinity) return "∞";
  return formatNumber(value, Number.isInteger(value) ? 0 : 1);
}

/** A joint test in figures, named where it is not the plain one: "F(7, 25) = 7.76, p < 0.001", "HTZ F(7, 10.4) = 5.08, p = 0.010". */
export function formatF(
  found: {
    readonly test?: "F" | "HTZ";
    readonly f: number;
    readonly restrictions: number;
    readonly degreesOfFreedom: number;
    readonly pValue: number;
  },
  digits = 2,
): string {
  const { test, f, restrictions, degreesOfFreedom, pValue } = found;
  const p = formatP(pValue);
  return `${test === "HTZ" ? "HTZ " : ""}F(${restrictions}, ${
    formatDegrees(degreesOfFreedom)
  }) = ` +
    `${formatNumber(f, digits)}, p ${p.startsWith("<") ? p : `= ${p}`}`;
}
