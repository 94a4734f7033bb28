import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../protocol/api-error.ts';
import { ConversationThinking } from './conversation-thinking.ts';
import { Signers } from './signers.ts';

const REFUSED = new ApiError('invalid_value', 'no', { thinking: 'refused' });
const MISSING = new ApiError('invalid_value', 'no', { thinking: 'missing' });

/** One request after another, with what was signed so far. */
function rig(signed: Readonly<Record<string, readonly string[]>> = {}) {
  const signers = new Signers();
  for (const [family, signatures] of Object.entries(signed)) for (const one of signatures) signers.learn(one, family);
  return { signers, request: () => new ConversationThinking(signers) };
}

const foreign = (thinking: ConversationThinking, family: string, ...signatures: string[]) => [
  ...thinking.at(family).foreign(signatures),
];

describe('D2: what of its thinking a conversation may take along', () => {
  test('a family gets its own, never another’s', () => {
    const { request } = rig({ a: ['a1', 'a2'], b: ['b1'] });
    expect(foreign(request(), 'a', 'a1', 'b1', 'a2')).toEqual(['b1']);
    expect(foreign(request(), 'b', 'a1', 'b1', 'a2')).toEqual(['a1', 'a2']);
    expect(foreign(request(), 'c', 'a1', 'b1')).toEqual(['a1', 'b1']);
  });

  test('what an answer is signed with is its family’s', () => {
    const { request } = rig();
    request().at('a').signed('new');
    expect(foreign(request(), 'b', 'new')).toEqual(['new']);
    expect(foreign(request(), 'a', 'new')).toEqual([]);
  });

  test('what nobody knows goes along where nothing says that the conversation was elsewhere: after a restart', () => {
    const { request } = rig({ a: ['a1'] });
    expect(foreign(request(), 'a', 'x', 'y')).toEqual([]);
    expect(foreign(request(), 'b', 'x', 'y')).toEqual([]);
    expect(foreign(request(), 'a', 'x', 'a1')).toEqual([]);
  });

  test('and stays behind where something does', () => {
    const { request } = rig({ a: ['a1'], b: ['b1'] });
    expect(foreign(request(), 'b', 'x', 'a1')).toEqual(['x', 'a1']);
    expect(foreign(request(), 'a', 'x', 'a1', 'b1')).toEqual(['x', 'b1']);
    // Another family was tried for the very request.
    const failing = request();
    expect(foreign(failing, 'a', 'x', 'a1')).toEqual([]);
    expect(foreign(failing, 'b', 'x', 'b1')).toEqual(['x']);
    // The same one at another place is no other family.
    const staying = request();
    expect([foreign(staying, 'a', 'x'), foreign(staying, 'a', 'x')]).toEqual([[], []]);
  });

  test('a refusal is answered once, with nothing signed; what was refused is nobody’s from then on', () => {
    const { request } = rig({ a: ['a1'], b: ['b1'] });
    const refused = request();
    expect(refused.at('a').withheld).toBe(false);
    expect(foreign(refused, 'a', 'a1', 'x')).toEqual([]);
    expect(refused.withhold(REFUSED, 'a')).toBe(true);
    expect(refused.at('a').withheld).toBe(true);
    expect(foreign(refused, 'a', 'a1', 'x')).toEqual(['a1', 'x']);
    expect(refused.withhold(REFUSED, 'a')).toBe(false);
    // Wherever else it goes.
    expect(foreign(refused, 'b', 'b1')).toEqual(['b1']);
    for (const family of ['a', 'b']) expect(foreign(request(), family, 'a1', 'x')).toEqual(['a1', 'x']);
  });

  test('what stayed behind is not what was refused', () => {
    const { request } = rig({ a: ['a1'], b: ['b1'] });
    const refused = request();
    foreign(refused, 'a', 'a1', 'b1');
    refused.withhold(REFUSED, 'a');
    expect(foreign(request(), 'b', 'b1')).toEqual([]);
  });

  test('D10: thinking that is missing says nothing of what is there', () => {
    const { request } = rig({ a: ['a1'] });
    const asked = request();
    foreign(asked, 'a', 'a1');
    expect(asked.withhold(MISSING, 'a')).toBe(true);
    expect(foreign(asked, 'a', 'a1')).toEqual(['a1']);
    expect(foreign(request(), 'a', 'a1')).toEqual([]);
  });

  test('any other failure is none of this', () => {
    const asked = rig().request();
    expect(asked.withhold(new ApiError('invalid_value', 'no'), 'a')).toBe(false);
    expect(asked.at('a').withheld).toBe(false);
  });
});
