import { Type } from '@sinclair/typebox';
import { Duration, Section } from './schema-kinds.ts';

export const Ledger = Section(
  {
    verify_every: Type.Optional(
      Duration({
        description:
          'How often a running server has the whole ledger recomputed, as `tokenharbor ledger verify` does it, and tells in ' +
          '`tokenharbor_ledger_drift` what is not as it should be. A process of its own does it, at the lowest priority: ' +
          'about 3 s of a core for a million entries. `0s`: never.',
        default: '1h',
        examples: ['24h', '0s'],
      }),
    ),
  },
  { description: 'The ledger, which is what bills and budgets come from.' },
);
