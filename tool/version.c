/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/version.h"

const char *version_program(void)
{
	return "vsockdump " VSOCKDUMP_VERSION;
}
