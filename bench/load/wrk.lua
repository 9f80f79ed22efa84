-- Sends the requests of a file, one a line: method, path, headers, body, parted by tabs; a header is
-- name=value, headers are parted by a unit separator. With "once" it stops at the end of the file.
-- Prints a line for programs at the end.

local requests, count, sent, once = {}, 0, 0, false

function init(args)
  once = args[2] == "once"
  for line in io.lines(args[1]) do
    local method, path, headers, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local fields = {}
    for name, value in headers:gmatch("([^=\31]+)=([^\31]*)") do
      fields[name] = value
    end
    count = count + 1
    requests[count] = wrk.format(method, path, fields, body ~= "" and body or nil)
  end
end

function request()
  sent = sent + 1
  if once and sent >= count then
    wrk.thread:stop()
  end
  return requests[(sent - 1) % count + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "\nRESULT %d %d %d %d %.1f %.1f %.1f\n",
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
