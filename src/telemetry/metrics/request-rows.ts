import type { Outcome } from '../../gateway/outcome.ts';
import type { Shape } from '../../protocol/shape.ts';
import type { RequestFinished } from '../events.ts';
import type { Series } from './distribution.ts';

/** What is the same of many requests. */
export interface RowLabels {
  readonly shape: Shape;
  readonly route: string;
  /** `2xx` … `5xx`. */
  readonly statusClass: string;
  readonly outcome: Outcome;
  /** Empty where none was chosen. */
  readonly provider: string;
  /** The catalogue's id; `other` for what is not, or no longer, in it. */
  readonly model: string;
  readonly stream: boolean;
}

/** Where the times of such requests are recorded. */
export interface RowSeries {
  readonly duration: Series;
  readonly firstByte: Series;
  readonly overhead: Series;
}

/** What such requests came to since it was last asked for. */
export interface RowCounts {
  requests: number;
  /** Tries that were answered in full. */
  answered: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  costNano: bigint;
}

export interface Row {
  readonly labels: RowLabels;
  readonly series: RowSeries;
  counts: RowCounts;
}

export function noCounts(): RowCounts {
  return {
    requests: 0,
    answered: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    costNano: 0n,
  };
}

const STATUS_CLASSES = ['0xx', '1xx', '2xx', '3xx', '4xx', '5xx'];

/** A row for each combination of labels there was; clients choose none of them, so there are few. */
export class RequestRows {
  readonly #open: (labels: RowLabels) => RowSeries;
  readonly #rows = new Map<string, Row>();
  /** Requests come in runs of the same kind. */
  #last: Row | undefined;

  constructor(open: (labels: RowLabels) => RowSeries) {
    this.#open = open;
  }

  all(): Iterable<Row> {
    return this.#rows.values();
  }

  rowOf(event: RequestFinished, model: string): Row {
    const { shape, route, outcome, provider = '', stream } = event;
    const statusClass = STATUS_CLASSES[Math.floor(event.status / 100)] ?? '0xx';
    const last = this.#last?.labels;
    if (
      last !== undefined &&
      last.model === model &&
      last.route === route &&
      last.provider === provider &&
      last.stream === stream &&
      last.outcome === outcome &&
      last.statusClass === statusClass &&
      last.shape === shape
    ) {
      return this.#last as Row;
    }
    const labels = { shape, route, statusClass, outcome, provider, model, stream };
    const id = Object.values(labels).join('\n');
    const row = this.#rows.get(id) ?? { labels, series: this.#open(labels), counts: noCounts() };
    this.#rows.set(id, row);
    this.#last = row;
    return row;
  }
}
