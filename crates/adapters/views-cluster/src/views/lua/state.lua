-- Returns the generation that the pointer names, and its position.
-- KEYS: pointer. ARGV: prefix of all keys.
local generation = redis.call('GET', KEYS[1])
if not generation then return false end
local position = redis.call('HGET', ARGV[1] .. generation .. ':counts', '#position')
if not position then return false end
return {generation, position}
