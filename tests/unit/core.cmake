# SPDX-License-Identifier: GPL-2.0-or-later
vsockdump_unit_test(packet)
vsockdump_unit_test(names)
vsockdump_unit_test(siphash)
vsockdump_unit_test(flow)
vsockdump_unit_test(stream)
vsockdump_unit_test(analysis)
vsockdump_unit_test(kernel)
