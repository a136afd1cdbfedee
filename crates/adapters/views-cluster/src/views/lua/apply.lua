-- Adds a delta to a generation, if the pointer names it and it has the expected position.
-- KEYS: pointer, counts, index of buckets, index of slices, then one key per slice of failures, then one key per bucket.
-- ARGV: generation, prefix of bucket keys, prefix of slice keys, expected position, new position, time and second before which
-- everything is forgotten, time of the last event, second before which buckets have expired, second before which slices have
-- expired, number of slices, number of changed counts, then for each slice its second, number of kinds, number of further
-- unlisted failures, number of changed kinds, and the fingerprint and new content of each, then the field and increment of
-- each count, then for each bucket its second, number of fields, and the field and increment of each.
-- An expected position of '' means a new generation; any other '' means that the argument does not apply.
local pointer, counts, index, slices = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local last_slice, changes = 4 + tonumber(ARGV[11]), tonumber(ARGV[12])

local generation = redis.call('GET', pointer)
if not generation then return 'missing' end
if generation ~= ARGV[1] then return 'moved' end
local position = redis.call('HGET', counts, '#position')
if not position and ARGV[4] ~= '' then return 'missing' end
if (position or '') ~= ARGV[4] then return 'moved' end

-- Rejects the delta if the server has evicted keys of this generation.
local function is_evicted(key, of, second)
  return redis.call('EXISTS', key) == 0 and redis.call('ZSCORE', of, second)
end

if redis.call('ZCARD', index) ~= tonumber(redis.call('HGET', counts, '#buckets') or '0') then return 'missing' end
if redis.call('ZCARD', slices) ~= tonumber(redis.call('HGET', counts, '#slices') or '0') then return 'missing' end
local at = 13
for i = 5, last_slice do
  if is_evicted(KEYS[i], slices, ARGV[at]) then return 'missing' end
  at = at + 4 + 2 * tonumber(ARGV[at + 3])
end
at = at + 2 * changes
for i = last_slice + 1, #KEYS do
  if is_evicted(KEYS[i], index, ARGV[at]) then return 'missing' end
  at = at + 2 + 2 * tonumber(ARGV[at + 1])
end

local function drop(of, base, before)
  for _, start in ipairs(redis.call('ZRANGEBYSCORE', of, '-inf', '(' .. before)) do
    redis.call('UNLINK', base .. start)
  end
  redis.call('ZREMRANGEBYSCORE', of, '-inf', '(' .. before)
end

local last = redis.call('HGET', counts, '#last')
if ARGV[6] ~= '' then
  drop(index, ARGV[2], ARGV[7])
  drop(slices, ARGV[3], ARGV[7])
  if last and tonumber(last) < tonumber(ARGV[6]) then
    redis.call('HDEL', counts, '#last')
    last = false
  end
end

at = 13
for i = 5, last_slice do
  redis.call('ZADD', slices, ARGV[at], ARGV[at])
  redis.call('HSET', KEYS[i], '#kinds', ARGV[at + 1])
  redis.call('HINCRBY', KEYS[i], '#unlisted', ARGV[at + 2])
  local kinds = tonumber(ARGV[at + 3])
  at = at + 4
  for _ = 1, kinds do
    redis.call('HSET', KEYS[i], ARGV[at], ARGV[at + 1])
    at = at + 2
  end
end

for _ = 1, changes do
  if redis.call('HINCRBY', counts, ARGV[at], ARGV[at + 1]) == 0 then redis.call('HDEL', counts, ARGV[at]) end
  at = at + 2
end

for i = last_slice + 1, #KEYS do
  redis.call('ZADD', index, ARGV[at], ARGV[at])
  local fields = tonumber(ARGV[at + 1])
  at = at + 2
  for _ = 1, fields do
    redis.call('HINCRBY', KEYS[i], ARGV[at], ARGV[at + 1])
    at = at + 2
  end
end

if ARGV[8] ~= '' then
  if not last or tonumber(last) < tonumber(ARGV[8]) then redis.call('HSET', counts, '#last', ARGV[8]) end
  drop(index, ARGV[2], ARGV[9])
  drop(slices, ARGV[3], ARGV[10])
end
redis.call('HSET', counts, '#position', ARGV[5], '#buckets', redis.call('ZCARD', index),
  '#slices', redis.call('ZCARD', slices))
return 'applied'
