import { ROLES } from '../gateway/orchestra/role.ts';

export interface RequestHeader {
  readonly name: string;
  /** What it may be; undefined: any text. */
  readonly values: readonly string[] | undefined;
  readonly meaning: string;
}

/** The switches of a request to a model. None of them reaches a provider, but for those that say so. */
export const REQUEST_HEADERS: readonly RequestHeader[] = [
  {
    name: 'X-TH-Steering',
    values: ['off'],
    meaning: '`th-orchestra` adds nothing to the system prompt. `"th_steering": "off"` in the body does the same',
  },
  { name: 'X-TH-Role', values: ROLES, meaning: 'The role that `th-orchestra` is to choose a model for' },
  {
    name: 'X-TH-Prompt-Digest',
    values: ['on'],
    meaning: 'The answer tells the SHA-256 of the prompt that went to the provider',
  },
  {
    name: 'X-TH-Store',
    values: ['off'],
    meaning: 'Neither the answer nor its thinking is kept in memory once it has been given',
  },
  {
    name: 'Idempotency-Key',
    values: undefined,
    meaning: 'The same request under the same key gets the first answer again, and is paid for once',
  },
  {
    name: 'anthropic-version',
    values: undefined,
    meaning: "Of Anthropic's shape; passed on to a provider of that shape",
  },
  { name: 'anthropic-beta', values: undefined, meaning: "Of Anthropic's shape; passed on to a provider of that shape" },
  { name: 'openai-beta', values: undefined, meaning: "Of OpenAI's shape; passed on to a provider of that shape" },
];
