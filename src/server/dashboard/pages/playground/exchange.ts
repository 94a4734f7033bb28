import { createParser } from 'eventsource-parser';
import { useRef, useState } from 'preact/hooks';
import { toFailure } from '../../api/failure.ts';
import { sendPlayground } from '../../api/playground.ts';
import { type AnswerText, addEvent, NO_TEXT, readAnswer } from './read-answer.ts';
import { bodyOf, type Draft } from './draft.ts';

export interface ExchangeState extends AnswerText {
  readonly phase: 'idle' | 'sending' | 'receiving' | 'done' | 'failed' | 'stopped';
  readonly status: number | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly raw: string;
  readonly firstByteMs: number | undefined;
  readonly tookMs: number | undefined;
}

const IDLE: ExchangeState = {
  ...NO_TEXT,
  phase: 'idle',
  status: undefined,
  headers: [],
  raw: '',
  firstByteMs: undefined,
  tookMs: undefined,
};

export interface ExchangeEnd {
  readonly phase: 'done' | 'failed' | 'stopped';
  /** Undefined: there was no whole answer. */
  readonly status: number | undefined;
}

export interface PlaygroundExchange {
  readonly state: ExchangeState;
  /** Resolves once the answer has ended, whichever way. */
  readonly send: (draft: Draft, key: string) => Promise<ExchangeEnd>;
  readonly stop: () => void;
}

/** One request at a time, and its answer as it comes in. */
export function useExchange(): PlaygroundExchange {
  const [state, setState] = useState<ExchangeState>(IDLE);
  const abort = useRef<AbortController>(null);
  const send = async (draft: Draft, key: string): Promise<ExchangeEnd> => {
    const controller = new AbortController();
    abort.current = controller;
    const begun = performance.now();
    const since = () => Math.round(performance.now() - begun);
    setState({ ...IDLE, phase: 'sending' });
    try {
      const response = await sendPlayground(draft.shape, bodyOf(draft), key, controller.signal);
      const headers = [...response.headers].filter(([name]) => isTelling(name));
      setState((last) => ({ ...last, phase: 'receiving', status: response.status, headers }));
      const isStream = response.headers.get('content-type')?.includes('event-stream') === true;
      let answer: AnswerText = NO_TEXT;
      let raw = '';
      const parser = createParser({ onEvent: ({ data }) => (answer = addEvent(answer, draft.shape, data)) });
      for await (const text of textOf(response)) {
        raw += text;
        if (isStream) parser.feed(text);
        const shown = answer;
        setState((last) => ({ ...last, ...shown, raw, firstByteMs: last.firstByteMs ?? since() }));
      }
      const whole = isStream ? answer : readAnswer(draft.shape, raw);
      const phase = response.ok && whole.error === undefined ? 'done' : 'failed';
      setState((last) => ({ ...last, ...whole, raw, phase, tookMs: since() }));
      return { phase, status: response.status };
    } catch (cause) {
      const phase = controller.signal.aborted ? 'stopped' : 'failed';
      const why = phase === 'failed' ? { error: toFailure(cause).message } : {};
      setState((last) => ({ ...last, ...why, phase, tookMs: since() }));
      return { phase, status: undefined };
    }
  };
  return { state, send, stop: () => abort.current?.abort() };
}

async function* textOf(response: Response): AsyncGenerator<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) return;
    yield decoder.decode(part.value, { stream: true });
  }
}

function isTelling(name: string): boolean {
  return name.startsWith('x-th-') || name.includes('ratelimit') || name === 'retry-after' || name === 'content-type';
}
