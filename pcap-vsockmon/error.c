/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages. EPERM alone does not say which capability was missing. So the code reads the effective
 * set of the calling thread after the kernel has refused, and only then: the kernel judges, we
 * explain. capget(2) has no wrapper in libc, and one system call is not worth libcap.
 */
#include "pcap-vsockmon/error.h"

#include <linux/capability.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/common/program-path.h"

/* Room for "CAP_NET_ADMIN and CAP_NET_RAW" or "cap_net_admin,cap_net_raw". */
#define CAPABILITIES_TEXT_MAX 64

static const struct {
	unsigned bit;
	unsigned number;
	const char *name;
	const char *keyword; /* as setcap(8) spells it */
} capabilities[] = {
    {VSOCKMON_NEEDS_NET_ADMIN, CAP_NET_ADMIN, "CAP_NET_ADMIN", "cap_net_admin"},
    {VSOCKMON_NEEDS_NET_RAW, CAP_NET_RAW, "CAP_NET_RAW", "cap_net_raw"},
};
#define CAPABILITIES (sizeof(capabilities) / sizeof(capabilities[0]))

enum pcap_vsockmon_result vsockmon_fail(char *errbuf, enum pcap_vsockmon_result result,
					const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(errbuf, PCAP_ERRBUF_SIZE, format, args);
	va_end(args);
	return result;
}

void vsockmon_fail_more(char *errbuf, const char *text)
{
	size_t used = strlen(errbuf);

	snprintf(errbuf + used, PCAP_ERRBUF_SIZE - used, "%s", text);
}

/* Those of `needed` that the calling thread lacks; none if the kernel does not say. */
static unsigned missing_of(unsigned needed)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	unsigned missing = 0;

	if (syscall(SYS_capget, &header, data) != 0)
		return 0;
	for (size_t i = 0; i < CAPABILITIES; i++) {
		unsigned number = capabilities[i].number;

		if (!(data[CAP_TO_INDEX(number)].effective & CAP_TO_MASK(number)))
			missing |= capabilities[i].bit;
	}
	return needed & missing;
}

static void append(char text[static CAPABILITIES_TEXT_MAX], const char *separator, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, CAPABILITIES_TEXT_MAX - used, "%s%s", used ? separator : "", word);
}

enum pcap_vsockmon_result vsockmon_fail_permission(char *errbuf, const char *doing, unsigned needed)
{
	unsigned missing = missing_of(needed);
	char names[CAPABILITIES_TEXT_MAX] = "";
	char keywords[CAPABILITIES_TEXT_MAX] = "";
	char path[PROGRAM_PATH_MAX];

	for (size_t i = 0; i < CAPABILITIES; i++) {
		/*
		 * If the kernel refused in spite of all capabilities, the message names them all.
		 */
		if ((missing ? missing : needed) & capabilities[i].bit)
			append(names, " and ", capabilities[i].name);
		/* setcap replaces what the file had, so it needs the whole list. */
		if (needed & capabilities[i].bit)
			append(keywords, ",", capabilities[i].keyword);
	}
	if (!missing)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_NO_PERMISSION,
				     "cannot %s: the kernel refuses although this process has %s; "
				     "a container, user namespace or security policy forbids it",
				     doing, names);
	return vsockmon_fail(errbuf, PCAP_VSOCKMON_NO_PERMISSION,
			     "cannot %s: this process lacks %s; run it as root, or as root "
			     "type: setcap %s+ep %s",
			     doing, names, keywords, program_path(path));
}
