/** A session's present model and the one it might go to; costs of this turn in nano-dollars, undefined where not known. */
export interface Switch {
  /** On the present model, whose vendor has the prompt in its cache. */
  readonly stayCost: number | undefined;
  /** On the other one, which reads it anew. */
  readonly switchCost: number | undefined;
  /** On the dearest of all, without any cache: what is dear here. */
  readonly dearestCost: number | undefined;
  /** How sure it is that the other pool is the right one, from 0 to 1. */
  readonly confidence: number;
  /** The operator's dial. */
  readonly quality: number;
}

/**
 * Whether what a session gains by another pool's model is worth what it loses with its prompt cache: the extra cost, as
 * a share of the dearest turn there could be, against the confidence in the change, each weighed by the dial.
 */
export function isWorthSwitching({ stayCost, switchCost, dearestCost, confidence, quality }: Switch): boolean {
  if (stayCost === undefined || switchCost === undefined || dearestCost === undefined || dearestCost <= 0) return true;
  const extra = (switchCost - stayCost) / dearestCost;
  return (1 - quality) * extra <= quality * confidence;
}
