-- Deletes some buckets of an unused generation, and its other keys once no bucket is left. Returns 1 if more calls are needed.
-- KEYS: pointer, lock, generations, counts, index. ARGV: generation, prefix of bucket keys, number of buckets to delete.
if redis.call('GET', KEYS[1]) == ARGV[1] or redis.call('GET', KEYS[2]) == ARGV[1] then return 0 end
local popped = redis.call('ZPOPMIN', KEYS[5], ARGV[3])
for i = 1, #popped, 2 do redis.call('UNLINK', ARGV[2] .. popped[i]) end
if #popped > 0 then return 1 end
redis.call('UNLINK', KEYS[4], KEYS[5])
redis.call('SREM', KEYS[3], ARGV[1])
return 0
