-- Renders one request for each token at the start and sends them in turn; says at the end what became of them.
-- Arguments: path, file of the body, file of the tokens (one a line, an empty one is none), milliseconds between an answer
-- and the next request on the same connection.

local requests = {}
local at = 0
local pause

local function lines(name)
  local found = {}
  for line in io.lines(name) do
    found[#found + 1] = line
  end
  return found
end

function init(args)
  local path, body_file, tokens_file = args[1], args[2], args[3]
  pause = tonumber(args[4])
  local file = assert(io.open(body_file, "rb"))
  local body = file:read("*a")
  file:close()
  for _, token in ipairs(lines(tokens_file)) do
    local headers = { ["Content-Type"] = "application/json", ["Accept"] = "*/*", ["User-Agent"] = "wrk" }
    if token ~= "" then
      headers["Authorization"] = "Bearer " .. token
    end
    requests[#requests + 1] = wrk.format("POST", path, headers, body)
  end
  math.randomseed(os.time())
  if pause > 0 then
    -- Even over time: connections that all pause equally long would send together.
    function delay()
      return math.random(0, 2 * pause)
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    "\nRESULT requests=%d micros=%d bytes=%d p50=%.3f p99=%.3f p999=%.3f connect=%d read=%d write=%d timeout=%d status=%d\n",
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency:percentile(99.9) / 1000,
    errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
