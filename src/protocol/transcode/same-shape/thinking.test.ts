import { describe, expect, test } from 'bun:test';
import { ANTHROPIC_CAPABILITIES } from '../capabilities.ts';
import { crossingOf } from '../crossing.fixture.ts';
import { testThinking } from '../thinking-ports.fixture.ts';
import { type Asked, send } from './prepare.fixture.ts';
import { prepareTokenCount } from './request.ts';

const decoder = new TextDecoder();

const OWN = '{"type":"thinking","thinking":"hm","signature":"own"}';
const OWN_HIDDEN = '{"data":"own2","type":"redacted_thinking"}';
const THEIRS = '{"signature":"foreign1" , "type":"thinking","thinking":"h\\u006d"}';
const THEIRS_HIDDEN = '{"type":"redacted_thinking","data":"foreign2"}';
const OURS = '{"type":"thinking","thinking":"hm","signature":"th1.e30.x"}';
const EMPTY = '{"type":"thinking","thinking":"hm","signature":""}';
const BARE = '{"type":"thinking","thinking":"hm"}';
const TEXT = '{"type":"text" ,"text":"\\u00e9 \\"signature\\":\\"foreign1\\""}';
const CALL = '{"type":"tool_use","id":"t","name":"f","input":{"signature":"foreign1", "n":1.0}}';
const RESULT = '{"type":"tool_result","tool_use_id":"t","content":"r"}';
const asst = (...blocks: string[]) => `{"role":"assistant","content":[${blocks.join(', ')}]}`;
const user = (...blocks: string[]) => `{"role":"user","content":[${blocks.join(', ')}]}`;
const SAID = '{"role":"user","content":"Hi"}';
const of = (messages: readonly string[], more = '') => `{"model":"m","messages":[ ${messages.join(' , ')} ]${more}}`;

describe('D1, D2: thinking in a request of Anthropic’s shape that models of several families may serve', () => {
  test('what the upstream’s model did not sign goes, and not another byte', () => {
    const thinking = testThinking();
    const { text, exact, warnings } = send(
      'anthropic',
      of([
        SAID,
        asst(THEIRS, TEXT, OWN, THEIRS_HIDDEN, CALL),
        user(RESULT),
        asst(OWN_HIDDEN, OURS, EMPTY, BARE, TEXT),
        SAID,
      ]),
      { thinking },
    );
    expect(text).toBe(of([SAID, asst(TEXT, OWN, CALL), user(RESULT), asst(OWN_HIDDEN, TEXT), SAID]));
    expect([exact, warnings]).toEqual([false, ['dropped.thinking=messages']]);
    // All at once, in order; what is this gateway's or nobody's is nothing to ask about.
    expect(thinking.asked).toEqual([['foreign1', 'own', 'foreign2', 'own2']]);
  });

  test('a message of nothing else goes as a whole', () => {
    const { text } = send('anthropic', of([SAID, asst(THEIRS, THEIRS_HIDDEN), SAID]), { thinking: testThinking() });
    expect(text).toBe(of([SAID, SAID]));
  });

  test('where all of it is its own nothing changes, and without signatures nothing is asked', () => {
    const own = of([SAID, asst(OWN, OWN_HIDDEN, CALL), user(RESULT)]);
    expect(send('anthropic', own, { thinking: testThinking() })).toEqual({ text: own, exact: true, warnings: [] });
    const plain = testThinking();
    send('anthropic', of([SAID, asst(TEXT.replaceAll('signature', 'sign')), SAID]), { thinking: plain });
    expect(plain.asked).toEqual([]);
  });

  test('where one family serves it, nobody is asked: what others signed passes as it came', () => {
    const body = of([SAID, asst(THEIRS, TEXT, BARE), SAID]);
    expect(send('anthropic', body)).toEqual({ text: body, exact: true, warnings: [] });
  });

  test('an upstream that signs nothing keeps what nobody signed', () => {
    const capabilities = { reasoningEcho: 'tool_turns' } as const;
    const { text } = send('anthropic', of([SAID, asst(EMPTY, THEIRS, BARE, TEXT)]), {
      thinking: testThinking(),
      capabilities,
    });
    expect(text).toBe(of([SAID, asst(EMPTY, BARE, TEXT)]));
  });

  test('where it is withheld, all that is signed goes', () => {
    const { text } = send('anthropic', of([SAID, asst(OWN, TEXT, OWN_HIDDEN), SAID, asst(BARE, TEXT)]), {
      thinking: testThinking(true),
    });
    expect(text).toBe(of([SAID, asst(TEXT), SAID, asst(TEXT)]));
  });

  test('tokens are counted of what would be sent', () => {
    const { facts } = crossingOf(of([SAID, asst(THEIRS, TEXT)]), 'anthropic');
    const body = prepareTokenCount(facts, 'm', ANTHROPIC_CAPABILITIES, testThinking());
    expect(decoder.decode(body)).toBe(of([SAID, asst(TEXT)]));
  });
});

describe('D10: a tool loop whose thinking stays behind', () => {
  const BUDGET = ',"thinking":{"type":"enabled","budget_tokens":2048},"max_tokens":9';
  const OFF = ',"thinking":{"type":"disabled"},"max_tokens":9';
  const loop = (...blocks: string[]) => [SAID, asst(...blocks, CALL), user(RESULT)];
  const sent = (messages: readonly string[], more: string, asked: Asked = { thinking: testThinking() }) =>
    send('anthropic', of(messages, more), asked);

  test('a model with a budget does not think in this call', () => {
    const { text, exact, warnings } = sent(loop(THEIRS), BUDGET);
    expect(text).toBe(of(loop(), OFF));
    expect([exact, warnings]).toEqual([false, ['dropped.thinking=messages', 'approx.thinking']]);
  });

  test('after a model of OpenAI’s shape, too, where one family alone serves the conversation', () => {
    expect(sent(loop(OURS), BUDGET, {}).text).toBe(of(loop(), OFF));
    expect(sent(loop(EMPTY), BUDGET, {}).text).toBe(of(loop(), OFF));
  });

  test.each([
    ['its own is left', loop(OWN, THEIRS), loop(OWN)],
    ['hidden thinking is left', loop(THEIRS, OWN_HIDDEN), loop(OWN_HIDDEN)],
    [
      'an earlier message of the loop has its thinking',
      [...loop(OWN), asst(THEIRS, CALL), user(RESULT)],
      [...loop(OWN), asst(CALL), user(RESULT)],
    ],
    ['the user has spoken since', [...loop(THEIRS), asst(TEXT), SAID], [...loop(), asst(TEXT), SAID]],
    [
      'the answer after the loop is a plain text',
      [...loop(THEIRS), '{"role":"assistant","content":"Done."}', SAID],
      [...loop(), '{"role":"assistant","content":"Done."}', SAID],
    ],
    ['nothing is called', [SAID, asst(THEIRS, TEXT), SAID], [SAID, asst(TEXT), SAID]],
  ])('thinking goes on where %s', (_, before, after) => {
    expect(sent(before, BUDGET).text).toBe(of(after, BUDGET));
  });

  test.each([
    ['earlier loops do not count', [...loop(OWN), asst(TEXT), ...loop(THEIRS)], [...loop(OWN), asst(TEXT), ...loop()]],
    [
      'nor does a message that nothing is left of',
      [...loop(THEIRS), asst(THEIRS), user(RESULT)],
      [...loop(), user(RESULT)],
    ],
    [
      'what the user adds to results ends a loop',
      [...loop(OWN).slice(0, 2), user(RESULT, TEXT), asst(THEIRS, CALL), user(RESULT)],
      [...loop(OWN).slice(0, 2), user(RESULT, TEXT), asst(CALL), user(RESULT)],
    ],
  ])('but not where %s', (_, before, after) => {
    expect(sent(before, BUDGET).text).toBe(of(after, OFF));
  });

  test('one that decides for itself thinks on, unless its vendor wants all thinking back', () => {
    const adaptive = ',"thinking":{"type":"adaptive"}';
    expect(sent(loop(THEIRS), adaptive).text).toBe(of(loop(), adaptive));
    const echoes = { thinking: testThinking(), capabilities: { reasoningEcho: 'always' } } as const;
    expect(sent(loop(THEIRS), adaptive, echoes).text).toBe(of(loop(), ',"thinking":{"type":"disabled"}'));
    expect(sent(loop(THEIRS), ',"thinking":{"type":"disabled"}').warnings).toEqual(['dropped.thinking=messages']);
    expect(sent(loop(THEIRS), ',"thinking":null').text).toBe(of(loop(), ',"thinking":null'));
    expect(sent(loop(THEIRS), '').text).toBe(of(loop()));
  });

  test('and nothing is said of clearing thinking that is not there', () => {
    const clear = '{"type":"clear_thinking_20251015","keep":"all"}';
    const tools = '{"type":"clear_tool_uses_20250919"}';
    const managed = (...edits: string[]) => `${BUDGET},"context_management":{"edits":[${edits.join(', ')}]}`;
    const off = (more: string) => of(loop(), OFF + more);
    expect(sent(loop(THEIRS), `${managed(clear)},"th_x":1`).text).toBe(off(''));
    expect(sent(loop(THEIRS), `,"th_x":1${managed(clear)},"top_k":1`).text).toBe(off(',"top_k":1'));
    expect(sent(loop(THEIRS), managed(clear, tools)).text).toBe(off(`,"context_management":{"edits":[${tools}]}`));
    expect(sent(loop(THEIRS), managed(tools)).text).toBe(off(`,"context_management":{"edits":[${tools}]}`));
    expect(sent(loop(THEIRS), managed()).text).toBe(off(',"context_management":{"edits":[]}'));
    expect(sent(loop(OWN, THEIRS), managed(clear)).text).toBe(of(loop(OWN), managed(clear)));
  });

  test('where thinking is withheld, a loop that never had any is one as well', () => {
    expect(sent(loop(), BUDGET).text).toBe(of(loop(), BUDGET));
    const { text, warnings } = sent(loop(), BUDGET, { thinking: testThinking(true) });
    expect(text).toBe(of(loop(), OFF));
    expect(warnings).toEqual(['approx.thinking']);
  });
});
