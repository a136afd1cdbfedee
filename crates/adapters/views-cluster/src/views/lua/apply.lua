-- Adds a delta to a generation, if the pointer names it and it has the expected position.
-- KEYS: pointer, counts, index, then one key per bucket.
-- ARGV: generation, prefix of bucket keys, expected position, new position, time and second before which everything is
-- forgotten, time of the last event, second before which buckets have expired, number of changed counts, then the field
-- and increment of each, then for each bucket its second, number of fields, and the field and increment of each.
-- An expected position of '' means a new generation; any other '' means that the argument does not apply.
local pointer, counts, index = KEYS[1], KEYS[2], KEYS[3]
local base = ARGV[2]

local generation = redis.call('GET', pointer)
if not generation then return 'missing' end
if generation ~= ARGV[1] then return 'moved' end
local position = redis.call('HGET', counts, '#position')
if not position and ARGV[3] ~= '' then return 'missing' end
if (position or '') ~= ARGV[3] then return 'moved' end

-- Rejects the delta if the server has evicted keys of this generation.
if redis.call('ZCARD', index) ~= tonumber(redis.call('HGET', counts, '#buckets') or '0') then return 'missing' end
local at = 10 + 2 * tonumber(ARGV[9])
for i = 4, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 and redis.call('ZSCORE', index, ARGV[at]) then return 'missing' end
  at = at + 2 + 2 * tonumber(ARGV[at + 1])
end

local function drop(before)
  for _, start in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', '(' .. before)) do
    redis.call('UNLINK', base .. start)
  end
  redis.call('ZREMRANGEBYSCORE', index, '-inf', '(' .. before)
end

local last = redis.call('HGET', counts, '#last')
if ARGV[5] ~= '' then
  drop(ARGV[6])
  if last and tonumber(last) < tonumber(ARGV[5]) then
    redis.call('HDEL', counts, '#last')
    last = false
  end
end

at = 10
for _ = 1, tonumber(ARGV[9]) do
  if redis.call('HINCRBY', counts, ARGV[at], ARGV[at + 1]) == 0 then redis.call('HDEL', counts, ARGV[at]) end
  at = at + 2
end

for i = 4, #KEYS do
  redis.call('ZADD', index, ARGV[at], ARGV[at])
  local fields = tonumber(ARGV[at + 1])
  at = at + 2
  for _ = 1, fields do
    redis.call('HINCRBY', KEYS[i], ARGV[at], ARGV[at + 1])
    at = at + 2
  end
end

if ARGV[7] ~= '' then
  if not last or tonumber(last) < tonumber(ARGV[7]) then redis.call('HSET', counts, '#last', ARGV[7]) end
  drop(ARGV[8])
end
redis.call('HSET', counts, '#position', ARGV[4], '#buckets', redis.call('ZCARD', index))
return 'applied'
