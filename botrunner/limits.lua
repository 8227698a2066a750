-- The limits of limits.py, for all processes at once. KEYS[1] is the prefix.
-- "pause", chat, ms                 Telegram named a pause
-- "ask", (chat, kind, cap) ...      the ms each has to wait; 0: may go, and is counted
-- window.py does the same for one process.
local prefix = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function left(key)
  return math.max(redis.call('PTTL', key), 0)
end

if ARGV[1] == 'pause' then
  local others = redis.call('GET', prefix .. 'paused')
  redis.call('SET', prefix .. 'pause:' .. ARGV[2], 1, 'PX', ARGV[3])
  if others and others ~= ARGV[2] then
    redis.call('SET', prefix .. 'pause', 1, 'PX', ARGV[3])
  end
  redis.call('SET', prefix .. 'paused', ARGV[2], 'PX', ARGV[3])
  return 0
end

local function window_wait(key, span, cap)
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and oldest + span <= now do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  local used = redis.call('LLEN', key)
  if used < cap then return 0 end
  return redis.call('LINDEX', key, used - cap) + span - now
end

local function count(key, span)
  redis.call('RPUSH', key, now)
  redis.call('PEXPIRE', key, span)
end

local waits = {}
for i = 2, #ARGV, 3 do
  local chat, kind, cap = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local wait = math.max(left(prefix .. 'pause'), left(prefix .. 'pause:' .. chat))
  if kind == 'group' then
    wait = math.max(wait, window_wait(prefix .. 'group:' .. chat, 60000, 20))
  elseif kind == 'private' then
    wait = math.max(wait, window_wait(prefix .. 'private:' .. chat, 1000, 1))
  end
  wait = math.max(wait, window_wait(prefix .. 'all', 1000, cap))
  if wait == 0 then
    count(prefix .. 'all', 1000)
    if kind == 'group' then count(prefix .. 'group:' .. chat, 60000) end
    if kind == 'private' then count(prefix .. 'private:' .. chat, 1000) end
  end
  waits[#waits + 1] = wait
end
return waits
