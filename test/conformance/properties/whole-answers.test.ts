/** Any whole answer, to a client of the other shape. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { readOpenAiCompletion } from '../../../src/protocol/transcode/anthropic-to-openai/response.ts';
import { readAnthropicMessage } from '../../../src/protocol/transcode/openai-to-anthropic/response.ts';
import { accumulateAiSdkJson } from '../../support/accumulate/ai-sdk.ts';
import { accumulateAnthropicJson, ANTHROPIC_SDKS } from '../../support/accumulate/anthropic-sdk.ts';
import { accumulateOpenAiJson } from '../../support/accumulate/openai-sdk.ts';
import { anthropicMessage, openAiCompletion } from '../../support/arbitrary/whole-answers.ts';
import { checkAnthropicMessage } from '../../support/grammar/anthropic-message.ts';
import { checkOpenAiCompletion } from '../../support/grammar/openai-completion.ts';
import { anthropicPlan } from './anthropic-client.ts';
import { compareAnswer } from './compare.ts';
import { openAiPlan } from './openai-client.ts';
import { RUNS } from './runs.ts';

setDefaultTimeout(20_000 + RUNS * 200);
const encoder = new TextEncoder();

describe('a whole answer', () => {
  test('P1: of an Anthropic upstream is whole for an OpenAI client', async () => {
    await fc.assert(
      fc.asyncProperty(anthropicMessage, async ({ text, expected }) => {
        const { bytes } = readAnthropicMessage(encoder.encode(text), openAiPlan());
        checkOpenAiCompletion(bytes);
        compareAnswer(await accumulateOpenAiJson(bytes), expected, { client: 'OpenAI' });
        const openai = await accumulateAiSdkJson('openai', bytes);
        compareAnswer(openai, expected, { client: 'AI SDK openai', blindTo: 'reasoning' });
        const compatible = await accumulateAiSdkJson('openai-compatible', bytes);
        compareAnswer(compatible, expected, { client: 'AI SDK openai-compatible', foldsCacheWrites: true });
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });

  test('P2: of an OpenAI upstream is whole for an Anthropic client', async () => {
    await fc.assert(
      fc.asyncProperty(openAiCompletion, fc.boolean(), async ({ text, expected }, showThinking) => {
        const { bytes, kept } = readOpenAiCompletion(encoder.encode(text), anthropicPlan({ showThinking }));
        checkAnthropicMessage(bytes);
        const should = showThinking ? expected : { ...expected, reasoning: '' };
        for (const sdk of ANTHROPIC_SDKS) {
          compareAnswer(await accumulateAnthropicJson(bytes, sdk), should, { client: `Anthropic ${sdk}` });
        }
        compareAnswer(await accumulateAiSdkJson('anthropic', bytes), should, { client: 'AI SDK anthropic' });
        // What the client does not see is kept for it, where a call will lead back to it.
        expect(kept !== undefined).toBe(!showThinking && expected.reasoning !== '' && expected.toolCalls.length > 0);
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });
});
