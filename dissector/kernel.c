/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pcapng file names its kernel in the header of each section. Wireshark passes that only to its
 * user interface, and a dissector can ask there. tshark has no user interface, so there the
 * preference is the only source.
 *
 * A BPF program copies payload itself. vsockdump marks such a file with a comment of the interface.
 * Wireshark does not pass comments, but it passes the name and the description, which say the same.
 *
 * As in vsockdump, the first section speaks for the whole file.
 */
#include "dissector/wireshark.h"

#include "dissector/kernel.h"

#include <cfile.h>
#include <epan/packet.h>
#include <epan/plugin_if.h>
#include <wiretap/wtap.h>
#include <wsutil/report_message.h>

#include "dissector/preferences.h"
#include "lib/common/bpf-interface.h"

static const char linux_name[] = "Linux ";

static struct vsock_kernel_payload payload;
static bool known; /* for the file that is open */

static void *os_of_file(capture_file *file, void *os)
{
	wtap_block_t section = file->provider.wth ? wtap_file_get_shb(file->provider.wth, 0) : NULL;
	char *text;

	if (section &&
	    wtap_block_get_string_option_value(section, OPT_SHB_OS, &text) == WTAP_OPTTYPE_SUCCESS)
		*(char **)os = g_strdup(text);
	return os;
}

/* The caller frees it. NULL: the kernel is not known. */
static char *find_os(void)
{
	const char *release = preferences()->kernel;
	char *os = NULL;

	if (g_str_has_prefix(release, linux_name))
		return g_strdup(release);
	if (*release)
		return g_strconcat(linux_name, release, NULL);
	plugin_if_get_capture_file(os_of_file, &os);
	return os;
}

static bool is_of_bpf(const packet_info *pinfo)
{
	const wtap_rec *rec = pinfo->rec;
	uint32_t interface, section = 0;

	if (rec->rec_type != REC_TYPE_PACKET || !(rec->presence_flags & WTAP_HAS_INTERFACE_ID))
		return false;
	interface = rec->rec_header.packet_header.interface_id;
	if (rec->presence_flags & WTAP_HAS_SECTION_NUMBER)
		section = rec->section_number;
	return g_strcmp0(wireshark_interface_name(pinfo->epan, interface, section),
			 BPF_INTERFACE_NAME) == 0 &&
	       g_strcmp0(wireshark_interface_description(pinfo->epan, interface, section),
			 BPF_INTERFACE_DESCRIPTION) == 0;
}

const struct vsock_kernel_payload *kernel_payload(const packet_info *pinfo)
{
	char *os;

	if (known)
		return &payload;
	os = is_of_bpf(pinfo) ? NULL : find_os();
	payload = vsock_kernel_payload(os ? os : "");
	known = true;
	g_free(os);
	return &payload;
}

void kernel_check_preference(void)
{
	const char *release = preferences()->kernel;

	if (*release && !g_regex_match_simple("^(Linux )?[0-9]+\\.[0-9]+", release, 0, 0))
		report_failure("Preference vsock.kernel: \"%s\" is not the release of a kernel. "
			       "Write it as \"uname -r\" prints it, such as 6.12.43.",
			       release);
}

static void forget_kernel(void)
{
	known = false;
}

void kernel_register(void)
{
	register_init_routine(forget_kernel);
	register_cleanup_routine(forget_kernel);
}
