import { expect, test } from 'bun:test';
import { type CorpusEntry, loadCorpus, recordedRequest } from '../../../test/support/corpus.ts';
import { findPreset } from '../../config/presets.ts';
import type { Capabilities, Effort } from '../../protocol/transcode/capabilities.ts';
import { resolveCapabilities } from './capabilities.ts';

/** Recorded providers by the preset that describes them. */
const PRESET_OF: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  'azure-openai': 'azure',
  openrouter: 'openrouter',
  'gemini-openai-compat': 'gemini',
  deepseek: 'deepseek',
  zai: 'zai',
  mistral: 'mistral',
  xai: 'xai',
  groq: 'groq',
  together: 'together',
  fireworks: 'fireworks',
  cerebras: 'cerebras',
  ollama: 'ollama',
  vllm: 'vllm',
  llamacpp: 'llamacpp',
};

/** Taken, but to no effect. */
const IN_VAIN: Readonly<Record<string, string>> = {
  'openai-chat/ollama/j-test-agent-image-base64-bare-9b98ef': 'an image for a model that reads none: it is passed over',
  'openai-chat/openrouter/s-openai-gpt-5-pro-object-streaming-9f886d': 'an effort the model lacks: another is used',
};

interface Message {
  readonly role?: string;
  readonly content?: unknown;
  readonly tool_calls?: readonly { readonly id?: string }[];
}

interface Body {
  readonly model?: string;
  readonly messages?: readonly Message[];
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly stop?: string | readonly string[] | null;
  readonly stop_sequences?: readonly string[];
  readonly temperature?: number | null;
  readonly reasoning_effort?: Effort | null;
  readonly thinking?: { readonly type?: string };
  readonly output_config?: { readonly effort?: Effort };
  readonly user?: string;
  readonly stream_options?: unknown;
}

/** What a vendor took although the record denies that it would. */
function findDenied(body: Body, taken: Capabilities, provider: string): readonly string[] {
  const denied: string[] = [];
  const deny = (name: string, isDenied: boolean): void => void (isDenied && denied.push(name));
  const stop = body.stop_sequences ?? (typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []));
  deny('stop', stop.length > taken.stopMax);
  const asked = body.max_completion_tokens ?? body.max_tokens ?? 0;
  deny('maxOutput', asked > (taken.maxOutput ?? Infinity));
  // This router drops what a model does not take; others take it while they do not reason.
  const canRest = provider === 'openrouter' || taken.effortLevels.includes('none');
  deny('sampling', (body.temperature ?? 1) !== 1 && taken.sampling === 'none' && !canRest);
  deny('temperatureMax', (body.temperature ?? 0) > taken.temperatureMax);
  const effort = body.reasoning_effort ?? body.output_config?.effort;
  deny('effortLevels', effort != null && taken.effortLevels.length > 0 && !taken.effortLevels.includes(effort));
  const thinks: Readonly<Record<string, readonly string[]>> = {
    enabled: ['budget', 'both'],
    adaptive: ['both', 'adaptive', 'always'],
    disabled: ['none', 'budget', 'both', 'adaptive'],
  };
  const type = body.thinking?.type ?? '';
  if (taken.thinkSwitch !== 'thinking') deny('thinking', type !== '' && !thinks[type]?.includes(taken.thinking));
  deny('userField', body.user !== undefined && taken.userField === 'none');
  deny('usageInStream', body.stream_options !== undefined && !taken.usageInStream);
  for (const { role, content, tool_calls: calls } of body.messages ?? []) {
    deny(
      'toolIdMax',
      (calls ?? []).some(({ id }) => (id ?? '').length > taken.toolIdMax),
    );
    for (const part of Array.isArray(content) ? content : []) {
      const text = JSON.stringify(part);
      const isImage = part?.type === 'image_url' || part?.type === 'image';
      deny('images', isImage && (taken.images === 'none' || (taken.images === 'b64' && !text.includes('base64'))));
      deny('toolImages', isImage && role === 'tool' && taken.toolImages === 'user');
      deny('pdf', part?.type === 'file' && text.includes('application/pdf') && !taken.pdf);
    }
  }
  return denied;
}

const corpus = loadCorpus();

test.skipIf(corpus === undefined)('no record denies what its vendor was seen to take', () => {
  const contradictions: string[] = [];
  let compared = 0;
  for (const entry of corpus ?? []) {
    const preset = findPreset(PRESET_OF[entry.provider] ?? '');
    const body = entry.status === 200 ? (recordedRequest(entry) as Body | undefined) : undefined;
    if (preset === undefined || body === undefined || typeof body !== 'object') continue;
    const shape = preset.shapes[0] ?? 'openai';
    if (shape !== shapeOf(entry)) continue;
    compared++;
    const { dialect: vendor, models: vendorModels = [] } = preset;
    const sources = { shape, vendor, vendorModels, provider: {}, model: {}, target: {}, limits: {} };
    const model = body.model ?? entry.model ?? '';
    const denied = findDenied(body, resolveCapabilities(sources, model), entry.provider);
    if (IN_VAIN[entry.path] === undefined)
      for (const name of denied) contradictions.push(`${name}: ${entry.path} (${model})`);
  }
  expect(contradictions).toEqual([]);
  expect(compared).toBeGreaterThan(250);
});

function shapeOf(entry: CorpusEntry): 'openai' | 'anthropic' {
  return entry.shape === 'openai-chat' ? 'openai' : 'anthropic';
}
