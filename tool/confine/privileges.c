/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libc has no capset(), so this file makes the system call; libcap would be a library for one call.
 * setresuid() and its relatives are those of libc, which change all threads.
 *
 * In a user namespace that maps one user, or a container without CAP_SETUID, the process cannot
 * become another user. The user can do nothing about that, and to lose the capabilities is worth
 * more than to change the user. So vsockdump says it and continues. A user of -Z is different: the
 * process becomes that user, or ends with an error.
 */
#include "tool/confine/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/common/program-path.h"
#include "tool/message.h"

/* In this order. A user of our own is best: nobody else's processes are under it. */
static const char *const default_users[] = {"vsockdump", "tcpdump", "nobody"};

/* The kernel's own number for nobody, where there is not even that in /etc/passwd. */
#define OVERFLOW_ID 65534

static void set_user(struct unprivileged *user, const char *name, uid_t uid, gid_t gid)
{
	user->change = true;
	user->uid = uid;
	user->gid = gid;
	snprintf(user->name, sizeof(user->name), "%s", name);
}

static bool find_user(const char *name, struct unprivileged *user)
{
	const struct passwd *entry = getpwnam(name);

	if (entry)
		set_user(user, name, entry->pw_uid, entry->pw_gid);
	return entry != NULL;
}

static void find_default(struct unprivileged *user)
{
	for (size_t i = 0; i < sizeof(default_users) / sizeof(default_users[0]); i++)
		if (find_user(default_users[i], user))
			return;
	set_user(user, "nobody", OVERFLOW_ID, OVERFLOW_ID);
}

enum exit_status privileges_check(void)
{
	char path[PROGRAM_PATH_MAX];

	if (getuid() == geteuid() && getgid() == getegid())
		return EXIT_OK;
	print_error("will not run set-user-ID or set-group-ID: whoever starts it could read and "
		    "write any file. Give the program capabilities instead: "
		    "setcap cap_net_raw,cap_net_admin+ep %s",
		    program_path(path));
	return EXIT_PERMISSION;
}

bool privileges_of_file(void)
{
	return geteuid() != 0 && getauxval(AT_SECURE) != 0;
}

enum exit_status privileges_find(const char *wanted, struct unprivileged *found)
{
	*found = (struct unprivileged){.chosen = wanted != NULL};
	if (wanted && !find_user(wanted, found)) {
		print_error("-Z %.64s: there is no such user", wanted);
		return EXIT_USAGE;
	}
	if (!wanted && geteuid() == 0)
		find_default(found);
	/* To leave groups takes a right that an ordinary user does not have. */
	if (geteuid() != 0 && found->uid == geteuid() && found->gid == getegid())
		found->change = false;
	return EXIT_OK;
}

/* Where the namespace does not know the user, nothing has been changed yet that matters. */
static bool may_stay(const struct unprivileged *user, int error)
{
	return !user->chosen && (error == EPERM || error == EINVAL);
}

/* Files may be opened anew: all of one output belong to one user. Returns 0 or errno. */
static int give_file(const struct unprivileged *user, int fd)
{
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return 0;
	return fchown(fd, user->uid, user->gid) == 0 ? 0 : errno;
}

/* A folder that was there before is somebody's business. Returns 0 or errno. */
static int give_folder(const struct unprivileged *user, const struct output_folder *folder)
{
	if (folder->made && fchown(folder->fd, user->uid, user->gid) != 0)
		return errno;
	return give_file(user, folder->file);
}

static enum exit_status hand_over(const struct unprivileged *user,
				  const struct output_folders *folders)
{
	for (size_t i = 0; i < folders->count && geteuid() != user->uid; i++) {
		const struct output_folder *folder = &folders->list[i];
		int error = give_folder(user, folder);

		if (error && !may_stay(user, error)) {
			print_error("%s: cannot be given to user %s: %s", folder->path, user->name,
				    strerror(error));
			return EXIT_OUTPUT;
		}
	}
	return EXIT_OK;
}

/* Returns 0 or errno. */
static int become(const struct unprivileged *user)
{
	if (setgroups(0, NULL) != 0 || setresgid(user->gid, user->gid, user->gid) != 0 ||
	    setresuid(user->uid, user->uid, user->uid) != 0)
		return errno;
	return 0;
}

/*
 * Asks as that user, for a moment. Groups are given up for good, as they will be anyway. Where the
 * user cannot be tried, become() will say so.
 */
static bool may_make_files(const struct unprivileged *user, const struct output_folder *folder)
{
	bool may = true;

	if (folder->made || setgroups(0, NULL) != 0)
		return true;
	if (setegid(user->gid) == 0 && seteuid(user->uid) == 0)
		may = faccessat(folder->fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
	return seteuid(0) == 0 && setegid(0) == 0 && may;
}

/*
 * A user whom nobody has chosen is not worth losing the capture for: without capabilities, and
 * with no way to any other folder, root is not much more.
 */
static bool better_stay(const struct unprivileged *user, const struct output_folders *folders)
{
	for (size_t i = 0; !user->chosen && i < folders->count; i++) {
		if (may_make_files(user, &folders->list[i]))
			continue;
		print_error(
		    "warning: %s: user %s may not create files there: continuing as root, without "
		    "capabilities (-Z USER: as that user)",
		    folders->list[i].path, user->name);
		return true;
	}
	return false;
}

static enum exit_status change_user(const struct unprivileged *user,
				    const struct output_folders *folders)
{
	enum exit_status status = EXIT_OK;
	int error;

	if (better_stay(user, folders))
		return EXIT_OK;
	status = hand_over(user, folders);
	if (status != EXIT_OK)
		return status;
	error = become(user);
	if (!error)
		return EXIT_OK;
	if (may_stay(user, error)) {
		print_error("warning: cannot become user %s (%s): continues as user %u, without "
			    "capabilities",
			    user->name, strerror(error), (unsigned)geteuid());
		return EXIT_OK;
	}
	print_error("cannot become user %s: %s", user->name, strerror(error));
	return EXIT_PERMISSION;
}

static int set_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
	    {.effective = (uint32_t)keep, .permitted = (uint32_t)keep},
	    {.effective = (uint32_t)(keep >> 32), .permitted = (uint32_t)(keep >> 32)},
	};

	return syscall(SYS_capset, &header, data) == 0 ? 0 : errno;
}

/*
 * Needs CAP_SETPCAP, which few have but root. Without it the set stays, and no_new_privs is what
 * keeps exec() from drawing on it.
 */
static void clear_bounding_set(void)
{
	for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0;
	     capability++)
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
			break;
}

int privileges_limit(uint64_t keep)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return errno;
	clear_bounding_set();
	/* Kernels before 4.3 have no ambient set, and so nothing in it. */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return set_capabilities(keep);
}

/* A dump would have everybody's payload in it; not dumpable means not traceable as well. */
static int forbid_dumps(void)
{
	static const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return errno;
	return 0;
}

int privileges_keep(const struct unprivileged *user, uint64_t keep)
{
	int error = 0;

	/* The right to do this disappears with the user ID. */
	clear_bounding_set();
	if (user->change && user->uid != geteuid()) {
		if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
			return errno;
		error = become(user);
	}
	if (error && !may_stay(user, error))
		return error;
	error = privileges_limit(keep);
	return error ? error : forbid_dumps();
}

/* Better said now than when the first file is full. */
static enum exit_status check_folders(const struct output_folders *folders)
{
	for (size_t i = 0; i < folders->count; i++) {
		const struct output_folder *folder = &folders->list[i];
		const struct passwd *who;
		int error;

		if (faccessat(folder->fd, ".", W_OK | X_OK, 0) == 0)
			continue;
		error = errno;
		who = getpwuid(geteuid());
		print_error(
		    "%s: vsockdump continues as user %s, who may not create files there (%s); "
		    "give the folder to that user, or name another user with -Z (-Z root: stay "
		    "root)",
		    folder->path, who ? who->pw_name : "?", strerror(error));
		return EXIT_OUTPUT;
	}
	return EXIT_OK;
}

enum exit_status privileges_drop(const struct unprivileged *user,
				 const struct output_folders *folders)
{
	enum exit_status status = EXIT_OK;
	int error;

	/* With the user ID the right to do this would go. */
	clear_bounding_set();
	if (user->change)
		status = change_user(user, folders);
	if (status != EXIT_OK)
		return status;
	error = privileges_limit(0);
	/* Last: a change of user makes the process dumpable again, or not, as the system is set. */
	if (!error)
		error = forbid_dumps();
	if (!error)
		return check_folders(folders);
	print_error("cannot give up privileges: %s", strerror(error));
	return EXIT_FAILED;
}
