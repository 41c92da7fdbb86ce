-- Says which policies a proxy has, and hears of those that no proxy has any more. Of each one proxy hears, once.
--
-- KEYS: when each policy was said last. ARGV: microseconds after which one that nobody says is no more, then the policies.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local said = {}
for i = 2, #ARGV do
  said[#said + 1] = string.format('%.0f', now)
  said[#said + 1] = ARGV[i]
end
if #said > 0 then
  redis.call('ZADD', KEYS[1], unpack(said))
end
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now - ARGV[1]), 'LIMIT', 0, 100)
if #gone > 0 then
  redis.call('ZREM', KEYS[1], unpack(gone))
end
redis.call('PEXPIRE', KEYS[1], 31 * 24 * 3600 * 1000) -- where all proxies are stopped and never come back
return gone
