import { InputError } from "../../../panel/errors.ts";
import type { HouseholdTable, PersonTable, SummaryTable, SurveyColumns } from "../types.ts";
import type { SimulatedYear } from "./simulate.ts";

interface ClusterPlace {
  readonly region: string;
  readonly ubigeo: string;
  readonly estrato: number;
  readonly dominio: number;
  readonly urban: boolean;
}

interface MadeHousehold {
  readonly vivienda: number;
  readonly hogar: string;
  readonly weight: number;
  readonly result: number;
  readonly fixedPhone: number;
  readonly mobile: number;
  readonly cableTv: number;
  readonly internet: number;
  readonly income: number;
  readonly spending: number;
  readonly poverty: number;
  readonly members: number;
}

/** A growing column of numbers. */
class Numbers {
  #values = new Float64Array(4096);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  scale(from: number, to: number, change: (value: number) => number): void {
    for (let i = from; i < to; i++) this.#values[i] = change(this.#values[i]);
  }

  at(i: number): number {
    return this.#values[i];
  }

  finish(): Float64Array {
    return this.#values.slice(0, this.length);
  }
}

const HOUSEHOLD_COLUMNS = [
  "weight",
  "result",
  "fixedPhone",
  "mobile",
  "cableTv",
  "internet",
  "income",
  "spending",
  "poverty",
  "members",
] as const;

/** Clusters that one year numbers at most, so that no number comes back in another year. */
const CLUSTERS_A_YEAR = 40_000;

/** Gathers the rows of one year. */
export class YearTables {
  readonly #year: number;
  readonly #source: string;
  readonly #places: ClusterPlace[] = [];
  readonly #clusterOf = new Numbers();
  readonly #vivienda: string[] = [];
  readonly #hogar: string[] = [];
  readonly #numbers = Object.fromEntries(
    HOUSEHOLD_COLUMNS.map((name) => [name, new Numbers()]),
  ) as Record<(typeof HOUSEHOLD_COLUMNS)[number], Numbers>;
  readonly #householdOf = new Numbers();
  readonly #codperso: string[] = [];
  readonly #age = new Numbers();
  readonly #uses = new Numbers();
  readonly #schooling = new Numbers();
  #areaStart = 0;

  constructor(year: number, source: string) {
    this.#year = year;
    this.#source = source;
  }

  beginArea(): void {
    this.#areaStart = this.#hogar.length;
  }

  /** Scales the area's weights so that households times members add up to its population; four decimals, as in a file. */
  endArea(population: number): void {
    const { weight, members } = this.#numbers;
    let people = 0;
    for (let i = this.#areaStart; i < this.#hogar.length; i++) {
      people += weight.at(i) * members.at(i);
    }
    weight.scale(
      this.#areaStart,
      this.#hogar.length,
      (value) => Math.round(1e4 * value * population / people) / 1e4,
    );
  }

  beginCluster(place: ClusterPlace): void {
    if (this.#places.length === CLUSTERS_A_YEAR) {
      throw new InputError({
        problem: `A year has more than ${CLUSTERS_A_YEAR} clusters`,
        remedy: "simulate fewer households",
      });
    }
    this.#places.push(place);
  }

  addHousehold(household: MadeHousehold): void {
    this.#clusterOf.push(this.#places.length - 1);
    this.#vivienda.push(String(household.vivienda).padStart(3, "0"));
    this.#hogar.push(household.hogar);
    for (const name of HOUSEHOLD_COLUMNS) this.#numbers[name].push(household[name]);
  }

  /** A person of the household added last. */
  addPerson(codperso: string, age: number, uses: number, schooling: number): void {
    this.#householdOf.push(this.#hogar.length - 1);
    this.#codperso.push(codperso);
    this.#age.push(age);
    this.#uses.push(uses);
    this.#schooling.push(schooling);
  }

  finish(): SimulatedYear {
    const numbers = Object.fromEntries(
      HOUSEHOLD_COLUMNS.map((name) => [name, this.#numbers[name].finish()]),
    ) as Record<(typeof HOUSEHOLD_COLUMNS)[number], Float64Array>;
    const clusterOf = this.#clusterOf.finish();
    const first = 1 + (this.#year - 2011) * CLUSTERS_A_YEAR;
    const labels = this.#places.map((_, c) => String(first + c).padStart(6, "0"));
    const columns = (householdOf: Float64Array | null, rows: number): SurveyColumns => {
      // One pass a column over plain arrays: these are the largest of the simulation.
      const household = new Int32Array(rows);
      for (let row = 0; row < rows; row++) household[row] = householdOf?.[row] ?? row;
      const cluster = household.map((row) => clusterOf[row]);
      const texts = (of: readonly string[], index: Int32Array) => {
        const made = new Array<string>(rows);
        for (let row = 0; row < rows; row++) made[row] = of[index[row]];
        return made;
      };
      const values = (of: ArrayLike<number>, index: Int32Array) => {
        const made = new Float64Array(rows);
        for (let row = 0; row < rows; row++) made[row] = of[index[row]];
        return made;
      };
      const places = this.#places;
      return {
        year: this.#year,
        rows,
        provenance: "simulated",
        source: this.#source,
        conglome: texts(labels, cluster),
        vivienda: texts(this.#vivienda, household),
        hogar: texts(this.#hogar, household),
        ubigeo: texts(places.map((place) => place.ubigeo), cluster),
        province: texts(places.map((place) => place.ubigeo.slice(0, 4)), cluster),
        region: texts(places.map((place) => place.region), cluster),
        dominio: values(places.map((place) => place.dominio), cluster),
        estrato: values(places.map((place) => place.estrato), cluster),
        urban: values(places.map((place) => place.urban ? 1 : 0), cluster),
        weight: values(numbers.weight, household),
        other: {},
      };
    };
    const own = columns(null, this.#hogar.length);
    const householdOf = this.#householdOf.finish();
    const { result, fixedPhone, mobile, cableTv, internet } = numbers;
    const { income, spending, poverty, members } = numbers;
    const households: HouseholdTable = {
      ...own,
      module: "households",
      result,
      fixedPhone,
      mobile,
      cableTv,
      internet,
    };
    const summary: SummaryTable = { ...own, module: "summary", income, spending, poverty, members };
    const persons: PersonTable = {
      ...columns(householdOf, householdOf.length),
      module: "persons",
      codperso: this.#codperso,
      age: this.#age.finish(),
      internetUse: this.#uses.finish(),
      schooling: this.#schooling.finish(),
    };
    return { year: this.#year, households, persons, summary };
  }
}
