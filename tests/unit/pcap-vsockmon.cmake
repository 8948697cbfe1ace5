# SPDX-License-Identifier: GPL-2.0-or-later
vsockdump_unit_test(capture-library
	SOURCES fake-links.c
	LIBS pcap-vsockmon-static PkgConfig::LIBNL)
target_compile_definitions(test-capture-library PRIVATE _GNU_SOURCE)
foreach(function unshare nl_connect rtnl_link_get_kernel rtnl_link_alloc_cache rtnl_link_add
	rtnl_link_change rtnl_link_delete pcap_create pcap_activate pcap_datalink pcap_close)
	target_link_options(test-capture-library PRIVATE LINKER:--wrap=${function})
endforeach()

foreach(unit errors meaning code memory)
	vsockdump_unit_test(filter-${unit} LIBS pcap-vsockmon-objects)
	target_compile_definitions(test-filter-${unit} PRIVATE _GNU_SOURCE)
endforeach()
foreach(function malloc calloc free)
	target_link_options(test-filter-memory PRIVATE LINKER:--wrap=${function})
endforeach()
