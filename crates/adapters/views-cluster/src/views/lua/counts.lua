-- Returns the generation that the pointer names, and its counts.
-- KEYS: pointer. ARGV: prefix of all keys.
local generation = redis.call('GET', KEYS[1])
if not generation then return false end
local counts = redis.call('HGETALL', ARGV[1] .. generation .. ':counts')
if #counts == 0 then return false end
return {generation, counts}
