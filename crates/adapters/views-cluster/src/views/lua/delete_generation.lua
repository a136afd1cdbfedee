-- Deletes some hashes of an unused generation, and its other keys once none is left. Returns 1 if more calls are needed.
-- KEYS: pointer, lock, generations, counts, index of buckets, index of slices.
-- ARGV: generation, prefix of bucket keys, prefix of slice keys, number of buckets and of slices to delete.
if redis.call('GET', KEYS[1]) == ARGV[1] or redis.call('GET', KEYS[2]) == ARGV[1] then return 0 end
local deleted = 0
for i = 2, 3 do
  local popped = redis.call('ZPOPMIN', KEYS[3 + i], ARGV[4])
  for j = 1, #popped, 2 do redis.call('UNLINK', ARGV[i] .. popped[j]) end
  deleted = deleted + #popped
end
if deleted > 0 then return 1 end
redis.call('UNLINK', KEYS[4])
redis.call('SREM', KEYS[3], ARGV[1])
return 0
