/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/identity/command-line.c, arguments.c, machine-file.c and vm-name.c.
 *
 * The input is used as the command line of a process, as its name, as a configuration file of QEMU
 * and as a file of systemd-machined. A newline stands for the end of an argument, so that fuzzers
 * and people can write it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/cid-names.h"
#include "lib/identity/command-line.h"
#include "lib/identity/machine-file.h"
#include "tests/fuzz/must.h"

#define ROOM 3

static void check_cid(uint32_t cid)
{
	must(cid >= 3 && cid != UINT32_MAX);
}

static void check_machine(const struct vm_command *vm)
{
	struct vsock_cid_names *names = vsock_cid_names_new();

	must(vm->vmm && memchr(vm->socket, '\0', sizeof(vm->socket)) &&
	     memchr(vm->config, '\0', sizeof(vm->config)));
	must(names);
	/* Whatever the text was, its name is one that may be printed. */
	must(!*vm->name || vsock_cid_names_add_found(names, 7, vm->name) == VSOCK_CID_NAMES_OK);
	vsock_cid_names_free(names);
	if (vm->cid_known)
		check_cid(vm->cid);
	else
		must(vm->hybrid || *vm->config);
}

static void read_command(const char *text, size_t size, const char *comm)
{
	struct vm_command found[ROOM];
	char *line = malloc(size + 1);
	size_t count;

	must(line);
	memcpy(line, text, size + 1);
	for (size_t i = 0; i < size; i++)
		if (line[i] == '\n')
			line[i] = '\0';
	count = vm_command_read(found, ROOM, line, size + 1, comm);
	must(count <= ROOM);
	for (size_t i = 0; i < count; i++)
		check_machine(&found[i]);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine_file machine;
	char *text = malloc(size + 1);
	char comm[16];
	uint32_t cid;

	must(text);
	memcpy(text, data, size);
	text[size] = '\0';
	snprintf(comm, sizeof(comm), "%s", text);
	read_command(text, size, comm);
	if (vm_config_read(text, &cid))
		check_cid(cid);
	if (machine_file_read(&machine, text))
		check_cid(machine.cid);
	free(text);
	return 0;
}
