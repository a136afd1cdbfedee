-- Makes the rebuilt generation the current one, unless its position is lower than that of the current one.
-- KEYS: lock, pointer. ARGV: generation, prefix of all keys, 1 if a lower position is accepted.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'lost' end
local position = redis.call('HGET', ARGV[2] .. ARGV[1] .. ':counts', '#position')
if not position then return 'lost' end
local current = redis.call('GET', KEYS[2])
if current and ARGV[3] ~= '1' then
  local reached = redis.call('HGET', ARGV[2] .. current .. ':counts', '#position')
  -- Positions have a fixed number of digits, so that text compares as numbers do.
  if reached and reached > position then return 'behind' end
end
redis.call('SET', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[1])
return 'swapped'
