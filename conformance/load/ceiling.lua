-- What wrk sends: `wrk … -s ceiling.lua URL operation products seed`. The last line that it writes is JSON.
local operation, products
local sorts = { "newest", "price", "name" }

function init(arguments)
  operation, products = arguments[1], tonumber(arguments[2])
  math.randomseed(tonumber(arguments[3]))
end

function request()
  if operation == "getProduct" then
    return wrk.format("GET", "/products/" .. (100000 + math.random(products)))
  end
  return wrk.format("GET", "/products?sort=" .. sorts[math.random(#sorts)])
end

function done(summary)
  local failed = summary.errors
  local errors = failed.connect + failed.read + failed.write + failed.status + failed.timeout
  io.write(string.format('{"requests": %d, "errors": %d, "microseconds": %d}\n', summary.requests, errors, summary.duration))
end
