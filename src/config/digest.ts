import { createHash } from 'node:crypto';
import type { Config } from './config.ts';
import { describeConfig } from './show.ts';

/** Tells one configuration from another: 12 hex digits of what `config show` says, so nothing secret is in it. */
export function digestOf(config: Config): string {
  return createHash('sha256')
    .update(JSON.stringify(describeConfig(config)))
    .digest('hex')
    .slice(0, 12);
}
