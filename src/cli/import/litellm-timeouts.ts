import type { TimeoutsDraft } from './draft.ts';
import { LITELLM } from './litellm-values.ts';
import { carrySeconds } from './seconds.ts';
import type { Section } from './section.ts';

/** Seconds a provider may take: for a whole answer that is the wait for its first byte, for a stream its silence. */
export function readTimeouts(section: Section, key = 'timeout'): TimeoutsDraft {
  const [whole, stream] = [key, 'stream_timeout'].map((one) => {
    const value = section.peek(one);
    const duration = typeof value === 'string' ? carrySeconds(value, LITELLM) : undefined;
    if (duration !== undefined) section.ignore(one);
    return duration;
  });
  return {
    ...(whole === undefined ? {} : { first_byte: whole }),
    ...(stream === undefined ? {} : { idle: stream }),
  };
}
