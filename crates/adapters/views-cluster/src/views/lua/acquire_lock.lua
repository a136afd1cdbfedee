-- Acquires the rebuild lock for a new generation, unless another generation holds it. Returns 1 on success.
-- KEYS: lock, generations. ARGV: generation, milliseconds.
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('SADD', KEYS[2], ARGV[1])
return 1
