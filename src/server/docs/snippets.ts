import curlAnthropicJson from './snippets/curl-anthropic-json.txt' with { type: 'text' };
import curlAnthropicStream from './snippets/curl-anthropic-stream.txt' with { type: 'text' };
import curlOpenaiJson from './snippets/curl-openai-json.txt' with { type: 'text' };
import curlOpenaiStream from './snippets/curl-openai-stream.txt' with { type: 'text' };
import powershellAnthropicJson from './snippets/powershell-anthropic-json.txt' with { type: 'text' };
import powershellAnthropicStream from './snippets/powershell-anthropic-stream.txt' with { type: 'text' };
import powershellOpenaiJson from './snippets/powershell-openai-json.txt' with { type: 'text' };
import powershellOpenaiStream from './snippets/powershell-openai-stream.txt' with { type: 'text' };
import pythonAnthropicJson from './snippets/python-anthropic-json.txt' with { type: 'text' };
import pythonAnthropicStream from './snippets/python-anthropic-stream.txt' with { type: 'text' };
import pythonOpenaiJson from './snippets/python-openai-json.txt' with { type: 'text' };
import pythonOpenaiStream from './snippets/python-openai-stream.txt' with { type: 'text' };
import typescriptAnthropicJson from './snippets/typescript-anthropic-json.txt' with { type: 'text' };
import typescriptAnthropicStream from './snippets/typescript-anthropic-stream.txt' with { type: 'text' };
import typescriptOpenaiJson from './snippets/typescript-openai-json.txt' with { type: 'text' };
import typescriptOpenaiStream from './snippets/typescript-openai-stream.txt' with { type: 'text' };

export const LANGUAGES = ['curl', 'powershell', 'python', 'typescript'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a reader chooses an example by. */
export interface Snippet {
  readonly language: Language;
  readonly shape: 'openai' | 'anthropic';
  readonly mode: 'json' | 'stream';
  /** With `{{base}}` and `{{model}}` in the places of the gateway's address and a model's id. */
  readonly text: string;
}

/** `npm install openai` and the like, where a language needs it; and how the key gets into the shell. */
export const PREPARATIONS: Readonly<Record<Language, { readonly key: string; readonly install?: string }>> = {
  curl: { key: 'export TOKENHARBOR_KEY=thk_live_...' },
  powershell: { key: '$env:TOKENHARBOR_KEY = "thk_live_..."' },
  python: { key: 'export TOKENHARBOR_KEY=thk_live_...', install: 'pip install openai anthropic' },
  typescript: { key: 'export TOKENHARBOR_KEY=thk_live_...', install: 'npm install openai @anthropic-ai/sdk' },
};

const of = (language: Language, texts: readonly [string, string, string, string]): readonly Snippet[] => [
  { language, shape: 'openai', mode: 'json', text: texts[0] },
  { language, shape: 'openai', mode: 'stream', text: texts[1] },
  { language, shape: 'anthropic', mode: 'json', text: texts[2] },
  { language, shape: 'anthropic', mode: 'stream', text: texts[3] },
];

/** Every language with both shapes, each as JSON and as a stream. */
export const SNIPPETS: readonly Snippet[] = [
  ...of('curl', [curlOpenaiJson, curlOpenaiStream, curlAnthropicJson, curlAnthropicStream]),
  ...of('powershell', [
    powershellOpenaiJson,
    powershellOpenaiStream,
    powershellAnthropicJson,
    powershellAnthropicStream,
  ]),
  ...of('python', [pythonOpenaiJson, pythonOpenaiStream, pythonAnthropicJson, pythonAnthropicStream]),
  ...of('typescript', [
    typescriptOpenaiJson,
    typescriptOpenaiStream,
    typescriptAnthropicJson,
    typescriptAnthropicStream,
  ]),
];
