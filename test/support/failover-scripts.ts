/** What targets say in tests of failover, and models that say it. */
import {
  anthropicEvent,
  anthropicMessage,
  anthropicStream,
  openaiCompletion,
  openaiEvent,
  openaiStream,
} from './answers.ts';
import type { ClientShape } from './clients.ts';
import type { Script } from './scripted-upstream.ts';
import type { FailoverFixture, FailoverModel, Place } from './failover-fixture.ts';

export const STREAMS: Readonly<Record<ClientShape, (text: string) => string[]>> = {
  openai: (text) => openaiStream({ pieces: [text] }),
  anthropic: (text) => anthropicStream({ pieces: [text] }),
};

/** A role or a start, and nothing said yet. */
export const OPENINGS: Readonly<Record<ClientShape, string[]>> = {
  openai: openaiStream().slice(0, 1),
  anthropic: anthropicStream().slice(0, 3),
};

export const ERROR_EVENTS: Readonly<Record<ClientShape, string>> = {
  openai: openaiEvent({ error: { message: 'Provider returned error', code: 502 } }),
  anthropic: anthropicEvent({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
};

/** Whole answers of the text, JSON or a stream as it is asked for. */
export const answers = (shape: ClientShape, text: string): Script => {
  const body = shape === 'openai' ? openaiCompletion({ text }) : anthropicMessage({ text });
  return (exchange) =>
    exchange.request.text().includes('"stream":true')
      ? exchange.stream(STREAMS[shape](text))
      : exchange.json(200, body);
};

export const refuses =
  (status: number, retryAfter?: string): Script =>
  (exchange) =>
    exchange.json(
      status,
      { error: { message: 'The upstream says no.', type: 'some_error', code: null } },
      retryAfter === undefined ? [] : [['retry-after', retryAfter]],
    );

export const both = (shape: ClientShape): Place[] => [{ shape }, { shape }];

/** For `freshModels` to hand out. */
export function numbered(prefix: string, count: number, places: readonly Place[]) {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, { places }]));
}

/** Hands out models that nobody used yet, `PREFIX0` first, so that no breaker is shared between tests. */
export function freshModels(fixture: () => FailoverFixture): (prefix: string) => FailoverModel {
  const used = new Map<string, number>();
  return (prefix) => {
    const next = used.get(prefix) ?? 0;
    used.set(prefix, next + 1);
    return fixture().model(`${prefix}${next}`);
  };
}
