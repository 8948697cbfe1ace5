-- SPDX-License-Identifier: GPL-2.0-or-later
-- A protocol of lines over vsock, for Wireshark: tshark -X lua_script:lines.lua -r capture.pcap
-- To be known by its first word instead of by port: lines:register_heuristic("vsock", function).
local lines = Proto("lines", "Lines over vsock")
lines.fields.text = ProtoField.string("lines.text", "Text")
function lines.dissector(tvb, pinfo, tree)
	local from = 0
	pinfo.cols.protocol = "LINES"
	for line in tvb:raw():gmatch("[^\n]*\n") do
		tree:add(lines, tvb(from, #line)):add(lines.fields.text, tvb(from, #line - 1))
		from = from + #line
	end
	if from < tvb:len() then pinfo.desegment_offset, pinfo.desegment_len = from, DESEGMENT_ONE_MORE_SEGMENT end
end
DissectorTable.get("vsock.port"):add(6012, lines)
