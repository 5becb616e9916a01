/** Values and text as TypeScript source. */

/** Text as a comment: what comes from data cannot leave it. */
export function comment(text: string): string {
  return text.split(/[\r\n\u2028\u2029]+/).map((line) => `// ${line}`).join("\n");
}

const WIDTH = 76;

/** A value as a TypeScript literal, broken over lines where it is long. */
export function literal(value: unknown, indent = ""): string {
  const flat = flatLiteral(value);
  if (flat.length + indent.length <= WIDTH || typeof value !== "object" || value === null) {
    return flat;
  }
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => literal(item, inner))
    : Object.entries(value).map(([key, item]) => `${keyLiteral(key)}: ${literal(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}${close}`;
}

function flatLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatLiteral).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) =>
      `${keyLiteral(key)}: ${flatLiteral(item)}`
    );
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

function keyLiteral(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
