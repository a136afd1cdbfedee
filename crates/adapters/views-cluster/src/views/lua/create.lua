-- Creates an empty first generation, unless there is one already.
-- KEYS: pointer, generations, counts. ARGV: generation, position.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[3], '#position', ARGV[2], '#buckets', 0, '#slices', 0)
redis.call('SET', KEYS[1], ARGV[1])
return 1
