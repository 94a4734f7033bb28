import { describe, expect, test } from 'bun:test';
import { loadCorpus, recordedRequest } from '../../../../../test/support/corpus.ts';
import { ApiError } from '../../../api-error.ts';
import type { Capabilities } from '../../capabilities.ts';
import { prepare } from './prepare.fixture.ts';
import { wrongIn } from './anthropic-grammar.fixture.ts';

const corpus = loadCorpus();

/** What recorded requests ask for that no model of this shape can give, each looked at: and how often. */
const REFUSALS: Readonly<Record<string, number>> = {
  // Sounds, videos and other vendors' documents.
  'unsupported_value messages.content.type': 12,
  // An attachment in another shape's member.
  'unsupported_value messages.images': 1,
  // Recorded to see it refused: an object for a content, a body without messages.
  'invalid_value messages.content': 4,
  'missing_required_parameter messages': 1,
  'unsupported_value n': 7,
  'unsupported_value modalities': 1,
  'unsupported_value moderation': 1,
  'unsupported_value web_search_options': 4,
  // `openrouter:web_search`.
  'unsupported_value tools.type': 3,
};

const MODELS: Readonly<Record<string, Partial<Capabilities>>> = {
  'a model of which nothing is known': {},
  'a model that thinks by effort': {
    thinking: 'adaptive',
    effortLevels: ['low', 'medium', 'high'],
    sampling: 'none',
    midSystem: true,
    maxOutput: 4096,
  },
  'a model that takes little': { thinking: 'none', cache: 'none', system: 'one_string', stopMax: 1 },
};

describe.skipIf(corpus === undefined)('recorded requests of OpenAI’s shape', () => {
  const requests = (corpus ?? []).filter((entry) => entry.shape === 'openai-chat' && entry.request);

  for (const [model, capabilities] of Object.entries(MODELS)) {
    test(`each is a valid request to ${model}, or is refused for a good reason`, () => {
      const refusals: Record<string, number> = {};
      const wrong: string[] = [];
      for (const entry of requests) {
        const request = JSON.stringify({ model: 'm', ...(recordedRequest(entry) as object) });
        try {
          const { sent } = prepare(request, capabilities);
          wrong.push(...wrongIn(sent).map((fault) => `${entry.path}: ${fault}`));
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          const reason = `${error.code} ${error.details.param?.replaceAll(/\[\d+\]/g, '')}`;
          refusals[reason] = (refusals[reason] ?? 0) + 1;
        }
      }
      expect(wrong).toEqual([]);
      expect(refusals).toEqual(REFUSALS);
      expect(requests.length).toBeGreaterThan(600);
    });
  }
});
