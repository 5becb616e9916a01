/** From UBIGEO to department, province and the study's 26 areas. */
import { REGION_NAMES } from "../../peru/regions.ts";

/** The province of Lima that is Lima Metropolitana. */
const LIMA_PROVINCE = "1501";

/** One of the 26 areas by a six-digit UBIGEO, null when there is no such department. Lima is split by province. */
export function regionOf(ubigeo: string): string | null {
  if (!/^\d{6}$/.test(ubigeo)) return null;
  const department = ubigeo.slice(0, 2);
  if (department === "15") return ubigeo.startsWith(LIMA_PROVINCE) ? "15A" : "15B";
  return department in REGION_NAMES ? department : null;
}

/** An identifier with its zeros: "50101" and "50101.0" are 050101. Text that is no number stays as it is. */
export function withZeros(text: string, digits: number): string {
  const whole = text.replace(/\.0+$/, "");
  return /^\d+$/.test(whole) ? whole.padStart(digits, "0") : whole;
}
