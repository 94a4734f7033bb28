/** Runs of each property; `TH_RUNS=100000` is the long form. */
export const RUNS = Number(process.env.TH_RUNS ?? 300);

const LONG_FORM = 10_000;

/** Cheap properties run more often, unless there are enough runs anyhow. */
export function times(factor: number): number {
  return RUNS < LONG_FORM ? RUNS * factor : RUNS;
}

let turn = 0;

/** All readers of an answer; in the long form one of them, in turn: an SDK takes twenty times as long as what is tested. */
export function readersInTurn<Reader>(readers: readonly Reader[]): readonly Reader[] {
  return RUNS < LONG_FORM ? readers : [readers[turn++ % readers.length] as Reader];
}
