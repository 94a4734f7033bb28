/** On which answers a header stands. */
export type Occasion =
  'every answer' | 'answers of a model' | 'JSON answers' | 'answers given again' | 'limits' | 'errors';

export interface ResponseHeader {
  /** As it is written in documentation; names are the same in any case. */
  readonly name: string;
  readonly on: Occasion;
  readonly meaning: string;
  readonly example: string;
}

const row = (name: string, on: Occasion, meaning: string, example: string): ResponseHeader => ({
  name,
  on,
  meaning,
  example,
});

const ID = 'req_th_019ac5b2f7d47f3c9a51c0ffee000001';

/** Every header of the gateway's own that a client may want to read: documented, and shown to scripts in browsers. */
export const RESPONSE_HEADERS: readonly ResponseHeader[] = [
  row('X-TH-Request-Id', 'every answer', "The request's id; the same as in the log", ID),
  row('X-Request-Id', 'every answer', 'The same id, where the OpenAI SDKs look for it', ID),
  row('Request-Id', 'every answer', 'The same id, where the Anthropic SDKs look for it', ID),
  row(
    'X-TH-Steering-Applied',
    'every answer',
    'What was added to the prompt: `none`, the name of a directive, or `off` where `th-orchestra` was asked not to',
    'none',
  ),
  row(
    'X-TH-Route-Decision',
    'answers of a model',
    'Of `th-orchestra`: the model it chose, the pool, the reason and how sure it was, as JSON',
    '{"model":"fast","pool":"chat","reason":"…","confidence":0.97}',
  ),
  row('X-TH-Provider', 'answers of a model', 'Who answered', 'demo'),
  row('X-TH-Upstream-Model', 'answers of a model', 'The model that answered, by its name there', 'demo'),
  row('X-TH-Attempts', 'answers of a model', 'How many requests to providers it took', '1'),
  row(
    'X-TH-Passthrough',
    'answers of a model',
    '`exact`: the provider got `system` and `messages` byte for byte',
    'exact',
  ),
  row(
    'X-TH-Transcode-Warnings',
    'answers of a model',
    'What could not cross to the other shape as it was: codes, each with its path; absent when nothing was changed',
    'clamped.max_tokens, dropped.seed',
  ),
  row(
    'X-TH-Prompt-Digest',
    'answers of a model',
    'SHA-256 of the prompt that went to the provider, if `X-TH-Prompt-Digest: on` asked for it',
    'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  ),
  row('X-TH-Usage', 'JSON answers', 'Whether the provider reported the usage or the gateway estimated it', 'reported'),
  row(
    'X-TH-Cost-USD',
    'JSON answers',
    'What the answer cost in US dollars, where the model has a price',
    '0.003643200',
  ),
  row('Idempotent-Replayed', 'answers given again', '`true`: this is the answer to an earlier request', 'true'),
  row('X-TH-Original-Request-Id', 'answers given again', 'The id of the request that was answered first', ID),
  row('x-should-retry', 'errors', 'Whether the same request may succeed later; the official SDKs obey it', 'true'),
  row('retry-after', 'errors', 'How many seconds to wait, 1 to 60', '3'),
  row('retry-after-ms', 'errors', 'The same in milliseconds', '3000'),
  ...(['requests', 'tokens'] as const).flatMap((kind) => [
    row(`x-ratelimit-limit-${kind}`, 'limits', `OpenAI shape: the ${kind} a minute that the key may use`, '60'),
    row(`x-ratelimit-remaining-${kind}`, 'limits', `OpenAI shape: the ${kind} that are left`, '59'),
    row(`x-ratelimit-reset-${kind}`, 'limits', `OpenAI shape: how long until all ${kind} are there again`, '1s'),
  ]),
  ...(['requests', 'tokens'] as const).flatMap((kind) => [
    row(
      `anthropic-ratelimit-${kind}-limit`,
      'limits',
      `Anthropic shape: the ${kind} a minute that the key may use`,
      '60',
    ),
    row(`anthropic-ratelimit-${kind}-remaining`, 'limits', `Anthropic shape: the ${kind} that are left`, '59'),
    row(
      `anthropic-ratelimit-${kind}-reset`,
      'limits',
      `Anthropic shape: when all ${kind} are there again, RFC 3339`,
      '2027-01-31T18:00:00Z',
    ),
  ]),
];
