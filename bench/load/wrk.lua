-- Sends the requests of a file, one a line: method, path, headers, body, parted by tabs; a header is
-- name=value, headers are parted by a unit separator. With "once" it stops at the end of the file.
-- Prints a line for programs at the end.

local refused
local requests, count, sent, once, looked_at = {}, 0, 0, false, false

function init(args)
  once = args[2] == "once"
  if once then
    response = refused -- acts may be refused for a reason; reads are looked at before
  end
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
  if not looked_at then -- wrk asks for one before it begins, which it does not send
    looked_at = true
    return requests[1]
  end
  sent = sent + 1
  if once and sent >= count then
    wrk.thread:stop()
  end
  return requests[(sent - 1) % count + 1]
end

function refused(status, _headers, body)
  if status >= 400 then
    io.write(string.format("\nREFUSED %d %s\n", status, body:sub(1, 300):gsub("%s+", " ")))
  end
end

function done(summary, latency)
  local errors = summary.errors
  for _, kind in ipairs({"connect", "read", "write", "status", "timeout"}) do
    if errors[kind] > 0 then
      io.write(string.format("\nERRORS %s %d\n", kind, errors[kind]))
    end
  end
  io.write(string.format(
    "\nRESULT %d %d %d %.1f %.1f %.1f\n",
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max))
end
