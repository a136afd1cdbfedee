-- Returns buckets of the generation that the pointer names, ordered by second.
-- KEYS: pointer. ARGV: prefix of all keys, first second, end second (exclusive), maximum number of seconds.
local generation = redis.call('GET', KEYS[1])
if not generation then return false end
local base = ARGV[1] .. generation .. ':'
local position = redis.call('HGET', base .. 'counts', '#position')
if not position then return false end
local buckets = {}
local starts = redis.call('ZRANGEBYSCORE', base .. 'index', ARGV[2], '(' .. ARGV[3], 'LIMIT', 0, ARGV[4])
for i, start in ipairs(starts) do
  buckets[i] = {start, redis.call('HGETALL', base .. 'bucket:' .. start)}
end
return {generation, position, buckets}
