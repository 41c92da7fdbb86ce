-- Decides about one call, or changes what was charged, for all windows at once.
--
-- KEYS: one a window, all with one hash tag. ARGV[1]: numbers of eight bytes: the verb, when the charge was made (0 for now,
-- below 0 for that long after now), what is added to the clock (tests alone), who asks, how long a lease holds; then for each
-- window its kind, amount, quota, period and four more, the first of which says of calls at once for how long it is known that
-- who asks waits. All times in microseconds. Answers with numbers too: the time, 1 if done, and for each window what remains,
-- when more comes back, and how long to wait (0 for not at all, -1 for ever).
--
-- A rolling window is a string of times, the oldest first, each of one charge; where charges have amounts, each time is
-- followed by its amount, and their sum stands in front, below 0, so that it is no time. Which of the two it is the string
-- says: it gets amounts when they are charged, and keeps them until it is empty. A fixed one is the begin of its turn and what is used; a smooth one
-- is a level that leaks, and when it stood so; calls at once are who, how many, until when. Beside these stands who waits
-- for a turn: who, since when, and until when that is known, below 0, so that who knows nothing of waiting takes it for past.
--
-- What lies further ahead than any slice is from before the clock was set back. It counts as charged now, and is written so
-- whatever was asked: else it would be as new for whoever comes next.
--
-- It runs for every call, so it makes no tables and closures for a window.

local CHARGE, ADD, GIVE_BACK, PEEK, HOLD = 1, 2, 3, 4, 5
local ROLLING, FIXED, SMOOTH, AT_ONCE = 1, 2, 3, 4
local HEAD, WINDOW = 41, 64
local TURN = 500000 -- who waits for longer goes first
local SLICE, LEASE, PATIENCE = 60000000, 3600000000, 10000000 -- none is longer
local read, pack, sub, call = struct.unpack, struct.pack, string.sub, redis.call
local max, min, floor, ceil, fmod = math.max, math.min, math.floor, math.ceil, math.fmod

local plan = ARGV[1]
local verb, at, offset, who, lease = read('<ddddd', plan)
local time = call('TIME')
local now = time[1] * 1000000 + time[2] + offset
if at <= 0 then
  at = now - at
end
local values = call('MGET', unpack(KEYS))
local windows = #KEYS
local set_back = false

-- Rolling: a body of entries, their sum, and whether they have amounts.

local function with_amounts(value)
  local one, entries = pack('<d', 1), {}
  for place = 1, #value, 8 do
    entries[#entries + 1] = sub(value, place, place + 7) .. one
  end
  return pack('<d', -#entries) .. table.concat(entries)
end

local function on_grid(time, grid)
  local rest = grid == 1 and 0 or fmod(time, grid)
  return rest == 0 and time or time - rest + grid
end

local function rolling_charge(body, total, period, time, weighed, amount)
  if time + period <= now then
    return body, total
  end
  local stride = weighed == 1 and 16 or 8
  local place = #body + 1 -- where it goes, so that times stay in order
  while place > 1 and read('<d', body, place - stride) > time do
    place = place - stride
  end
  local entry
  local before, after = sub(body, 1, place - 1), sub(body, place)
  if weighed == 0 then
    entry = amount == 1 and pack('<d', time) or string.rep(pack('<d', time), amount)
  elseif place > 1 and read('<d', body, place - 16) == time then
    before = sub(body, 1, place - 9)
    entry = pack('<d', read('<d', body, place - 8) + amount)
  else
    entry = pack('<dd', time, amount)
  end
  return before .. entry .. after, total + amount
end

-- The body, of which all charges later than that count as charged now.
local function rolling_set_back(body, latest, period, grid, weighed)
  local stride = weighed == 1 and 16 or 8
  local size, amount = #body, 0
  while size > 0 and read('<d', body, size - stride + 1) > latest do
    amount = amount + (weighed == 1 and read('<d', body, size - 7) or 1)
    size = size - stride
  end
  set_back = true
  return (rolling_charge(sub(body, 1, size), 0, period, on_grid(now, grid), weighed, amount))
end

local function rolling(value, period, grid, asked)
  if not value then
    return '', 0, asked
  end
  local weighed = asked
  if read('<d', value) <= 0 then
    weighed = 1
  elseif weighed == 1 then
    value = with_amounts(value)
  end
  local first, total, stride = 1, #value / 8, 8
  if weighed == 1 then
    first, total, stride = 9, -read('<d', value), 16
  end
  local size = #value
  while first <= size and read('<d', value, first) + period <= now do
    total = total - (weighed == 1 and read('<d', value, first + 8) or 1)
    first = first + stride
  end
  if first > size then
    return '', 0, asked
  end
  local body = first == 1 and value or sub(value, first)
  local latest = now + min(period / 16, SLICE) + period / 512
  if read('<d', body, #body - (weighed == 1 and 15 or 7)) > latest then
    body = rolling_set_back(body, latest, period, grid, weighed)
  end
  return body, total, weighed
end

local function rolling_wait(body, total, period, grid, weighed, quota, amount)
  local missing = total + amount - quota
  if amount > quota then
    return -1
  end
  local place = 8 * (missing - 1) + 1
  if weighed == 1 then
    place = 1
    missing = missing - read('<d', body, 9)
    while missing > 0 do
      place = place + 16
      missing = missing - read('<d', body, place + 8)
    end
  end
  return read('<d', body, place) - now + period
end

local function rolling_give_back(body, total, time, weighed, amount)
  local stride = weighed == 1 and 16 or 8
  local place = #body + 1 - stride
  while place >= 1 and amount > 0 and read('<d', body, place) >= time do
    if read('<d', body, place) == time then
      local there = weighed == 1 and read('<d', body, place + 8) or 1
      local taken = min(there, amount)
      total = total - taken
      amount = amount - taken
      local rest = there > taken and pack('<dd', time, there - taken) or ''
      body = sub(body, 1, place - 1) .. rest .. sub(body, place + stride)
    end
    place = place - stride
  end
  return body, total
end

-- Fixed: what is used, when the turn began, and when it ends.

local function fixed(value, before, begin, ends, after)
  local from, to, used = begin, ends, 0
  if now < begin then
    from, to = before, begin
  elseif now >= ends then
    from, to = ends, after
  end
  if value then
    local since, count = read('<dd', value)
    if since > now then
      used, set_back = count, true
    elseif since >= from then -- later only where another's calendar differs: its turn holds
      from, used = since, count
    end
  end
  return used, from, max(1, to - now)
end

-- Smooth: how full the bucket is.

local function smooth(value, rate)
  if not value then
    return 0
  end
  local level, since = read('<dd', value)
  set_back = set_back or since > now
  return max(0, level - max(0, now - since) * rate)
end

local function smooth_wait(level, burst, rate, amount)
  return ceil((level + amount - burst - 1e-6) / rate)
end

-- At once: what others hold and wait for, how much they hold, what who asks holds, and that it waits.

local function at_once(value)
  local holders, others, own, turn = '', 0, 0, ''
  for place = 1, #(value or ''), 24 do
    local holder, count, until_when = read('<ddd', value, place)
    if until_when > now or until_when < 0 and -until_when > now and -until_when <= now + PATIENCE then
      if holder ~= who then
        local entry = sub(value, place, place + 23)
        if until_when > now + LEASE then
          entry, set_back = pack('<ddd', holder, count, now + lease), true
        end
        others = others + (until_when > 0 and count or 0)
        holders = holders .. entry
      elseif until_when > 0 then
        own = count
      else
        turn = sub(value, place, place + 23)
      end
    end
  end
  return holders, others, own, turn
end

-- How many of the others have waited for long, and for longer than who asks: each is left a place.

local function before(holders, turn)
  local since, count = turn == '' and now or read('<d', turn, 9), 0
  for place = 1, #holders, 24 do
    local _, begun, until_when = read('<ddd', holders, place)
    if until_when < 0 and begun + TURN <= now and begun < since then
      count = count + 1
    end
  end
  return count
end

local x, y, z, waits = {}, {}, {}, {}
local turns -- by place too, where there are windows of calls at once
local refused, exhausted = false, false
for i = 1, windows do
  local kind, amount, quota, period, a, b, c, d = read('<dddddddd', plan, HEAD + WINDOW * (i - 1))
  local wait = 0
  if kind == ROLLING then
    x[i], y[i], z[i] = rolling(values[i], period, a, b)
    if quota > 0 and y[i] + amount > quota then
      wait = rolling_wait(x[i], y[i], period, a, z[i], quota, amount)
    end
  elseif kind == FIXED then
    x[i], y[i], z[i] = fixed(values[i], a, b, c, d)
    if quota > 0 and x[i] + amount > quota then
      wait = amount > quota and -1 or z[i]
    end
  elseif kind == SMOOTH then
    if quota > 0 then
      local burst = a > 0 and a or quota
      x[i] = smooth(values[i], quota / period)
      wait = amount > burst and -1 or max(0, smooth_wait(x[i], burst, quota / period, amount))
    end
  else
    turns = turns or {}
    x[i], y[i], z[i], turns[i] = at_once(values[i])
    if quota > 0 and y[i] + z[i] + before(x[i], turns[i]) >= quota then
      wait = 1000000
    end
  end
  waits[i] = wait
  refused = refused or wait ~= 0
  exhausted = exhausted or wait ~= 0 and kind ~= AT_ONCE
end

local done = verb ~= CHARGE or not refused
local answer = pack('<dd', now, done and 1 or 0)
for i = 1, windows do
  local kind, amount, quota, period, a = read('<ddddd', plan, HEAD + WINDOW * (i - 1))
  local remaining, reset = 0, 0
  local value, micros -- what is kept, and for how long it matters
  local waiting = false
  if kind == ROLLING then
    local body, total, weighed = x[i], y[i], z[i]
    if done and verb == GIVE_BACK then
      body, total = rolling_give_back(body, total, on_grid(at, a), weighed, amount)
    elseif done and verb ~= PEEK then
      body, total = rolling_charge(body, total, period, on_grid(at, a), weighed, amount)
    end
    remaining = quota - total
    reset = period
    if body ~= '' then
      reset = min(period, read('<d', body) + period - now)
      value = weighed == 1 and pack('<d', -total) .. body or body
      micros = read('<d', body, #body - (weighed == 1 and 15 or 7)) + period - now
    end
  elseif kind == FIXED then
    local used, from = x[i], y[i]
    if done and at >= from and verb == GIVE_BACK then
      used = max(0, used - amount)
    elseif done and at >= min(from, now) and verb ~= PEEK then
      used = used + amount
    end
    remaining, reset = quota - used, z[i]
    if used > 0 then
      value, micros = pack('<dd', from, used), reset
    end
  elseif kind == SMOOTH then
    if quota > 0 then
      local level, rate, burst = x[i], quota / period, a > 0 and a or quota
      if done and verb == GIVE_BACK then
        level = max(0, level - max(0, amount - max(0, now - at) * rate)) -- some of it has come back by itself
      elseif done and verb ~= PEEK then
        level = level + max(0, amount - max(0, now - at) * rate)
      end
      level = level < 1e-6 and 0 or level -- what rounding has left
      remaining = floor(burst - level + 1e-6)
      reset = level == 0 and period or max(1, smooth_wait(level, burst, rate, remaining + 1))
      if level > 0 then
        value, micros = pack('<dd', level, now), level / rate
      end
    end
  else
    local own = z[i]
    if done and verb == GIVE_BACK then
      own = max(0, own - amount)
    elseif done and verb == HOLD then
      own = amount < 0 and own or amount
    elseif done and verb ~= PEEK then
      own = own + amount
    end
    remaining, reset = quota - y[i] - own, y[i] + own == 0 and 0 or 1000000
    local turn = turns[i]
    if verb == CHARGE then
      waiting = waits[i] ~= 0 and a > 0 and not exhausted
      if waiting then
        turn = pack('<ddd', who, turn == '' and now or read('<d', turn, 9), -(now + a))
      elseif done then
        turn = ''
      end
    end
    value = x[i] .. (own > 0 and pack('<ddd', who, own, now + lease) or '') .. turn
    micros = lease
    if value == '' then
      value = nil
    end
  end
  if done and verb ~= PEEK or waiting or set_back then
    if value then
      call('SET', KEYS[i], value, 'PX', max(1, ceil(micros / 1000)))
    elseif values[i] and not (kind == SMOOTH and quota == 0) then
      call('DEL', KEYS[i])
    end
  end
  if quota == 0 then
    remaining, reset = 0, 0
  end
  answer = answer .. pack('<ddd', remaining, reset, waits[i])
end
return answer
