import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createKey } from '../accounts/keys/lifecycle.ts';
import type { Stores } from '../accounts/store/ports.ts';
import type { Config } from '../config/config.ts';
import type { CliContext } from './context.ts';

export interface WelcomeOptions {
  readonly config: Config;
  readonly stores: Stores;
  readonly context: CliContext;
  readonly url: string;
  readonly adminUrl: string | undefined;
  readonly logger: Logger;
  /** Whether `--welcome` was given: then a key is made and shown whatever standard output is. */
  readonly asked: boolean;
}

const FIRST_RUN_FILE = 'first-run.txt';

/**
 * The first steps of somebody new: a key and lines to paste. Without `--welcome` only where no key exists yet; a
 * secret is then shown on a terminal alone, and else written to a file for this user's eyes.
 */
export async function welcome({
  config,
  stores,
  context,
  url,
  adminUrl,
  logger,
  asked,
}: WelcomeOptions): Promise<void> {
  if (!asked && (await stores.keys.list()).length > 0) return;
  const { secret } = await createKey(stores.keys, { name: asked ? 'welcome' : 'first run' }, Date.now());
  const model = config.models.find(({ id }) => !id.includes('*'))?.id ?? 'tokenharbor/demo';
  const docs = config.docs.enabled && url.startsWith('http') ? `${url}/docs` : undefined;
  const text = welcomeText({ url, adminUrl, docs, key: secret, model });
  if (asked || context.stdout.isTTY === true) {
    context.stderr.write(text);
    return;
  }
  const file = join(config.dataDir, FIRST_RUN_FILE);
  // Renamed into place: what was there, a link or a file that others may read, never holds the key.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
  logger.info({ file }, 'a first key was made; it is written in this file');
}

interface Welcome {
  readonly url: string;
  readonly adminUrl: string | undefined;
  /** The page for those who call; undefined: there is none that a browser could open. */
  readonly docs: string | undefined;
  readonly key: string;
  readonly model: string;
}

function welcomeText({ url, adminUrl, docs, key, model }: Welcome): string {
  const socket = url.startsWith('unix:') ? `--unix-socket ${url.slice('unix:'.length)} ` : '';
  const base = socket === '' ? url : 'http://localhost';
  const messages = '"messages":[{"role":"user","content":"Say hello"}]';
  const openai = (more: string) => `'{"model":"${model}",${more}${messages}}'`;
  const anthropic = (more: string) => `'{"model":"${model}","max_tokens":256,${more}${messages}}'`;
  const json = "-H 'content-type: application/json'";
  return `
Token Harbor listens on ${url}${docs === undefined ? '' : `\nDocumentation: ${docs}`}${adminUrl === undefined ? '' : `\nDashboard: ${adminUrl} (\`tokenharbor admin token\` prints a link that lets you in)`}

Your key (shown once):
  ${key}

OpenAI shape:
  curl ${socket}${base}/v1/chat/completions -H 'authorization: Bearer ${key}' ${json} -d ${openai('')}
  curl ${socket}-N ${base}/v1/chat/completions -H 'authorization: Bearer ${key}' ${json} -d ${openai('"stream":true,')}

Anthropic shape:
  curl ${socket}${base}/v1/messages -H 'x-api-key: ${key}' ${json} -d ${anthropic('')}
  curl ${socket}-N ${base}/v1/messages -H 'x-api-key: ${key}' ${json} -d ${anthropic('"stream":true,')}

`;
}
