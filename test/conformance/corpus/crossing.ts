/** One recording on its way to a client, and what the client's SDKs make of it. */
import { ApiError } from '../../../src/protocol/api-error.ts';
import { readOpenAiCompletion } from '../../../src/protocol/transcode/anthropic-to-openai/response.ts';
import { AnthropicFromOpenAiStream } from '../../../src/protocol/transcode/anthropic-to-openai/stream.ts';
import { readAnthropicMessage } from '../../../src/protocol/transcode/openai-to-anthropic/response.ts';
import { OpenAiFromAnthropicStream } from '../../../src/protocol/transcode/openai-to-anthropic/stream.ts';
import { accumulateAiSdkJson, accumulateAiSdkStream } from '../../support/accumulate/ai-sdk.ts';
import {
  ANTHROPIC_SDKS,
  accumulateAnthropicJson,
  accumulateAnthropicStream,
} from '../../support/accumulate/anthropic-sdk.ts';
import { accumulateOpenAiPython } from '../../support/accumulate/openai-python.ts';
import { accumulateOpenAiJson, accumulateOpenAiStream } from '../../support/accumulate/openai-sdk.ts';
import { seedOf, splitAtRandom } from '../../support/split-bytes.ts';
import type { CorpusEntry } from '../../support/corpus.ts';
import { checkAnthropicEvents } from '../../support/grammar/anthropic-events.ts';
import { checkAnthropicMessage } from '../../support/grammar/anthropic-message.ts';
import { checkOpenAiChunks } from '../../support/grammar/openai-chunks.ts';
import { checkOpenAiCompletion } from '../../support/grammar/openai-completion.ts';
import { anthropicPlan } from '../properties/anthropic-client.ts';
import { openAiPlan } from '../properties/openai-client.ts';
import { runStream } from '../properties/run-stream.ts';
import type { Client } from './differences.ts';

/** What vendors call reasoning, all of it. */
const REASONING_OUT = ['reasoning_content', 'reasoning'];

export interface Crossed {
  readonly bytes: Uint8Array;
  /** Each bears what its SDK makes of the bytes. */
  readonly clients: readonly Client[];
  /** The first violation of the outgoing grammar. */
  readonly violation: string | undefined;
  /** The error that a JSON answer became: the client is told it as an HTTP error. */
  readonly refused: ApiError | undefined;
}

export async function cross(entry: CorpusEntry, recorded: Uint8Array): Promise<Crossed> {
  const toAnthropic = entry.shape === 'openai-chat';
  if (entry.response.endsWith('.sse')) {
    const bytes = throughStream(toAnthropic, entry, recorded);
    const violation = violationOf(() =>
      toAnthropic ? checkAnthropicEvents(bytes) : checkOpenAiChunks(bytes, { includeUsage: true }),
    );
    return {
      bytes,
      clients: await (toAnthropic ? anthropicStreams(bytes) : openAiStreams(bytes)),
      violation,
      refused: undefined,
    };
  }
  const body = Uint8Array.from(recorded);
  let bytes: Uint8Array;
  try {
    const capabilities = { ...anthropicPlan().capabilities, reasoningOut: REASONING_OUT };
    bytes = toAnthropic
      ? readOpenAiCompletion(body, anthropicPlan({ capabilities })).bytes
      : readAnthropicMessage(body, openAiPlan()).bytes;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { bytes: new Uint8Array(), clients: [], violation: undefined, refused: error };
  }
  const violation = violationOf(() => (toAnthropic ? checkAnthropicMessage(bytes) : checkOpenAiCompletion(bytes)));
  return {
    bytes,
    clients: await (toAnthropic ? anthropicJson(bytes) : openAiJson(bytes)),
    violation,
    refused: undefined,
  };
}

/** The output must be the same however the reads are cut. */
function throughStream(toAnthropic: boolean, entry: CorpusEntry, recorded: Uint8Array): Uint8Array {
  const capabilities = { ...anthropicPlan().capabilities, reasoningOut: REASONING_OUT };
  const open = () =>
    toAnthropic
      ? new AnthropicFromOpenAiStream(anthropicPlan({ capabilities }))
      : new OpenAiFromAnthropicStream(openAiPlan());
  const whole = runStream(open(), [recorded]).bytes;
  for (const pieces of [2, 7, 200]) {
    const split = runStream(open(), splitAtRandom(recorded, pieces, seedOf(entry.path) + pieces)).bytes;
    if (!Buffer.from(split).equals(Buffer.from(whole))) throw new Error(`the output depends on the reads (${pieces})`);
  }
  return whole;
}

function violationOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function anthropicStreams(bytes: Uint8Array): Promise<Client[]> {
  const clients: Client[] = [{ name: 'AI SDK', answer: await accumulateAiSdkStream('anthropic', bytes) }];
  for (const sdk of ANTHROPIC_SDKS)
    clients.push({ name: `Anthropic ${sdk}`, answer: await accumulateAnthropicStream(bytes, sdk) });
  return clients;
}

async function anthropicJson(bytes: Uint8Array): Promise<Client[]> {
  const clients: Client[] = [{ name: 'AI SDK', answer: await accumulateAiSdkJson('anthropic', bytes) }];
  for (const sdk of ANTHROPIC_SDKS)
    clients.push({ name: `Anthropic ${sdk}`, answer: await accumulateAnthropicJson(bytes, sdk) });
  return clients;
}

async function openAiStreams(bytes: Uint8Array): Promise<Client[]> {
  return [
    { name: 'OpenAI', answer: await accumulateOpenAiStream(bytes) },
    { name: 'OpenAI for Python', answer: accumulateOpenAiPython(bytes) },
    {
      name: 'AI SDK openai',
      answer: await accumulateAiSdkStream('openai', bytes),
      blindTo: ['reasoning'],
      refusalIsText: true,
    },
    {
      name: 'AI SDK openai-compatible',
      answer: await accumulateAiSdkStream('openai-compatible', bytes),
      blindTo: ['cacheWrites'],
      refusalIsText: true,
    },
  ];
}

async function openAiJson(bytes: Uint8Array): Promise<Client[]> {
  return [
    { name: 'OpenAI', answer: await accumulateOpenAiJson(bytes) },
    {
      name: 'AI SDK openai',
      answer: await accumulateAiSdkJson('openai', bytes),
      blindTo: ['reasoning'],
      refusalIsText: true,
    },
    {
      name: 'AI SDK openai-compatible',
      answer: await accumulateAiSdkJson('openai-compatible', bytes),
      blindTo: ['cacheWrites'],
      refusalIsText: true,
    },
  ];
}
