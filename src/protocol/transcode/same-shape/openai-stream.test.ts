import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../api-error.ts';
import { OpenAiSameShapeStream } from './openai-stream.ts';
import { dataOf, DONE, FINISH, lastError, TEXT, USAGE } from './openai-streams.fixture.ts';
import { eventsOf, jsonOf, OPTIONS, run, type Run } from './stream-runs.fixture.ts';

const encoder = new TextEncoder();

type Options = Partial<typeof OPTIONS>;

const open = (options: Options = {}) => new OpenAiSameShapeStream({ ...OPTIONS, ...options });
const relay = (text: string, options: Options = {}): Run => run(open(options), [encoder.encode(text)]);

describe('OpenAI stream to an OpenAI client', () => {
  test('a delta’s text cannot reach beyond its line: an escaped line end is no escape', () => {
    for (const broken of ['a\\\n', 'a\\\r', 'a\\\r\n', 'a\\\u0001', 'a\n\n', 'a\\']) {
      for (const behind of ['b"},"finish_reason":null}]}\n\n', `b\n\n${TEXT}`, `\n\n${DONE}`]) {
        const head = '{"id":"1","model":"up-model","choices":[{"index":0,"delta":{"content":"';
        const tail = `data: ${head}${broken}${behind}${TEXT}`;
        const fresh = relay(tail);
        const taught = relay(TEXT + tail);
        expect(taught.text).toBe(relay(TEXT).text.slice(0, relay(TEXT).text.indexOf('data: {"error"')) + fresh.text);
        expect(taught.state).toBe(fresh.state);
      }
    }
  });

  test('fault 30, fault 31: cut at any byte, a stream is complete only if it said it was', () => {
    const text = `: c\n\n${TEXT}${TEXT}${FINISH}${USAGE}${DONE}`;
    const finishEnds = text.indexOf(FINISH) + FINISH.length;
    for (let at = 0; at <= text.length; at++) {
      const { text: out, state, error } = relay(text.slice(0, at), { publicModel: 'up-model' });
      // The finish chunk counts as soon as its JSON is whole: upstreams forget the blank line.
      if (at >= finishEnds - 2) {
        expect(state).toBe('complete');
        expect(out.endsWith(DONE)).toBe(true);
      } else {
        expect(state).toBe('failed');
        expect(error?.code).toBe('upstream_eof');
        expect(out).not.toContain('[DONE]');
        expect(jsonOf(eventsOf(out).at(-1)!.data)).toMatchObject({ error: { code: 'upstream_eof' } });
      }
      for (const { data } of eventsOf(out)) expect(data === '[DONE]' || jsonOf(data) !== undefined).toBe(true);
    }
  });

  test('fault 32: nothing follows [DONE], whatever the upstream goes on to send', () => {
    for (const spelled of [
      'data: [DONE]',
      'data:[DONE]',
      'data:  [DONE] ',
      'data: [DONE]\nid: 1',
      'event: x\ndata: [DONE]',
    ]) {
      const stream = open({ publicModel: 'up-model' });
      const out = Buffer.from(stream.push(encoder.encode(`${TEXT}${spelled}\n\n${TEXT}`))).toString();
      expect(out).toBe(`${TEXT}${spelled}\n\n`);
      expect(stream.state).toBe('complete');
      expect(stream.push(encoder.encode(TEXT)).length).toBe(0);
      expect(stream.end().length).toBe(0);
      expect(stream.fail(new ApiError('upstream_eof', 'late')).length).toBe(0);
      expect(stream.state).toBe('complete');
    }
  });

  test('C034: a clean end without [DONE] gets one', () => {
    expect(relay(TEXT + FINISH, { publicModel: 'up-model' })).toMatchObject({
      text: TEXT + FINISH + DONE,
      state: 'complete',
    });
    expect(relay(TEXT, { eofWithoutDone: 'ok', publicModel: 'up-model' })).toMatchObject({
      text: TEXT + DONE,
      state: 'complete',
    });
    expect(relay('', { eofWithoutDone: 'error' }).error?.code).toBe('upstream_eof');
  });

  test('C115: a last event without its blank line is delivered with one', () => {
    for (const rest of [DONE.trimEnd(), `${DONE.trimEnd()}\n`, `${DONE.trimEnd()}\r\n`, `${DONE.trimEnd()}\r`]) {
      const out = relay(TEXT + FINISH + rest);
      expect(out.state).toBe('complete');
      expect(eventsOf(out.text).map(({ data }) => data)).toHaveLength(3);
      expect(eventsOf(out.text).at(-1)?.data).toBe('[DONE]');
    }
  });

  test('C116: data lines separated by one line end are events of their own', () => {
    const lines = [TEXT, FINISH, USAGE, DONE].map((frame) => frame.trimEnd());
    for (const text of [`${lines.join('\n')}\n\n`, lines.join('\n'), `${lines.join('\r\n')}\r\n`]) {
      const out = relay(text, { hideUsage: true });
      expect(out.state).toBe('complete');
      expect(out.usage).toMatchObject({ inputTokens: 9, outputTokens: 3 });
      expect(eventsOf(out.text).map(({ data }) => data)).toEqual([
        dataOf(TEXT).replace('up-model', 'public-model'),
        dataOf(FINISH).replace('up-model', 'public-model'),
        '[DONE]',
      ]);
    }
    // The half of an event that a cut leaves is not one.
    const cut = relay(`${lines[0]}\n${lines[1]!.slice(0, 40)}`);
    expect(lastError(cut).code).toBe('upstream_eof');
    expect(eventsOf(cut.text)).toHaveLength(2);
  });

  test('C114: one JSON text over several data lines arrives whole', () => {
    const out = relay('data: {"model":"up-model",\ndata: "choices":\ndata: [{"delta":{"content":"a\\nb"}}]}\n\n');
    expect(jsonOf(eventsOf(out.text)[0]!.data)).toEqual({
      model: 'public-model',
      choices: [{ delta: { content: 'a\nb' } }],
    });
  });

  test('C118: an event without data would break the SDKs and goes; comments stay', () => {
    for (const dataless of [
      'event: ping',
      'event: ping\nid: 3',
      'id: 4',
      'retry: 100',
      ': c\nevent: x',
      'data:',
      'data',
    ]) {
      const out = relay(`${TEXT}${dataless}\n\n${FINISH}${DONE}`, { publicModel: 'up-model' });
      expect(out).toMatchObject({ text: TEXT + FINISH + DONE, state: 'complete' });
    }
    const comments = `: OPENROUTER PROCESSING\n\n${TEXT}:\n\n: a\n: b\n\n${FINISH}${DONE}`;
    expect(relay(comments, { publicModel: 'up-model' }).text).toBe(comments);
  });

  test('an error of the upstream is the last event, and no [DONE] follows it', () => {
    const cases = [
      'data: {"error":{"message":"no","type":"server_error","param":null,"code":"502"}}',
      'data: {"error":{"message":"no"}}',
      'data: {"error":"no"}',
      'data: {"id":"1","choices":[],"error":{"code":502,"message":"no"},"usage":{"prompt_tokens":1}}',
      'event: error\ndata: {"error":{"message":"no"}}',
      'event: error\ndata: {"message":"no"}',
      'event: error\ndata: {"detail":"no"}',
      'event: error\ndata: no',
      'event: error\ndata: "no"',
      'event: error\ndata: {"error":\ndata: {"message":"no"}}',
      'data: {"error":\ndata: {"message":"no"}}',
      'error: {"message":"no"}',
      'error: no',
      '{"error":{"message":"no"}}',
      '{"detail":"no"}',
    ];
    for (const frame of cases) {
      for (const end of [`\n\n${TEXT}${FINISH}${DONE}`, '\n\n', '\n', '']) {
        const out = relay(TEXT + frame + end, { publicModel: 'up-model' });
        const { message } = lastError(out);
        if (!frame.includes('"code":502')) expect([frame + end, message]).toEqual([frame + end, 'no']);
        expect(out.text.startsWith(TEXT)).toBe(true);
        expect(eventsOf(out.text)).toHaveLength(2);
        expect(out.error?.message).toBe('no');
      }
    }
  });

  test('C046: an error’s text is redacted wherever it stands, and bears the public model', () => {
    const options: Options = { redact: (text) => text.replaceAll('secret', '[redacted]') };
    for (const frame of [
      'data: {"error":{"message":"at secret","type":"secret","param":null,"code":"secret"}}',
      'data: {"error":"at secret"}',
      'event: error\ndata: at secret',
      'error: at secret',
      '{"error":{"message":"at secret"}}',
      'data: {"model":"up-model","error":{"message":"at secret","type":"t","param":null,"code":null}}',
    ]) {
      const out = relay(`${TEXT}${frame}\n\n`, options);
      expect(out.text).not.toContain('secret');
      expect(out.text).not.toContain('up-model');
      expect(lastError(out).message).toBe('at [redacted]');
      expect(out.error?.message).toBe('at [redacted]');
    }
    const complete = 'data: {"model":"up-model","error":{"message":"m","type":"t","param":null,"code":null}}\n\n';
    expect(relay(complete).text).not.toContain('up-model');
    const counted =
      'data: {"usage":{"prompt_tokens":5},"error":{"message":"m","type":"t","param":null,"code":null}}\n\n';
    const hidden = relay(counted, { hideUsage: true });
    expect(hidden.text).not.toContain('usage');
    expect(hidden.usage?.inputTokens).toBe(5);
  });

  test('an error that is null, empty or a zero value is none', () => {
    for (const none of ['null', '""', '{}']) {
      const text = `data: {"error":${none},"choices":[{"delta":{"content":"a"}}]}\n\n${FINISH}${DONE}`;
      expect(relay(text, { publicModel: 'up-model' })).toMatchObject({ text, state: 'complete' });
    }
  });

  test('three frames that are no JSON fail the stream; fewer are a proxy’s noise', () => {
    const noise = 'data: <html>\n\n';
    expect(relay(noise + noise + TEXT + FINISH + DONE, { publicModel: 'up-model' }).text).toBe(
      noise + noise + TEXT + FINISH + DONE,
    );
    const out = relay(noise + TEXT + noise + noise + DONE);
    expect(lastError(out).code).toBe('upstream_error');
    expect(out.text).not.toContain('<html>\n\ndata: <html>\n\ndata: <html>');
  });

  test('C129, F8: hidden usage leaves no trace, and is read all the same', () => {
    const usages = [
      USAGE,
      'data: {"usage":{"prompt_tokens":9,"completion_tokens":3},"choices":[]}\n\n',
      'data: {"usage" : {"prompt_tokens":9,"completion_tokens":3} , "choices": [ ] }\n\n',
      'data: {"model":"m","usage":{"prompt_tokens":9,"completion_tokens":3}}\n\n',
      'data: {"choices":null,"us\\u0061ge":{"prompt_tokens":9,"completion_tokens":3}}\n\n',
    ];
    for (const usage of usages) {
      const out = relay(TEXT + FINISH + usage + DONE, { hideUsage: true, publicModel: 'up-model' });
      expect(out).toMatchObject({ text: TEXT + FINISH + DONE, usage: { inputTokens: 9, outputTokens: 3 } });
      const shown = relay(TEXT + FINISH + usage + DONE, { publicModel: 'up-model' });
      expect(shown.usage).toMatchObject({ inputTokens: 9, outputTokens: 3 });
      expect(eventsOf(shown.text)).toHaveLength(4);
    }
    // In chunks that carry more, the member alone goes.
    const everywhere = relay(
      'data: {"usage":null,"choices":[{"delta":{"content":"a"}}],"id":"1"}\n\n' +
        'data: {"choices":[{"delta":{"content":"b"}}],"id":"1","usage":null}\n\n' +
        'data: {"choices":[{"delta":{"content":"c"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2},"id":"1"}\n\n' +
        'data: {"choices":[],"usage":null}\n\n',
      { hideUsage: true },
    );
    expect(everywhere.text).toBe(
      'data: {"choices":[{"delta":{"content":"a"}}],"id":"1"}\n\n' +
        'data: {"choices":[{"delta":{"content":"b"}}],"id":"1"}\n\n' +
        'data: {"choices":[{"delta":{"content":"c"},"finish_reason":"stop"}],"id":"1"}\n\n' +
        `data: {"choices":[]}\n\n${DONE}`,
    );
  });

  test('F5: usage in every chunk is cumulative: the last one counts, a null takes nothing back', () => {
    const counted = (n: number) =>
      `data: {"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":7,"completion_tokens":${n}}}\n\n`;
    const out = relay(`${counted(1)}${counted(2)}${counted(3)}data: {"choices":[],"usage":null}\n\n${FINISH}${DONE}`);
    expect(out.usage).toMatchObject({ inputTokens: 7, outputTokens: 3 });
  });

  test('fail ends an open stream with the error, once, and drops the half of an event', () => {
    const stream = open();
    stream.push(encoder.encode(`${TEXT}data: {"half`));
    const told = Buffer.from(stream.fail(new ApiError('upstream_timeout', 'too late'))).toString();
    expect(jsonOf(eventsOf(told)[0]!.data)).toMatchObject({ error: { code: 'upstream_timeout', message: 'too late' } });
    expect([stream.state, stream.error?.code]).toEqual(['failed', 'upstream_timeout']);
    for (const rest of [
      stream.push(encoder.encode(TEXT)),
      stream.end(),
      stream.fail(new ApiError('upstream_eof', '')),
    ]) {
      expect(rest.length).toBe(0);
    }
    expect(stream.error?.code).toBe('upstream_timeout');
  });
});
