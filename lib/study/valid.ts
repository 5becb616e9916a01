import type { z } from "zod";
import { InputError } from "../panel/errors.ts";

/**
 * Checks a value against a schema and says in one sentence what is wrong with it: the field, the value, and
 * what is allowed.
 */
export function parseField<T extends z.ZodType>(
  schema: T,
  given: unknown,
  remedy: string,
): z.output<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = mostTelling(parsed.error.issues);
  const unknown = issue.code === "unrecognized_keys" ? `.${issue.keys.join(", ")}` : "";
  const field = (issue.path.join(".") + unknown).replace(/^\./, "");
  throw new InputError({
    problem: unknown === ""
      ? `The assumption ${field === "" ? "object" : field} is not valid: ${issue.message}`
      : `There is no assumption ${field}`,
    ...(unknown === "" ? { value: shown(valueAt(given, issue.path)) } : {}),
    remedy,
  });
}

/** Inside a union, the complaint of the branch that got furthest says more than "invalid input". */
function mostTelling(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const [issue] = issues;
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const branches = issue.errors.filter((branch) => branch.length > 0);
  if (branches.length === 0) return issue;
  const deepest = branches.reduce((best, branch) => depth(branch) > depth(best) ? branch : best);
  const inner = mostTelling(deepest);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function depth(branch: readonly z.core.$ZodIssue[]): number {
  return Math.max(...branch.map((issue) => issue.path.length));
}

function shown(value: unknown): unknown {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner === null || typeof inner !== "object"
        ? undefined
        : (inner as Record<PropertyKey, unknown>)[key],
    value,
  );
}
