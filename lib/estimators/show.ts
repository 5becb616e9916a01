import { Table } from "../tables/table.ts";
import type { Estimate } from "./estimate.ts";
export function estimateTable(estimate: Estimate): Table {
  return new Table(estimate);
}
