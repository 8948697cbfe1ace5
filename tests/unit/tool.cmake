# SPDX-License-Identifier: GPL-2.0-or-later

set(capture_reader_sources
	${PROJECT_SOURCE_DIR}/tool/capture-pcap.c
	${PROJECT_SOURCE_DIR}/tool/capture-pcapng-about.c
	${PROJECT_SOURCE_DIR}/tool/capture-pcapng.c
	${PROJECT_SOURCE_DIR}/tool/capture-reader.c
	${PROJECT_SOURCE_DIR}/tool/capture-time.c
	${PROJECT_SOURCE_DIR}/tool/capture-window.c
	${PROJECT_SOURCE_DIR}/tool/read-ahead.c
)
vsockdump_unit_test(capture-time SOURCES ${PROJECT_SOURCE_DIR}/tool/capture-time.c)
vsockdump_unit_test(capture-pcap SOURCES ${capture_reader_sources} LIBS PkgConfig::LIBPCAP)
vsockdump_unit_test(capture-pcapng SOURCES ${capture_reader_sources} LIBS PkgConfig::LIBPCAP)
vsockdump_unit_test(capture-window SOURCES ${capture_reader_sources} LIBS PkgConfig::LIBPCAP)
# Takes the place of read(2), which fortified code would call by another name.
target_compile_options(test-capture-window PRIVATE -U_FORTIFY_SOURCE)
target_link_options(test-capture-window PRIVATE -Wl,--wrap=read)

set(capture_writer_sources
	${PROJECT_SOURCE_DIR}/tool/capture-comments.c
	${PROJECT_SOURCE_DIR}/tool/capture-files.c
	${PROJECT_SOURCE_DIR}/tool/capture-pcapng-encode.c
	${PROJECT_SOURCE_DIR}/tool/capture-rotation.c
	${PROJECT_SOURCE_DIR}/tool/capture-writer.c
)
foreach(unit writer pcapng-writer rotation)
	vsockdump_unit_test(capture-${unit}
		SOURCES ${capture_writer_sources} ${capture_reader_sources}
		LIBS PkgConfig::LIBPCAP)
endforeach()
vsockdump_unit_test(drop-watch SOURCES ${PROJECT_SOURCE_DIR}/tool/drop-watch.c)

# What prints, built once: each of these files uses the next.
add_library(test-printers STATIC
	${PROJECT_SOURCE_DIR}/tool/address.c
	${PROJECT_SOURCE_DIR}/tool/finding-line.c
	${PROJECT_SOURCE_DIR}/tool/finding-store.c
	${PROJECT_SOURCE_DIR}/tool/flow-line.c
	${PROJECT_SOURCE_DIR}/tool/flow-list.c
	${PROJECT_SOURCE_DIR}/tool/hexdump.c
	${PROJECT_SOURCE_DIR}/tool/json-finding.c
	${PROJECT_SOURCE_DIR}/tool/json.c
	${PROJECT_SOURCE_DIR}/tool/message.c
	${PROJECT_SOURCE_DIR}/tool/mode-flows-json.c
	${PROJECT_SOURCE_DIR}/tool/json-flow.c
	${PROJECT_SOURCE_DIR}/tool/mode-packets-json.c
	${PROJECT_SOURCE_DIR}/tool/output.c
	${PROJECT_SOURCE_DIR}/tool/packet-line.c
	${PROJECT_SOURCE_DIR}/tool/stream-piece.c
	${PROJECT_SOURCE_DIR}/tool/timestamp.c
)
target_link_libraries(test-printers PUBLIC vsock-core)
foreach(unit output timestamp hexdump packet-line flow-line finding-line finding-store json)
	vsockdump_unit_test(${unit} LIBS test-printers)
endforeach()

vsockdump_unit_test(diagnosis
	SOURCES
		${PROJECT_SOURCE_DIR}/tool/diagnosis-text.c
		${PROJECT_SOURCE_DIR}/tool/diagnosis.c
		${PROJECT_SOURCE_DIR}/tool/endpoints.c
	LIBS test-printers)
vsockdump_unit_test(stream-text SOURCES ${PROJECT_SOURCE_DIR}/tool/stream-text.c LIBS test-printers)
vsockdump_unit_test(stream-files SOURCES ${PROJECT_SOURCE_DIR}/tool/stream-files.c)

vsockdump_unit_test(options
	SOURCES
		${PROJECT_SOURCE_DIR}/tool/cid-names.c
		${PROJECT_SOURCE_DIR}/tool/file-options.c
		${PROJECT_SOURCE_DIR}/tool/help.c
		${PROJECT_SOURCE_DIR}/tool/number.c
		${PROJECT_SOURCE_DIR}/tool/options.c
		${PROJECT_SOURCE_DIR}/tool/option-table.c
	LIBS test-printers)
vsockdump_unit_test(cid-names
	SOURCES ${PROJECT_SOURCE_DIR}/tool/cid-names.c ${PROJECT_SOURCE_DIR}/tool/number.c)

# With sanitizers there is no sandbox to be tested.
if(NOT VSOCKDUMP_SANITIZE)
	vsockdump_unit_test(sandbox
		SOURCES
			${PROJECT_SOURCE_DIR}/tool/sandbox-calls.c
			${PROJECT_SOURCE_DIR}/tool/sandbox-files.c
			${PROJECT_SOURCE_DIR}/tool/sandbox.c
			${PROJECT_SOURCE_DIR}/tool/stream-files.c
		LIBS test-printers PkgConfig::LIBSECCOMP)
endif()
