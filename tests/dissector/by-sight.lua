-- SPDX-License-Identifier: GPL-2.0-or-later
-- Helps the test "payload": a script's heuristic, for data that begin with "hello".
local hello = Proto("hello", "Hello over vsock")
function hello.dissector(tvb, pinfo, tree)
	tree:add(hello, tvb())
	return tvb:len()
end
hello:register_heuristic("vsock", function(tvb, pinfo, tree)
	if tvb:len() < 5 or tvb(0, 5):string() ~= "hello" then return false end
	pinfo.conversation = hello
	hello.dissector(tvb, pinfo, tree)
	return true
end)
