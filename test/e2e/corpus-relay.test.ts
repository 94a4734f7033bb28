import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { accumulateAnthropic, accumulateOpenAi, finalMessage, type Accumulated } from '../support/accumulate.ts';
import { anthropicClients, post, requestBody, type ClientShape, type Endpoint } from '../support/clients.ts';
import { loadCorpus, recordedRequest, recordedResponse, type CorpusEntry } from '../support/corpus.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { seedOf, splitAtRandom } from '../support/split-bytes.ts';
import { parseEvents } from '../support/sse-events.ts';

setDefaultTimeout(120_000);

const corpus = loadCorpus();
/** Models in turn, so that the failures among the recordings do not add up at one of them. */
const TARGETS = 32;

const shapeOf = (entry: CorpusEntry): ClientShape => (entry.shape === 'openai-chat' ? 'openai' : 'anthropic');

function groups(entries: readonly CorpusEntry[]): [name: string, entries: readonly CorpusEntry[]][] {
  const byName = Map.groupBy(entries, (entry) => `${entry.shape}/${entry.provider}`);
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The recorded request (or a small one), asking `model` for a stream with usage. */
function requestFor(entry: CorpusEntry, model: string, stream: boolean): Record<string, unknown> {
  const shape = shapeOf(entry);
  const recorded = recordedRequest(entry) as Record<string, unknown> | undefined;
  const usage = shape === 'openai' && stream ? { stream_options: { include_usage: true } } : {};
  return { ...(recorded ?? requestBody(shape, model)), model, stream, ...usage };
}

describe.skipIf(corpus === undefined)('recorded answers of real providers, relayed in their own shape', () => {
  let relay: RelayFixture;
  let direct: ScriptedUpstream;
  let current: CorpusEntry;
  let turn = 0;
  const targets: Record<ClientShape, Target[]> = { openai: [], anthropic: [] };
  beforeAll(async () => {
    // What the SDK makes of the recording when nothing is in between.
    direct = await ScriptedUpstream.start((exchange) => exchange.stream([mended(current)]));
    relay = await startRelay({ targets: TARGETS });
    for (const shape of ['openai', 'anthropic'] as const) {
      for (let i = 0; i < TARGETS; i++) {
        const target = relay.target(shape, (exchange) => {
          const bytes = recordedResponse(current);
          if (current.stream) return exchange.stream(splitAtRandom(bytes, 24, seedOf(current.id)));
          const type = current.response.endsWith('.json') ? 'application/json' : 'text/plain';
          return exchange.answer(current.status, bytes, [['content-type', type]]);
        });
        targets[shape].push(target);
      }
    }
  });
  afterAll(async () => {
    await relay?.stop();
    await direct?.stop();
  });

  /** Lets a check run for each entry and names every one that failed. */
  async function each(
    entries: readonly CorpusEntry[],
    check: (entry: CorpusEntry, target: Target) => Promise<void>,
  ): Promise<void> {
    const failures: string[] = [];
    for (const entry of entries) {
      current = entry;
      relay.upstream.requests.length = 0;
      const shapes = targets[shapeOf(entry)];
      try {
        await check(entry, shapes[turn++ % shapes.length]!);
      } catch (error) {
        failures.push(`${entry.path}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    expect(failures.join('\n\n'), `${failures.length} of ${entries.length} recordings`).toBe('');
  }

  const streams = (corpus ?? []).filter(({ stream }) => stream);
  for (const [name, entries] of groups(streams)) {
    test(`streams of ${name} (${entries.length})`, () =>
      each(entries, (entry, target) =>
        shapeOf(entry) === 'openai' ? checkOpenAi(entry, target) : checkAnthropic(entry, target),
      ));
  }

  async function checkOpenAi(entry: CorpusEntry, target: Target): Promise<void> {
    const endpoint: Endpoint = { url: direct.url, key: 'k' };
    const expected = await accumulateOpenAi(endpoint, requestFor(entry, 'm', true));
    const relayed = await accumulateOpenAi(relay, requestFor(entry, target.id, true));
    compare(
      relayed,
      expected,
      openaiMustFail(mended(entry)),
      (chunk, model) => {
        const { model: named, ...rest } = chunk;
        // Azure's first chunk has the model "", which gives nothing away.
        if (model !== undefined && named !== undefined && named !== '') expect(named).toBe(model);
        return rest;
      },
      target.id,
    );
  }

  async function checkAnthropic(entry: CorpusEntry, target: Target): Promise<void> {
    // Without `event:` lines the SDKs see nothing at all; the gateway adds them, so there is nothing to compare with.
    const bare = !/^event:/m.test(mended(entry));
    const nearest = anthropicClients({ url: direct.url, key: 'k' });
    for (const [i, { client }] of anthropicClients(relay).entries()) {
      const expected = await accumulateAnthropic(nearest[i]!.client, requestFor(entry, 'm', true));
      const relayed = await accumulateAnthropic(client, requestFor(entry, target.id, true));
      if (bare) {
        expect(relayed.items.length).toBeGreaterThan(0);
        continue;
      }
      compare(
        relayed,
        expected,
        anthropicMustFail(mended(entry)),
        (event, model) => {
          if (event.type !== 'message_start') return event;
          const { model: named, ...rest } = event.message as Record<string, unknown>;
          if (model !== undefined) expect(named).toBe(model);
          return { ...event, message: rest };
        },
        target.id,
      );
      const { stream: _, ...body } = requestFor(entry, 'm', true);
      const whole = await finalMessage(nearest[i]!.client, body);
      const final = await finalMessage(client, { ...body, model: target.id });
      expect(final.error === undefined, final.error?.message).toBe(whole.error === undefined);
      if (final.message !== undefined) expect({ ...final.message, model: '' }).toEqual({ ...whole.message, model: '' });
    }
  }

  function compare(
    relayed: Accumulated,
    expected: Accumulated,
    mustFail: string | undefined,
    normalise: (item: Record<string, unknown>, model?: string) => Record<string, unknown>,
    model: string,
  ): void {
    const shouldFail = mustFail ?? expected.error?.message;
    if (shouldFail === undefined && relayed.error !== undefined) throw new Error(`failed: ${relayed.error.message}`);
    if (shouldFail !== undefined && relayed.error === undefined) throw new Error(`should have failed: ${shouldFail}`);
    const got = relayed.items.map((item) => normalise(item, model));
    const wanted = expected.items.map((item) => normalise(item));
    // What comes behind the failure is not compared: the gateway ends a stream at its first failure.
    expect(got).toEqual(shouldFail === undefined ? wanted : wanted.slice(0, got.length));
  }

  const answers = (corpus ?? []).filter(({ stream }) => !stream);
  for (const [name, entries] of groups(answers)) {
    test(`JSON answers of ${name} (${entries.length})`, () =>
      each(entries, async (entry, target) => {
        const shape = shapeOf(entry);
        const response = await post(relay, shape, requestFor(entry, target.id, false));
        const text = await response.text();
        const recorded = Buffer.from(recordedResponse(entry)).toString();
        const value = entry.response.endsWith('.json') ? (JSON.parse(recorded) as unknown) : undefined;
        if (entry.status === 200 && isAnswer(shape, value)) {
          expect(response.status, text.slice(0, 500)).toBe(200);
          expect(JSON.parse(text)).toEqual({ ...value, ...('model' in value ? { model: target.id } : {}) });
          return;
        }
        expect(response.status).toBeGreaterThanOrEqual(400);
        const { error } = JSON.parse(text) as { error: { message: string; type: string } };
        expect(error.message.length).toBeGreaterThan(0);
        expect(typeof error.type).toBe('string');
        expect(text).not.toMatch(/<html|<!doctype/i);
      }));
  }
});

/**
 * A recording as the gateway mends it: the last event gets the blank line it lacks, and an Anthropic stream loses a
 * stray `[DONE]`, on which the SDKs choke.
 */
function mended(entry: CorpusEntry): string {
  const text = `${Buffer.from(recordedResponse(entry)).toString()}\n\n`;
  return entry.shape === 'openai-chat' ? text : text.replace(/^(event: .*\r?\n)?data: \[DONE\]\r?\n\r?\n/gm, '');
}

function isAnswer(shape: ClientShape, value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || 'error' in value) return false;
  return shape === 'openai' ? 'choices' in value && (value.choices as unknown[]).length > 0 : 'content' in value;
}

/** Why a recording must not look like a success to the client, or undefined when it may. */
function openaiMustFail(recording: string): string | undefined {
  let finished = false;
  let done = false;
  for (const { event, data } of parseEvents(recording).events) {
    if (data.trim() === '[DONE]') {
      done = true;
      break;
    }
    const chunk = parseJson(data);
    if (event === 'error' || (chunk.error !== undefined && chunk.error !== null)) return 'it holds an error';
    const choices = (chunk.choices ?? []) as { finish_reason?: string | null }[];
    finished ||= choices.some(({ finish_reason }) => typeof finish_reason === 'string' && finish_reason !== '');
  }
  return finished || done ? undefined : 'it ends without finish reason and [DONE]';
}

function anthropicMustFail(recording: string): string | undefined {
  const types = parseEvents(recording).events.map(({ event, data }) => event ?? String(parseJson(data).type));
  if (types.includes('error')) return 'it holds an error';
  return types.includes('message_stop') ? undefined : 'it ends without message_stop';
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {}; // some recordings hold lines that are not JSON; the SDKs' own verdict on them counts
  }
}
