-- Returns hashes of the generation that the pointer names, ordered by second; false instead of them if the server has evicted
-- the index of their seconds.
-- KEYS: pointer. ARGV: prefix of all keys, name of the index, name of the hashes, field of the number of hashes, first second,
-- end second (exclusive), maximum number of seconds.
local generation = redis.call('GET', KEYS[1])
if not generation then return false end
local base = ARGV[1] .. generation .. ':'
local position = redis.call('HGET', base .. 'counts', '#position')
if not position then return false end
local expected = tonumber(redis.call('HGET', base .. 'counts', ARGV[4]) or '0')
if redis.call('ZCARD', base .. ARGV[2]) ~= expected then return {generation, position, false} end
local rows = {}
local starts = redis.call('ZRANGEBYSCORE', base .. ARGV[2], ARGV[5], '(' .. ARGV[6], 'LIMIT', 0, ARGV[7])
for i, start in ipairs(starts) do
  rows[i] = {start, redis.call('HGETALL', base .. ARGV[3] .. start)}
end
return {generation, position, rows}
