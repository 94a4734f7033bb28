import type { Tone } from '../../components/badge.tsx';
import type { RequestRow } from '../../api/requests.ts';
import { formatName } from '../../format/name.ts';

/** How a request ended, in a word and its colour. */
export function describeOutcome({
  outcome,
  error_code: error,
}: Pick<RequestRow, 'outcome' | 'error_code'>): readonly [Tone, string] {
  switch (outcome) {
    case 'answered':
      return ['ok', 'Answered'];
    case 'replayed':
      return ['ok', 'Replayed'];
    case 'client_abort':
      return ['warn', 'Client left'];
    case 'interrupted':
      return ['warn', 'Interrupted'];
    case 'killed':
      return ['bad', 'Process killed'];
    case 'upstream_cut':
      return ['bad', 'Cut short'];
    case 'upstream_error':
      return ['bad', 'Provider failed'];
    case 'refused':
      return ['warn', error === null ? 'Refused' : formatName(error)];
    default:
      return ['bad', formatName(outcome)];
  }
}
