-- Deletes a pointer to views that no process has used for some time. Returns 1 if the views have no pointer then.
-- KEYS: pointer. ARGV: prefix of all keys, seconds.
local generation = redis.call('GET', KEYS[1])
if not generation then return 1 end
local idle = redis.pcall('OBJECT', 'IDLETIME', ARGV[1] .. generation .. ':counts')
-- A server that evicts by frequency does not know the time.
if type(idle) == 'table' then return 0 end
if idle and idle < tonumber(ARGV[2]) then return 0 end
redis.call('DEL', KEYS[1])
return 1
