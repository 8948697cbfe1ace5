/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark prints an address by the function of its type. Columns have no second function for
 * names, so this function prints the name. Users can make filters from this text, because the
 * fields of CIDs know the same names.
 */
#include "dissector/wireshark.h"

#include "dissector/address.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <epan/addr_resolv.h>
#include <epan/address_types.h>
#include <wsutil/filesystem.h>
#include <wsutil/report_message.h>

#include "core/cid-names.h"
#include "core/names.h"
#include "core/packet.h"
#include "core/wire.h"
#include "dissector/preferences.h"
#include "lib/common/cid-file.h"

#define CID_SIZE 8

/* A name with its CID, or 20 digits. */
#define TEXT_SIZE (VSOCK_CID_NAME_LEN + 13)

/* The data of an address with a port, without padding, since Wireshark compares the bytes. */
struct end {
	uint64_t cid;
	uint32_t port;
	uint32_t made_up;
};
_Static_assert(sizeof(struct end) == 16, "no padding");

val64_string address_names[ADDRESS_NAMES_MAX + 1];

static int cid_address_type = -1;
static int end_address_type = -1;
static struct vsock_cid_names *names; /* of preferences and files; NULL: not read yet */
static unsigned machines;             /* names of them that the capture file had */

/* -n, and the same settings of the user interface, switch off all of these. */
static bool names_wanted(void)
{
	return preferences()->cid_names &&
	       (gbl_resolv_flags.mac_name || gbl_resolv_flags.network_name ||
		gbl_resolv_flags.transport_name);
}

const char *address_name(uint64_t cid)
{
	return names_wanted() ? vsock_cid_name(names, cid) : NULL;
}

static int address_to_text(const address *address, gchar *text, int size)
{
	uint64_t cid = vsock_get_le64(address->data);
	const char *name = address_name(cid);
	int length = name ? snprintf(text, (size_t)size, "%s", name)
			  : snprintf(text, (size_t)size, "%" PRIu64, cid);

	return length < size ? length + 1 : size;
}

static int address_text_size(const address *address _U_)
{
	return TEXT_SIZE;
}

static int address_size(void)
{
	return CID_SIZE;
}

static const char *address_filter(const address *address _U_, wireshark_bool source)
{
	return source ? "vsock.src_cid" : "vsock.dst_cid";
}

void address_print_end(char text[static ADDRESS_END_SIZE], uint64_t cid, uint32_t port,
		       bool made_up)
{
	const char *name = address_name(cid);
	const char *mark = made_up ? "?" : "";

	if (name)
		snprintf(text, ADDRESS_END_SIZE, "%s:%s%" PRIu32, name, mark, port);
	else
		snprintf(text, ADDRESS_END_SIZE, "%" PRIu64 ":%s%" PRIu32, cid, mark, port);
}

static int end_to_text(const address *address, gchar *text, int size)
{
	const struct end *end = address->data;
	char whole[ADDRESS_END_SIZE];
	int length;

	address_print_end(whole, end->cid, end->port, end->made_up);
	length = snprintf(text, (size_t)size, "%s", whole);
	return length < size ? length + 1 : size;
}

static int end_text_size(const address *address _U_)
{
	return ADDRESS_END_SIZE;
}

static int end_size(void)
{
	return sizeof(struct end);
}

static const char *end_filter(const address *address _U_, wireshark_bool source)
{
	return source ? "vsock.src" : "vsock.dst";
}

void address_register(void)
{
	end_address_type =
	    address_type_dissector_register("AT_VSOCK_END", "vsock CID and port", end_to_text,
					    end_text_size, NULL, end_filter, end_size, NULL, NULL);
	cid_address_type = address_type_dissector_register(
	    "AT_VSOCK_CID", "vsock CID", address_to_text, address_text_size, NULL, address_filter,
	    address_size, NULL, NULL);
}

void address_set_end(address *address, const packet_info *pinfo, uint64_t cid, uint32_t port,
		     bool made_up)
{
	struct end *end = wmem_new(pinfo->pool, struct end);

	*end = (struct end){cid, port, made_up};
	set_address(address, end_address_type, sizeof(*end), end);
}

void address_set_cid(address *address, const uint8_t *cid)
{
	set_address(address, cid_address_type, CID_SIZE, cid);
}

/* Reads each name of the preference, and reports a wrong one without dropping the others. */
static void read_preference(void)
{
	char error[CID_FILE_ERROR_MAX];
	gchar **assignments = g_strsplit_set(preferences()->names, ", ", 0);

	for (gchar **assignment = assignments; *assignment; assignment++)
		if (**assignment && !cid_file_assign(names, *assignment, error))
			report_failure("Preference vsock.names: %s", error);
	g_strfreev(assignments);
}

/* The file of the configuration profile, if it exists. */
static bool read_profile_file(char error[static CID_FILE_ERROR_MAX])
{
	char *path = get_persconffile_path("vsock_cids", TRUE);
	bool ok = access(path, R_OK) != 0 || cid_file_read(names, path, error);

	g_free(path);
	return ok;
}

/* Fields look names up only in this list, so it has the well-known names, too. */
static void list_names(void)
{
	static const uint32_t well_known[] = {VSOCK_CID_HYPERVISOR, VSOCK_CID_LOCAL, VSOCK_CID_HOST,
					      VSOCK_CID_ANY};
	uint32_t count = 0;
	uint32_t cid;
	const char *name;

	for (uint32_t i = 0;
	     count < ADDRESS_NAMES_MAX && vsock_cid_names_get(names, i, &cid, &name); i++)
		address_names[count++] = (val64_string){cid, name};
	for (size_t i = 0; count < ADDRESS_NAMES_MAX && i < G_N_ELEMENTS(well_known); i++)
		address_names[count++] =
		    (val64_string){well_known[i], vsock_cid_well_known(well_known[i])};
	address_names[count] = (val64_string){0, NULL};
}

void address_add_machine(uint32_t cid, const char *name)
{
	machines += names && vsock_cid_names_add_found(names, cid, name) == VSOCK_CID_NAMES_OK;
}

const char *address_machine(uint64_t cid)
{
	const char *shown;

	if (machines == 0 || !names_wanted())
		return NULL;
	/* Only a name that was found is shown with its CID. */
	shown = vsock_cid_name(names, cid);
	return shown && strchr(shown, '(') ? vsock_cid_plain_name(names, cid) : NULL;
}

void address_forget_machines(void)
{
	if (machines > 0)
		address_read_names();
}

void address_read_names(void)
{
	char error[CID_FILE_ERROR_MAX];

	machines = 0;
	vsock_cid_names_free(names);
	names = vsock_cid_names_new();
	if (!names)
		return;
	if (preferences()->host_cid != VSOCK_CID_HOST)
		vsock_cid_names_add(names, preferences()->host_cid, "host");
	/* Later names replace earlier ones: the profile's file comes after vsockdump's files. */
	if (!cid_file_read_defaults(names, error))
		report_failure("%s", error);
	if (!read_profile_file(error))
		report_failure("%s", error);
	read_preference();
	list_names();
}
