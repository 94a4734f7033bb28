import { describe, expect, test } from 'bun:test';
import {
  START,
  STOP,
  TEXT,
  accumulateAsPython,
  accumulateWithSdk,
  argumentsOf,
  callOf,
  deltasOf,
  json,
  planWith,
  runAnswer,
  sse,
  startBlock,
  stop,
  stopBlock,
  text,
  tool,
  type Told,
} from './answers.fixture.ts';

describe('calls of tools within an Anthropic stream', () => {
  test('C024 tool-no-args, A18: a call without arguments has an empty object for them', () => {
    const calls = (...events: Told[]) =>
      deltasOf(runAnswer([sse(START, ...events, stop('tool_use'), STOP)]).text).slice(1, -1);
    expect(calls(tool(0), json(0, ''), stopBlock(0))).toEqual([callOf(0, 'toolu_0', 'f0'), argumentsOf(0, '{}')]);
    expect(calls(tool(0), stopBlock(0))).toEqual([callOf(0, 'toolu_0', 'f0'), argumentsOf(0, '{}')]);
    // Upstreams that forget the stop.
    expect(calls(tool(0))).toEqual([callOf(0, 'toolu_0', 'f0'), argumentsOf(0, '{}')]);
  });

  test('A21: an input within the start is the arguments, unless it is streamed as well', () => {
    const calls = (...events: Told[]) =>
      deltasOf(runAnswer([sse(START, ...events, stop('tool_use'), STOP)]).text).slice(2, -1);
    expect(calls(tool(0, { input: { a: 1 } }), stopBlock(0))).toEqual([argumentsOf(0, '{"a":1}')]);
    expect(calls(tool(0, { input: { a: 1 } }), json(0, '{"a":'), json(0, '1}'), stopBlock(0))).toEqual([
      argumentsOf(0, '{"a":'),
      argumentsOf(0, '1}'),
    ]);
    expect(calls(tool(0, { input: { _raw_arguments: 'no json' } }), stopBlock(0))).toEqual([argumentsOf(0, 'no json')]);
  });

  test('A16: calls are numbered from 0, whatever blocks stand between', () => {
    const run = runAnswer([
      sse(
        START,
        TEXT,
        text(0, 'a'),
        stopBlock(0),
        tool(3),
        stopBlock(3),
        startBlock(4, { type: 'thinking', thinking: '' }),
        stopBlock(4),
        tool(7),
        stopBlock(7),
        stop('tool_use'),
        STOP,
      ),
    ]);
    const { message } = accumulateAsPython(run.text);
    expect(message.tool_calls).toMatchObject([{ id: 'toolu_3' }, { id: 'toolu_7' }]);
  });

  test('a call without an id gets one of its own; one without a name is none', () => {
    const run = runAnswer([
      sse(
        START,
        tool(0, { id: '' }),
        stopBlock(0),
        tool(1, { name: ' ' }),
        json(1, '{}'),
        stopBlock(1),
        tool(2, { id: null }),
        stopBlock(2),
        stop('tool_use'),
        STOP,
      ),
    ]);
    const { message } = accumulateAsPython(run.text);
    expect(message.tool_calls).toMatchObject([
      { id: 'call_01ABC_0' },
      { id: 'call_01ABC_1', function: { name: 'f2' } },
    ]);
    expect(run.oddities).toEqual({ call_without_id: 2, nameless_call: 1 });
  });

  test('C086: a tool bears the client’s own name again', () => {
    const plan = planWith();
    const long = 'x'.repeat(140);
    const alias = plan.names.offer(long, 'tools[0].function.name');
    expect(alias).not.toBe(long);
    const run = runAnswer([sse(START, tool(0, { name: alias }), stopBlock(0), stop('tool_use'), STOP)], {
      names: plan.names,
    });
    expect(deltasOf(run.text)[1]).toEqual(callOf(0, 'toolu_0', long));
  });

  test('a custom tool is called with its text, once that is whole', async () => {
    const customTools = new Set(['f0']);
    const stream = (...parts: string[]) =>
      sse(
        START,
        tool(0),
        ...parts.map((part) => json(0, part)),
        stopBlock(0),
        tool(1),
        json(1, '{}'),
        stopBlock(1),
        stop('tool_use'),
        STOP,
      );
    const custom = (input: string) => ({
      tool_calls: [{ index: 0, id: 'toolu_0', type: 'custom', custom: { name: 'f0', input } }],
    });
    const run = runAnswer([stream('{"inp', 'ut":"a \\"b\\"\\n', '世"}')], { customTools });
    expect(deltasOf(run.text).slice(1, -1)).toEqual([
      custom('a "b"\n世'),
      callOf(1, 'toolu_1', 'f1'),
      argumentsOf(1, '{}'),
    ]);
    expect(deltasOf(runAnswer([stream()], { customTools }).text)[1]).toEqual(custom(''));
    expect(deltasOf(runAnswer([stream('{"input":"cut')], { customTools }).text)[1]).toEqual(custom('{"input":"cut'));
    expect(deltasOf(runAnswer([stream('{"other":1}')], { customTools }).text)[1]).toEqual(custom('{"other":1}'));
    const sdk = await accumulateWithSdk(run.text);
    expect(sdk).toMatchObject({
      choices: [
        { message: { tool_calls: [{ type: 'custom', custom: { input: 'a "b"\n世' } }, { type: 'function' }] } },
      ],
    });
  });

  test('C125 functions-legacy: function_call, once', async () => {
    const run = runAnswer(
      [
        sse(
          START,
          startBlock(0, { type: 'thinking', thinking: '', signature: 's' }),
          stopBlock(0),
          tool(1),
          json(1, '{"a"'),
          json(1, ':1}'),
          stopBlock(1),
          tool(2),
          json(2, '{}'),
          stopBlock(2),
          stop('tool_use'),
          STOP,
        ),
      ],
      { legacyFunctions: true },
    );
    expect(deltasOf(run.text).slice(1, 4)).toEqual([
      { function_call: { name: 'f1', arguments: '' } },
      { function_call: { arguments: '{"a"' } },
      { function_call: { arguments: ':1}' } },
    ]);
    const sdk = await accumulateWithSdk(run.text);
    expect(sdk).toMatchObject({
      choices: [{ finish_reason: 'function_call', message: { function_call: { name: 'f1', arguments: '{"a":1}' } } }],
    });
    expect(run.oddities).toEqual({ dropped_call: 1 });
    expect(run.told.kept).toBeUndefined();
  });
});
