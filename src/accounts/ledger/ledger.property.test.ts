import { test } from 'bun:test';
import { openTemporaryStores } from '../store/temporary-stores.fixture.ts';
import { expectHistories } from './ledger-history.fixture.ts';

/** `TH_RUNS=5000` is the long form. */
const RUNS = Number(process.env.TH_RUNS ?? 15);

test(
  `fault 49: ${RUNS} histories of holds, settlements, journals, credits and crashes come to what a plain model says`,
  () => expectHistories(openTemporaryStores, RUNS),
  RUNS * 2_000 + 20_000,
);
