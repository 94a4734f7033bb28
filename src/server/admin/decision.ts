import { type Static, Type } from '@sinclair/typebox';
import { round } from '../../gateway/orchestra/routing.ts';
import type { Decision as Decided } from '../../gateway/orchestra/decision.ts';
import { Fields } from './schema.ts';

/** What th-orchestra chose for a request, as the header `X-TH-Route-Decision` tells it, and as what. */
export const Decision = Fields({
  model: Type.String(),
  pool: Type.String(),
  role: Type.String(),
  reason: Type.String(),
  confidence: Type.Number(),
});

export function describeDecision({ model, pool, role, reason, confidence }: Decided): Static<typeof Decision> {
  return { model, pool, role, reason, confidence: round(confidence) };
}
