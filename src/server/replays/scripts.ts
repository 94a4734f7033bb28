import { Script } from '../../accounts/redis/script.ts';

/**
 * KEYS: who holds the name, what was answered. ARGV: fingerprint, holder, milliseconds of a lease. Returns the state
 * (0 claimed, 1 held, 2 kept) and the fingerprint of the claim that made it so.
 */
export const CLAIM = new Script(`
local found = redis.call('HMGET', KEYS[1], 'fingerprint', 'holder')
if found[1] then
  if redis.call('EXISTS', KEYS[2]) == 1 then return {2, found[1]} end
  if found[2] then return {1, found[1]} end
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'holder', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {0, ARGV[1]}
`);

/** KEYS as above. ARGV: holder, answer, milliseconds it is kept. */
export const KEEP = new Script(`
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('HDEL', KEYS[1], 'holder')
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`);

/** KEYS: who holds the name. ARGV: holder. */
export const RELEASE = new Script(`
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);

/** KEYS: who holds the name. ARGV: holder, milliseconds of a lease. */
export const RENEW = new Script(`
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);
