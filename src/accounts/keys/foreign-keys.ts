/** Prefixes of other services' keys, longest first where one contains another. */
const VENDORS: readonly (readonly [prefix: string, vendor: string])[] = [
  ['sk-ant-', 'Anthropic'],
  ['sk-proj-', 'OpenAI'],
  ['sk-svcacct-', 'OpenAI'],
  ['sk-admin-', 'OpenAI'],
  ['sk-or-', 'OpenRouter'],
  ['sk-', 'OpenAI (or of a service whose keys look like its own, such as DeepSeek, DashScope or LiteLLM)'],
  ['gsk_', 'Groq'],
  ['AIza', 'Google'],
  ['xai-', 'xAI'],
  ['pplx-', 'Perplexity'],
  ['nvapi-', 'NVIDIA'],
  ['hf_', 'Hugging Face'],
  ['r8_', 'Replicate'],
  ['csk-', 'Cerebras'],
  ['fw_', 'Fireworks'],
  ['ghp_', 'GitHub'],
  ['gho_', 'GitHub'],
  ['github_pat_', 'GitHub'],
  ['AKIA', 'Amazon Web Services'],
];

/** Openings and endings of things a template or a shell should have replaced. */
const TEMPLATE_OPENINGS = ['<', '{', '[', '$', '%', '*'] as const;

/** Parts of words only a person puts into a key. */
const HUMAN_PARTS = [
  'your',
  'my-key',
  'my_key',
  'api_key',
  'api-key',
  'apikey',
  'key_here',
  'key-here',
  'placeholder',
  'example',
  'replace',
  'change',
  'insert',
  'secret',
  'dummy',
  'redacted',
  'todo',
] as const;

/** Keys SDKs and tools send when none is set. */
const FILLERS = new Set([
  'none',
  'null',
  'nil',
  'undefined',
  'empty',
  'test',
  'key',
  'token',
  'na',
  'n/a',
  'no-key',
  'not-needed',
  'sk-no-key-required',
  'sk-1234',
  'ollama',
  'lm-studio',
  'x',
  'false',
  'true',
  '[object object]',
]);

/** Which service issued this key, by its prefix. */
export function vendorOf(text: string): string | undefined {
  return VENDORS.find(([prefix]) => text.startsWith(prefix))?.[1];
}

/** Whether the text stands for a key in documentation, a template or a display that hides most of it. */
export function isPlaceholder(text: string): boolean {
  const lower = text.trim().slice(0, 256).toLowerCase();
  if (FILLERS.has(lower)) return true;
  if (TEMPLATE_OPENINGS.some((opening) => lower.startsWith(opening))) return true;
  if (lower.includes('...') || lower.includes('\u2026') || lower.includes('***')) return true;

  const body = withoutPrefix(lower);
  // A real key may hold any short word by chance; only one that is also too short or too long is taken for prose.
  if (body.length !== 54 && HUMAN_PARTS.some((part) => body.includes(part))) return true;
  return body.length >= 3 && isOneCharacterRepeated(body);
}

function withoutPrefix(lower: string): string {
  for (const prefix of ['thk_live_', 'thk_test_', 'thk_', 'thk-', 'sk-ant-', 'sk-proj-', 'sk-or-', 'sk-']) {
    if (lower.startsWith(prefix)) {
      const body = lower.slice(prefix.length);
      return TEMPLATE_OPENINGS.some((opening) => body.startsWith(opening)) ? 'placeholder' : body;
    }
  }
  return lower;
}

function isOneCharacterRepeated(text: string): boolean {
  for (let at = 1; at < text.length; at++) {
    if (text.charCodeAt(at) !== text.charCodeAt(0)) return false;
  }
  return true;
}
