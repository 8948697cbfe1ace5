/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/sources.h"

bool facts_have(const struct check_facts *facts, unsigned capability)
{
	return facts->capabilities >> capability & 1;
}

bool facts_may_load(const struct check_facts *facts, enum check_module module)
{
	const enum module_state state = facts->modules[module];

	if (state == MODULE_PRESENT || state == MODULE_UNKNOWN)
		return !facts->modules_disabled;
	return module_is_active(state);
}

bool facts_loopback_comes(const struct check_facts *facts)
{
	return !module_is_active(facts->modules[MODULE_VSOCK]) &&
	       !module_is_active(facts->modules[MODULE_LOOPBACK]) &&
	       facts_may_load(facts, MODULE_LOOPBACK);
}

bool facts_vsockmon_rights(const struct check_facts *facts)
{
	return facts_have(facts, CAP_NET_RAW) &&
	       (facts->interface == CHECK_INTERFACE_UP || facts_have(facts, CAP_NET_ADMIN));
}

/* The kernel takes no capability of another user namespace for this. */
bool facts_bpf_rights(const struct check_facts *facts)
{
	return !facts->user_namespace &&
	       (facts_have(facts, CAP_SYS_ADMIN) ||
		(facts_have(facts, CAP_BPF) && facts_have(facts, CAP_PERFMON)));
}

enum exit_status facts_vsockmon_status(const struct check_facts *facts)
{
	/* The kernel first asks who wants a new interface, and then looks for the module. */
	if (facts->interface == CHECK_INTERFACE_NONE && facts_have(facts, CAP_NET_ADMIN) &&
	    !facts_may_load(facts, MODULE_VSOCKMON))
		return EXIT_NO_DEVICE;
	return facts_vsockmon_rights(facts) ? EXIT_OK : EXIT_PERMISSION;
}

enum exit_status facts_bpf_status(const struct check_facts *facts)
{
	/* A capture opens a socket. vsock_loopback then brings the function. */
	const bool loads = facts->bpf == BPF_TAP_NO_TRANSPORT && facts_loopback_comes(facts);

	if (facts->bpf != BPF_TAP_OK && !loads)
		return facts->bpf == BPF_TAP_ERROR ? EXIT_FAILED : EXIT_NO_DEVICE;
	if (facts_bpf_rights(facts))
		return EXIT_OK;
	/* More rights would not help. */
	return facts_have(facts, CAP_SYS_ADMIN) ? EXIT_NO_DEVICE : EXIT_PERMISSION;
}

enum exit_status facts_hybrid_status(const struct check_facts *facts)
{
	if (facts->hybrid != BPF_TAP_OK)
		return EXIT_NO_DEVICE;
	return facts_bpf_rights(facts) ? EXIT_OK : EXIT_PERMISSION;
}

enum exit_status facts_capture_status(const struct check_facts *facts)
{
	const enum exit_status status = facts_vsockmon_status(facts);

	if (status != EXIT_NO_DEVICE || facts->bpf == BPF_TAP_NOT_BUILT)
		return status;
	return facts_bpf_status(facts);
}
