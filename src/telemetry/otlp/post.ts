import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Posted {
  readonly status: number;
  /** Seconds that the receiver asks to be left alone for. */
  readonly retryAfterS: number | undefined;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts a JSON text. No redirect is followed, so the headers go nowhere else. Rejects when no answer comes in time. */
export function postJson(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<Posted> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const bytes = Buffer.from(body);
  const all = { ...headers, 'content-type': 'application/json', 'content-length': String(bytes.length) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: all, timeout: TIMEOUT_MS }, (answer) => {
      readAnswer(answer).then(resolve, reject);
    });
    // Of the whole exchange: the one above begins anew with every byte.
    const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), TIMEOUT_MS);
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.on('close', () => clearTimeout(timer));
    sent.end(bytes);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<Posted> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_ANSWER_BYTES) chunks.push(chunk);
  }
  const retryAfterS = Number(answer.headers['retry-after']);
  return {
    status: answer.statusCode ?? 0,
    retryAfterS: retryAfterS > 0 ? retryAfterS : undefined,
    body: Buffer.concat(chunks).toString(),
  };
}
