/** One combination of attributes and what was seen of it. */
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

  get all(): readonly Series[] {
    return [...this.#series.values()];
  }

  /** To be kept by whoever records often: finding it costs ten times as much as recording. */
  series(attributes: Readonly<Record<string, string>>): Series {
    const id = JSON.stringify(attributes);
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const series = { attributes, counts: Array.from({ length: this.bounds.length + 1 }, () => 0), sum: 0, count: 0 };
    this.#series.set(id, series);
    return series;
  }

  record(value: number, series: Series): void {
    const { bounds } = this;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] as number)) at++;
    series.counts[at] = (series.counts[at] as number) + 1;
    series.sum += value;
    series.count++;
  }
}
