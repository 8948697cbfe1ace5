/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Landlock: afterwards, files can be opened, created and removed only in the output folders.
 * seccomp cannot enforce that, because it does not see the paths, which are in memory. Open files
 * stay open.
 *
 * A kernel refuses a rule set with rights that it does not know, so the version that it reports
 * decides which rights are asked for. This file defines the constants, because headers are often
 * older than kernels:
 * <linux/landlock.h> has them, and "Landlock: unprivileged access control" of the kernel's
 * documentation says what they do.
 */
#include <errno.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tool/confine/sandbox.h"

/* Rights by the version that brought them. */
#define RIGHTS_OF_1    ((UINT64_C(1) << 13) - 1)
#define RIGHT_REFER    (UINT64_C(1) << 13) /* 2: rename and link between folders */
#define RIGHT_TRUNCATE (UINT64_C(1) << 14) /* 3 */
#define RIGHT_IOCTL    (UINT64_C(1) << 15) /* 5: of devices */
#define NET_ALL        UINT64_C(3)         /* 4: bind and connect TCP */
#define SCOPE_ALL      UINT64_C(3)         /* 6: abstract UNIX sockets, signals */

/* As of version 6; to an older kernel the end must be zeros. */
struct ruleset {
	uint64_t files;
	uint64_t net;
	uint64_t scope;
};

static struct ruleset ruleset_of(long version)
{
	struct ruleset rules = {.files = RIGHTS_OF_1};

	if (version >= 2)
		rules.files |= RIGHT_REFER;
	if (version >= 3)
		rules.files |= RIGHT_TRUNCATE;
	if (version >= 4)
		rules.net = NET_ALL;
	if (version >= 5)
		rules.files |= RIGHT_IOCTL;
	if (version >= 6)
		rules.scope = SCOPE_ALL;
	return rules;
}

/* Files may be made, written, renamed and removed in it; reading is not needed. */
static int grant(int ruleset, const struct ruleset *rules, const struct output_folder *folder)
{
	struct landlock_path_beneath_attr beneath = {
	    .allowed_access =
		rules->files & (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
				LANDLOCK_ACCESS_FS_REMOVE_FILE | RIGHT_TRUNCATE),
	    .parent_fd = folder->fd,
	};

	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0
		   ? 0
		   : errno;
}

int sandbox_files(const struct output_folders *folders)
{
	struct ruleset rules;
	long version;
	int ruleset;
	int error = 0;

	if (!sandbox_built())
		return 0;
	version =
	    syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
	if (version < 0)
		return errno;
	rules = ruleset_of(version);
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (ruleset < 0)
		return errno;
	for (size_t i = 0; i < folders->count && error == 0; i++)
		error = grant(ruleset, &rules, &folders->list[i]);
	if (error == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		error = errno;
	close(ruleset);
	return error;
}
