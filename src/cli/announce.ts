import type { Command } from 'commander';
import { RedisRevocations } from '../accounts/keys/revocations/redis.ts';
import { RedisLink } from '../accounts/redis/link.ts';
import type { CliContext } from './context.ts';
import { loadFor } from './load-config.ts';

/** A machine that has just connected may be slower than one that is at it. */
const TIMEOUT_MS = 1000;

/**
 * Tells the servers that share a Redis that a key was revoked or changed. They find out by themselves within a second,
 * so what cannot be told is a warning.
 */
export async function announce(keyId: string, command: Command, context: CliContext): Promise<void> {
  const url = loadFor(command, context).config?.redis;
  if (url === undefined) return;
  const link = new RedisLink({ url, timeoutMs: TIMEOUT_MS });
  const revocations = new RedisRevocations({ url, link });
  try {
    await link.tried();
    await revocations.publish(keyId);
  } catch {
    context.stderr.write('tokenharbor: Redis could not be told; running servers see the change when they look next\n');
  } finally {
    await revocations.close();
    link.close();
  }
}
