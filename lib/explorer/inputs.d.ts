/** The part of @observablehq/inputs that is used here; the package has no types of its own. */
export interface Field<T> extends HTMLFormElement {
  value: T;
}

interface Choice<T> {
  label?: string | Node;
  value?: T;
  format?: (value: T) => string | Node;
  disabled?: boolean | T[];
}

export function select<T>(values: readonly T[], options: Choice<T>): Field<T>;
export function radio<T>(values: readonly T[], options: Choice<T>): Field<T>;
export function checkbox<T>(
  values: readonly T[],
  options: Omit<Choice<T>, "value"> & { value?: readonly T[] },
): Field<T[]>;
export function range(
  extent: readonly [number, number],
  options: { label?: string | Node; value?: number; step?: number },
): Field<number>;
export function number(
  extent: readonly [number, number],
  options: { label?: string | Node; value?: number; step?: number },
): Field<number>;
