/**
 * `gcra.ts` in Lua, which counts with the same doubles. Lua writes large ones with an exponent, so what is stored goes
 * through `text`.
 */
export const GCRA_LUA = `
local UNIT = 60000
local MAX_USED = 4000000000000000

local function text(integer)
  return string.format('%.0f', integer)
end

local function drain(used, at, idleAt, now, perMinute)
  local elapsed = now - at
  if elapsed * perMinute >= used then
    used = 0
  elseif elapsed > 0 then
    used = used - elapsed * perMinute
  end
  if used == 0 or idleAt > now then idleAt = now end
  return used, idleAt
end

local function charge(used, cost)
  return math.min(MAX_USED, used + cost * UNIT)
end

local function credit(used, idleAt, cost, chargedAt)
  if idleAt > chargedAt then return used end
  return math.max(0, used - cost * UNIT)
end

local function bars(used, cost, perMinute)
  return used > math.max(0, perMinute - cost) * UNIT
end

-- Milliseconds after which a bucket is as good as forgotten, and a second more.
local function lifetime(used, perMinute)
  return math.ceil(used / perMinute) + 1000
end

-- A bucket as it is now: units used, and the last moment all was drained.
local function read(key, name, now, perMinute)
  local stored = redis.call('HMGET', key, name, name .. 'At', name .. 'Idle')
  if not stored[1] then return 0, now end
  -- The clock was set back. Remembered at once: a refusal stores nothing else, and nothing would drain until it caught up.
  if tonumber(stored[2]) > now then redis.call('HSET', key, name .. 'At', text(now)) end
  return drain(tonumber(stored[1]), tonumber(stored[2]), tonumber(stored[3]), now, perMinute)
end

local function write(key, name, now, used, idleAt, perMinute)
  redis.call('HSET', key, name, text(used), name .. 'At', text(now), name .. 'Idle', text(idleAt))
  local ms = lifetime(used, perMinute)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, text(ms)) end
end

-- Milliseconds on the server's clock, which all who use it share.
local function present()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`;
