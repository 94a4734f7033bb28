import fc from 'fast-check';
import { anyText, cut, places, solidText } from './text.ts';
import { anyId, argumentsText, plainArguments, toolName } from './tool-arguments.ts';

export interface CallModel {
  readonly id: string;
  readonly name: string;
  /** The text of the arguments; empty: the tool has none. */
  readonly args: string;
  readonly plain: string;
  readonly places: readonly number[];
}

export type Segment =
  | { readonly kind: 'text' | 'reasoning'; readonly pieces: readonly string[] }
  | { readonly kind: 'calls'; readonly calls: readonly CallModel[]; readonly together: boolean };

const callModel: fc.Arbitrary<CallModel> = fc.record({
  id: anyId,
  name: toolName,
  args: fc.oneof({ weight: 5, arbitrary: argumentsText }, fc.constant('')),
  plain: plainArguments,
  places,
});

const pieces = fc.tuple(anyText, places, fc.boolean()).map(([text, at, empties]) => cut(text, at, empties));
const text = fc.record({ kind: fc.constantFrom('text' as const, 'reasoning' as const), pieces });
const calls = fc.record({
  kind: fc.constant('calls' as const),
  calls: fc.array(callModel, { minLength: 1, maxLength: 3 }),
  together: fc.boolean(),
});
/** Behind a call, text is not white space alone: whether it would be kept depends on when the call is known to be whole. */
const tail = fc.record({
  kind: fc.constant('text' as const),
  pieces: fc.tuple(solidText, places).map(([all, at]) => cut(all, at)),
});

/** Text and reasoning in any order, then calls, then sometimes more of everything. Ids differ. */
export const segments: fc.Arbitrary<readonly Segment[]> = fc
  .tuple(
    fc.array(text, { maxLength: 4 }),
    fc.option(calls),
    fc.option(tail, { freq: 1 }),
    fc.option(calls, { freq: 1 }),
  )
  .map(([before, first, after, second]) => {
    const all = [...before, ...[first, after, second].filter((one) => one !== null)];
    const ids = new Set<string>();
    return all.map((segment) =>
      segment.kind === 'calls'
        ? { ...segment, calls: segment.calls.map((call) => ({ ...call, id: unused(call.id, ids) })) }
        : segment,
    );
  });

function unused(id: string, ids: Set<string>): string {
  let one = id;
  while (ids.has(one)) one += 'x';
  ids.add(one);
  return one;
}
