-- Says that a proxy is there and counts those that are; keeps the seed that all of them share.
--
-- KEYS: the seed, the replicas. ARGV: who, a seed for when there is none, microseconds after which one that is silent is
-- gone (0: this one leaves). Answers with the time in microseconds, how many are there, and the seed.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local patience = tonumber(ARGV[3])
if patience == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], now, ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', now - patience))
  redis.call('ZREMRANGEBYSCORE', KEYS[2], string.format('(%.0f', now + patience), '+inf') -- the clock was set back
  redis.call('PEXPIRE', KEYS[2], math.ceil(patience / 1000))
end
redis.call('SET', KEYS[1], ARGV[2], 'NX')
return {string.format('%.0f', now), redis.call('ZCARD', KEYS[2]), redis.call('GET', KEYS[1])}
