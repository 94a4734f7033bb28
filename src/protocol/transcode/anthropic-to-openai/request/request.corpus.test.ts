import { expect, test } from 'bun:test';
import { loadCorpus, recordedRequest } from '../../../../../test/support/corpus.ts';
import { ApiError } from '../../../api-error.ts';
import type { Capabilities } from '../../capabilities.ts';
import { expectOpenAiRequest } from './openai-request-rules.fixture.ts';
import { prepare } from './prepare.fixture.ts';

const corpus = loadCorpus();

/** An upstream that can do what OpenAI's shape has words for. */
const GENEROUS: Partial<Capabilities> = {
  effortLevels: ['none', 'low', 'medium', 'high'],
  thinkSwitch: 'reasoning_effort',
  serverTools: ['web_search'],
  prefill: 'prefix',
  cache: 'breakpoint',
  system: 'parts',
  maxOutput: 100_000,
};

/** `code param` of every refusal, and why it is right. Places within lists are left out. */
const REASONS: Readonly<Record<string, string>> = {
  'missing_required_parameter max_tokens': 'a request for a count of tokens, which has no limit',
  'missing_required_parameter messages': 'the old completions, which have a prompt',
  'invalid_value messages[].content': 'a content that is an object, recorded with its 400',
  'unsupported_value tools[].type': 'tools that run on the vendor’s servers, or on a screen',
  'unsupported_value mcp_servers': 'servers that only the vendor could call',
  'unsupported_value messages[].content[].source.type': 'files that lie with the vendor',
  'unsupported_value messages[].content[].content[].source.type': 'the same, within a result',
};

test.skipIf(corpus === undefined)('every recorded request crosses, or is refused for a reason', () => {
  const refusals: string[] = [];
  let crossed = 0;
  for (const entry of corpus ?? []) {
    if (entry.shape !== 'anthropic-messages') continue;
    const recorded = recordedRequest(entry);
    if (recorded === undefined) continue;
    // Bedrock and Vertex have the model in the URL.
    const request = JSON.stringify({ model: 'public', ...(recorded as object) });
    try {
      expectOpenAiRequest(prepare(request, GENEROUS).json);
      crossed++;
    } catch (error) {
      if (!(error instanceof ApiError)) throw new Error(entry.path, { cause: error });
      refusals.push(`${error.code} ${error.details.param?.replaceAll(/\[\d+\]/g, '[]')}`);
    }
  }
  expect(refusals.filter((refusal) => !Object.hasOwn(REASONS, refusal))).toEqual([]);
  expect(new Set(refusals)).toEqual(new Set(Object.keys(REASONS)));
  expect(crossed).toBeGreaterThan(refusals.length * 4);
});
