/** One combination of attribute values and what was seen of it. */
export interface Series {
  readonly attributes: Readonly<Record<string, string>>;
  /** For each bound what was not above it, nor within the one before; what was above all comes last. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** A histogram with explicit bounds, cumulative since it was made. */
export class Distribution {
  readonly bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
  }

  get series(): readonly Series[] {
    return [...this.#series.values()];
  }

  record(value: number, attributes: Readonly<Record<string, string>>): void {
    const id = JSON.stringify(attributes);
    let series = this.#series.get(id);
    if (series === undefined) {
      series = { attributes, counts: new Array<number>(this.bounds.length + 1).fill(0), sum: 0, count: 0 };
      this.#series.set(id, series);
    }
    const at = this.bounds.findIndex((bound) => value <= bound);
    const index = at < 0 ? this.bounds.length : at;
    series.counts[index] = (series.counts[index] ?? 0) + 1;
    series.sum += value;
    series.count++;
  }
}
