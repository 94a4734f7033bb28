import { Script } from '../../redis/script.ts';
import { GCRA_LUA } from './gcra-lua.ts';

/**
 * Checks all limits of all consumers and takes from all of them, or from none. For each consumer two keys, its buckets and
 * its places, and three arguments: requests a minute, tokens a minute, places; 0 = no limit.
 * Returns whether it took, the time, and for each consumer what was used before of its three limits; -1 = no limit.
 */
export const ADMIT_LUA = `${GCRA_LUA}
local function admit(now)
  local tokens, leaseId, leaseMs = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
  local found, isBarred, reply = {}, false, {0, now}
  for i = 1, #KEYS / 2 do
    local one = {
      buckets = KEYS[2 * i - 1], places = KEYS[2 * i],
      rpm = tonumber(ARGV[3 * i + 1]), tpm = tonumber(ARGV[3 * i + 2]), concurrency = tonumber(ARGV[3 * i + 3]),
      requests = -1, tokens = -1, taken = -1
    }
    if one.rpm > 0 then
      one.requests, one.requestsIdle = read(one.buckets, 'r', now, one.rpm)
      isBarred = isBarred or bars(one.requests, 1, one.rpm)
    end
    if one.tpm > 0 then
      one.tokens, one.tokensIdle = read(one.buckets, 't', now, one.tpm)
      isBarred = isBarred or bars(one.tokens, tokens, one.tpm)
    end
    if one.concurrency > 0 then
      redis.call('ZREMRANGEBYSCORE', one.places, '-inf', text(now))
      -- Left from before the clock was set back: it would outlive whoever holds it.
      for _, id in ipairs(redis.call('ZRANGEBYSCORE', one.places, '(' .. text(now + leaseMs), '+inf')) do
        redis.call('ZADD', one.places, text(now + leaseMs), id)
      end
      one.taken = redis.call('ZCARD', one.places)
      isBarred = isBarred or one.taken >= one.concurrency
    end
    found[i] = one
    reply[#reply + 1] = one.requests
    reply[#reply + 1] = one.tokens
    reply[#reply + 1] = one.taken
  end
  if isBarred then return reply end
  for _, one in ipairs(found) do
    if one.rpm > 0 then write(one.buckets, 'r', now, charge(one.requests, 1), one.requestsIdle, one.rpm) end
    if one.tpm > 0 then write(one.buckets, 't', now, charge(one.tokens, tokens), one.tokensIdle, one.tpm) end
    if one.concurrency > 0 then
      redis.call('ZADD', one.places, text(now + leaseMs), leaseId)
      redis.call('PEXPIRE', one.places, text(leaseMs + 1000))
    end
  end
  reply[1] = 1
  return reply
end
`;

/** For each consumer its buckets as key; tokens charged before and from now on, when they were, and tokens a minute. */
export const CORRECT_LUA = `${GCRA_LUA}
local function correct(now)
  local from, to, chargedAt = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  for i, key in ipairs(KEYS) do
    local perMinute = tonumber(ARGV[3 + i])
    local used, idleAt = read(key, 't', now, perMinute)
    if to > from then used = charge(used, to - from) else used = credit(used, idleAt, from - to, chargedAt) end
    write(key, 't', now, used, idleAt, perMinute)
  end
  return 1
end
`;

/** Keeps places for another while: the places of one consumer as key, how long in milliseconds, and who holds them. */
const RENEW_LUA = `${GCRA_LUA}
local till = text(present() + ARGV[1])
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], till, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], text(ARGV[1] + 1000))
return 1
`;

export const ADMIT = new Script(`${ADMIT_LUA}return admit(present())`);
export const CORRECT = new Script(`${CORRECT_LUA}return correct(present())`);
export const RENEW = new Script(RENEW_LUA);
