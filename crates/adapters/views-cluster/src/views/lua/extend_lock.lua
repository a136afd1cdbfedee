-- Extends the rebuild lock, or releases it with 0 milliseconds. Returns 0 if another generation holds it.
-- KEYS: lock. ARGV: generation, milliseconds.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
