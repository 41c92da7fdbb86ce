-- Decides about one call, or changes what was charged, for all windows at once.
--
-- KEYS: one a window, all with one hash tag. ARGV[1]: numbers of eight bytes: the verb, when the charge was made (0 for now),
-- what is added to the clock (tests alone), who asks, how long a lease holds; then for each window its kind, amount, quota,
-- period and four more. All times in microseconds. Answers with numbers too: the time, 1 if done, and for each window what
-- remains, when more comes back, and how long to wait (0 for not at all, -1 for ever).
--
-- A rolling window is a string of times, the oldest first, each of one charge; where charges have amounts, each time is
-- followed by its amount, and their sum stands in front. A fixed one is the begin of its turn and what is used; a smooth one
-- is a level that leaks, and when it stood so; calls at once are who, how many, until when.

local CHARGE, ADD, GIVE_BACK, PEEK, HOLD = 1, 2, 3, 4, 5
local ROLLING, FIXED, SMOOTH = 1, 2, 3
local HEAD, WINDOW = 40, 64
local read, pack, sub, fmod = struct.unpack, struct.pack, string.sub, math.fmod
local max, min, floor, ceil = math.max, math.min, math.floor, math.ceil

local plan = ARGV[1]
local verb, at, offset, who, lease = read('<ddddd', plan)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2] + offset
if at == 0 then
  at = now
end
local values = redis.call('MGET', unpack(KEYS))

local function on_grid(t, grid)
  local rest = fmod(t, grid)
  return rest == 0 and t or t - rest + grid
end

-- Each kind makes a window: what remains, when more comes back, how long an amount waits; and charge, give_back, which
-- change it; and store, the new value and how long it matters.

local function rolling(value, period, grid, weighed)
  local stride = weighed == 1 and 16 or 8
  local body = value or ''
  local total = 0
  if weighed == 1 then
    if value then
      total = read('<d', value)
    end
    body = sub(body, 9)
  else
    total = #body / 8
  end
  local first = 1
  while first <= #body and read('<d', body, first) + period <= now do
    total = total - (weighed == 1 and read('<d', body, first + 8) or 1)
    first = first + stride
  end
  body = first > 1 and sub(body, first) or body
  local w = {}
  function w.remaining(quota)
    return quota - total
  end
  function w.wait(quota, amount)
    local missing = total + amount - quota
    if missing <= 0 then
      return 0
    end
    if amount > quota then
      return -1
    end
    local place = 1
    if weighed == 1 then
      missing = missing - read('<d', body, 9)
      while missing > 0 do
        place = place + stride
        missing = missing - read('<d', body, place + 8)
      end
    else
      place = 1 + 8 * (missing - 1)
    end
    return read('<d', body, place) + period - now
  end
  function w.reset()
    return #body == 0 and period or min(period, read('<d', body) + period - now)
  end
  function w.charge(amount)
    local t = on_grid(at, grid)
    if t + period <= now then
      return
    end
    local place = #body + 1 -- where it goes, so that times stay in order
    while place > 1 and read('<d', body, place - stride) > t do
      place = place - stride
    end
    total = total + amount
    if weighed == 0 then
      body = sub(body, 1, place - 1) .. string.rep(pack('<d', t), amount) .. sub(body, place)
    elseif place > 1 and read('<d', body, place - stride) == t then
      body = sub(body, 1, place - 9) .. pack('<d', read('<d', body, place - 8) + amount) .. sub(body, place)
    else
      body = sub(body, 1, place - 1) .. pack('<dd', t, amount) .. sub(body, place)
    end
  end
  function w.give_back(amount)
    local t = on_grid(at, grid)
    local place = #body + 1 - stride
    while place >= 1 and amount > 0 and read('<d', body, place) >= t do
      if read('<d', body, place) == t then
        local there = weighed == 1 and read('<d', body, place + 8) or 1
        local taken = min(there, amount)
        total = total - taken
        amount = amount - taken
        local rest = there > taken and pack('<dd', t, there - taken) or ''
        body = sub(body, 1, place - 1) .. rest .. sub(body, place + stride)
      end
      place = place - stride
    end
  end
  function w.store()
    if #body == 0 then
      return nil
    end
    local last = read('<d', body, #body + 1 - stride)
    return weighed == 1 and pack('<d', total) .. body or body, last + period - now
  end
  return w
end

local function fixed(value, _, before, begin, ends, after)
  local from, to = begin, ends
  if now < begin then
    from, to = before, begin
  elseif now >= ends then
    from, to = ends, after
  end
  local used = 0
  if value then
    local since, count = read('<dd', value)
    if since >= from then -- later only where another's calendar differs: its turn holds
      from, used = since, count
    end
  end
  local w = {}
  function w.remaining(quota)
    return quota - used
  end
  function w.reset()
    return max(1, to - now)
  end
  function w.wait(quota, amount)
    if used + amount <= quota then
      return 0
    end
    return amount > quota and -1 or w.reset()
  end
  function w.charge(amount)
    if at >= from then
      used = used + amount
    end
  end
  function w.give_back(amount)
    if at >= from then
      used = max(0, used - amount)
    end
  end
  function w.store()
    if used > 0 then
      return pack('<dd', from, used), w.reset()
    end
  end
  return w
end

local function smooth(value, period, quota, burst)
  burst = burst > 0 and burst or quota
  local rate = quota / period
  local level = 0
  if value then
    local stood, since = read('<dd', value)
    level = max(0, stood - max(0, now - since) * rate)
  end
  local w = {}
  function w.remaining()
    return floor(burst - level + 1e-6)
  end
  local function until_free(amount)
    return ceil((level + amount - burst - 1e-6) / rate)
  end
  function w.reset()
    return level == 0 and period or max(1, until_free(w.remaining() + 1))
  end
  function w.wait(_, amount)
    return amount > burst and -1 or max(0, until_free(amount))
  end
  function w.charge(amount)
    level = level + max(0, amount - (now - at) * rate)
  end
  function w.give_back(amount)
    level = max(0, level - amount)
  end
  function w.store()
    if level > 0 then
      return pack('<dd', level, now), level / rate
    end
  end
  return w
end

local function at_once(value)
  local holders, own, others, ends = {}, 0, 0, now
  for place = 1, #(value or ''), 24 do
    local holder, count, until_when = read('<ddd', value, place)
    if until_when > now then
      if holder == who then
        own, ends = count, until_when
      else
        others = others + count
        holders[#holders + 1] = sub(value, place, place + 23)
      end
    end
  end
  local w = {}
  function w.remaining(quota)
    return quota - others - own
  end
  function w.reset()
    return others + own == 0 and 0 or 1000000
  end
  function w.wait(quota)
    return others + own < quota and 0 or 1000000
  end
  function w.charge(amount)
    own, ends = own + amount, now + lease
  end
  function w.give_back(amount)
    own = max(0, own - amount)
  end
  function w.hold(amount)
    own, ends = amount < 0 and own or amount, now + lease
  end
  function w.store()
    if own > 0 then
      holders[#holders + 1] = pack('<ddd', who, own, ends)
    end
    if #holders > 0 then
      return table.concat(holders), lease
    end
  end
  return w
end

local windows, amounts, quotas, waits = {}, {}, {}, {}
local refused = false
for i = 1, #KEYS do
  local kind, amount, quota, period, a, b, c, d = read('<dddddddd', plan, HEAD + WINDOW * (i - 1) + 1)
  local value = values[i]
  local w
  if kind == ROLLING then
    w = rolling(value, period, a, b)
  elseif kind == FIXED then
    w = fixed(value, period, a, b, c, d)
  elseif kind == SMOOTH then
    w = quota > 0 and smooth(value, period, quota, a) or false
  else
    w = at_once(value)
  end
  windows[i], amounts[i], quotas[i] = w, amount, quota
  waits[i] = w and quota > 0 and w.wait(quota, amount) or 0
  refused = refused or waits[i] ~= 0
end
local done = verb ~= CHARGE or not refused

local answer = {pack('<dd', now, done and 1 or 0)}
for i = 1, #KEYS do
  local w = windows[i]
  if w and done and verb ~= PEEK then
    if verb == GIVE_BACK then
      w.give_back(amounts[i])
    elseif verb == HOLD then
      w.hold(amounts[i])
    else
      w.charge(amounts[i])
    end
    local value, micros = w.store()
    if value then
      redis.call('SET', KEYS[i], value, 'PX', max(1, ceil(micros / 1000)))
    elseif values[i] then
      redis.call('DEL', KEYS[i])
    end
  end
  if w and quotas[i] > 0 then
    answer[i + 1] = pack('<ddd', w.remaining(quotas[i]), w.reset(), waits[i])
  else
    answer[i + 1] = pack('<ddd', 0, 0, 0)
  end
end
return table.concat(answer)
