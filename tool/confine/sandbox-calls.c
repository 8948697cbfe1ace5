/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls of libc, which every session needs; all others are listed beside the code that
 * makes them, in tables named *_system_calls: `grep -rn _system_calls tool lib` finds them.
 *
 * Here are those for memory, time, signals and the end, and those that only foreign code can make.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>

#include "tool/confine/sandbox.h"

const struct system_call sandbox_base_system_calls[] = {
    /* malloc(). Memory that is executable is never needed again: all libraries are loaded. */
    CALL("brk"),
    CALL_WITH("mmap", 2, PROT_EXEC, 0),
    CALL_WITH("mmap2", 2, PROT_EXEC, 0),
    CALL_WITH("mprotect", 2, PROT_EXEC, 0),
    CALL("mremap"),
    CALL("munmap"),
    CALL("madvise"),
    /* Time; mostly without the kernel. */
    CALL("clock_gettime"),
    CALL("clock_gettime64"),
    CALL("clock_nanosleep"),
    CALL("clock_nanosleep_time64"),
    CALL("gettimeofday"),
    CALL("nanosleep"),
    CALL("restart_syscall"),
    /* A signal's handler returns, and a second wish to end is fulfilled; abort(). */
    CALL("rt_sigaction"),
    CALL("rt_sigprocmask"),
    CALL("rt_sigreturn"),
    CALL("sigreturn"),
    CALL("getpid"),
    CALL("gettid"),
    CALL_LIMITED("tgkill", CALL_ON_SELF),
    /* Locks, of libc's too. */
    CALL("futex"),
    CALL("futex_time64"),
    /* qsort() asks how much memory there is. */
    CALL("sysinfo"),
    /* fstat() and isatty() of what is open. */
    CALL("fstat"),
    CALL("fstat64"),
    CALL_WITH("newfstatat", 3, AT_EMPTY_PATH, AT_EMPTY_PATH),
    CALL_WITH("fstatat64", 3, AT_EMPTY_PATH, AT_EMPTY_PATH),
    CALL_WITH("statx", 2, AT_EMPTY_PATH, AT_EMPTY_PATH),
    CALL("close"),
    CALL("exit"),
    CALL("exit_group"),
    SYSTEM_CALLS_END,
};

/*
 * The flags of clone3() are in memory, where no filter sees them. sandbox.c has the kernel deny
 * that it exists, and libc then takes clone().
 */
const struct system_call sandbox_thread_system_calls[] = {
    CALL_WITH("clone", 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM),
    CALL("rseq"),
    CALL("sched_getaffinity"),
    CALL("sched_yield"),
    CALL("set_robust_list"),
    SYSTEM_CALLS_END,
};

const struct system_call sandbox_deadly_system_calls[] = {
    CALL("execve"),
    CALL("execveat"),
    CALL("fork"),
    CALL("vfork"),
    CALL("ptrace"),
    CALL("process_vm_readv"),
    CALL("process_vm_writev"),
    CALL("socket"),
    CALL("socketpair"),
    CALL("connect"),
    CALL("bind"),
    CALL("listen"),
    CALL("accept"),
    CALL("accept4"),
    CALL("bpf"),
    CALL("perf_event_open"),
    CALL("userfaultfd"),
    CALL("io_uring_setup"),
    CALL("unshare"),
    CALL("setns"),
    CALL("mount"),
    CALL("umount2"),
    CALL("pivot_root"),
    CALL("chroot"),
    CALL("open_tree"),
    CALL("move_mount"),
    CALL("fsopen"),
    CALL("init_module"),
    CALL("finit_module"),
    CALL("delete_module"),
    CALL("kexec_load"),
    CALL("kexec_file_load"),
    CALL("reboot"),
    CALL("setuid"),
    CALL("setgid"),
    CALL("setreuid"),
    CALL("setregid"),
    CALL("setresuid"),
    CALL("setresgid"),
    CALL("setgroups"),
    CALL("capset"),
    CALL("add_key"),
    CALL("keyctl"),
    CALL("request_key"),
    CALL("open_by_handle_at"),
    CALL("pidfd_getfd"),
    CALL("memfd_create"),
    CALL("memfd_secret"),
    CALL("chmod"),
    CALL("fchmod"),
    CALL("fchmodat"),
    CALL("chown"),
    CALL("lchown"),
    CALL("fchownat"),
    CALL("link"),
    CALL("linkat"),
    CALL("symlink"),
    CALL("symlinkat"),
    CALL("mknod"),
    CALL("mknodat"),
    CALL("personality"),
    CALL("modify_ldt"),
    CALL("kill"),
    SYSTEM_CALLS_END,
};
