/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pcap-vsockmon: AF_VSOCK capture for libpcap.
 *
 * Opens vsockmon interfaces, creating them where none exists, and returns an ordinary pcap_t: every
 * libpcap call works on it. Frames have the link type DLT_VSOCK.
 *
 * vsockmon is a global tap: an interface that is up sees every vsock packet of the machine, in
 * whatever network namespace the interface is. So the library creates a new interface in a private
 * network namespace, which only the handle's packet socket keeps alive. Others do not see the
 * interface, and it disappears with the handle, even after SIGKILL. This takes CAP_SYS_ADMIN
 * besides CAP_NET_ADMIN and CAP_NET_RAW. Without CAP_SYS_ADMIN, the interface is created in the
 * caller's namespace, and pcap_vsockmon_close() removes it. After SIGKILL it stays.
 *
 * The library never runs a program: the kernel loads its vsockmon module when an interface is
 * created. No function changes the caller's namespace, signals or privileges.
 *
 * Threads: any thread may call any function at any time. Two threads must not use the same handle,
 * list or errbuf at once. As in libpcap, only pcap_breakloop() is an exception. The library has no
 * global state. No function is for signal handlers, and pcap_vsockmon_open() may start a thread,
 * which ends before it returns.
 *
 * Processes: after fork(), both processes have the handle, and only one of them reads it. The other
 * one closes it with pcap_close(). pcap_vsockmon_close() there would remove a SHARED interface
 * while it is used. A PRIVATE interface lives until both have closed. exec() closes the handle's
 * socket. The child of a process with several threads may not call the library before exec().
 *
 * Close each handle once. Then pcap_vsockmon_close() with a NULL handle and the same `opened` does
 * no harm: it looks for the interface again, and removes it only if it still exists.
 */
#ifndef PCAP_VSOCKMON_H
#define PCAP_VSOCKMON_H

#include <stdint.h>

#include <pcap/pcap.h>

#ifdef __cplusplus
extern "C" {
#endif

/* These functions are exported, even with -fvisibility=hidden. */
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

#define PCAP_VSOCKMON_VERSION "0.1.0"

/* The version of the library that runs, "0.1.0". */
const char *pcap_vsockmon_version(void);

/* The name of a new interface if the caller gives none. */
#define PCAP_VSOCKMON_DEFAULT_NAME "vsockmon0"

/* Why a call failed. The message in errbuf says the same for a person. */
enum pcap_vsockmon_result {
	PCAP_VSOCKMON_OK = 0,
	PCAP_VSOCKMON_ERROR = -1,    /* any other reason */
	PCAP_VSOCKMON_BAD_NAME = -2, /* empty, too long for an interface, or has blanks, / : or % */
	PCAP_VSOCKMON_NO_PERMISSION = -3,  /* a capability is missing; the message says which */
	PCAP_VSOCKMON_NO_KERNEL = -4,      /* the kernel has no vsockmon and could not load it */
	PCAP_VSOCKMON_WRONG_KIND = -5,     /* the name belongs to an interface of another kind */
	PCAP_VSOCKMON_DOWN = -6,           /* the interface is down; the process may not raise it */
	PCAP_VSOCKMON_NO_SUCH_DEVICE = -7, /* no interface has this name */
	PCAP_VSOCKMON_EXISTS = -8,         /* a vsockmon interface of this name exists already */
};

/* Where the interface of a handle comes from. This decides what happens to it on closing. */
enum pcap_vsockmon_origin {
	PCAP_VSOCKMON_EXISTING = 0, /* existed, and stays. Raised if it was down; stays up */
	PCAP_VSOCKMON_PRIVATE = 1,  /* in a private namespace; disappears with the pcap_t */
	PCAP_VSOCKMON_SHARED = 2,   /* in this namespace; pcap_vsockmon_close() removes it */
};

/* How to open. Initialize it with zeros: 0 is a good default for each member. */
struct pcap_vsockmon_options {
	int snaplen;     /* bytes per frame; 0: 262144, which is more than any vsock frame has */
	int buffer_size; /* bytes of kernel buffer; 0: libpcap's default */
	int timeout_ms;  /* longest wait for a batch of packets; 0: 100, not libpcap's endless 0 */
	int immediate;   /* deliver each packet at once */
	int nanosecond;  /* PCAP_TSTAMP_PRECISION_NANO instead of micro */
};

/* What was opened. pcap_vsockmon_open() fills it, and pcap_vsockmon_close() needs it. */
struct pcap_vsockmon_opened {
	char name[16]; /* of the interface, which is in another namespace if PRIVATE */
	int origin;    /* enum pcap_vsockmon_origin */
	int raised;    /* the interface existed but was down, and was raised */
	/* a warning of pcap_activate(), or 0; see pcap_statustostr() and pcap_geterr() */
	int warning;
	unsigned index; /* interface index */
};

/*
 * Opens the named interface for capture; creates it if it does not exist. A NULL name means the
 * first vsockmon interface that exists, or a new one if none does. `options` may be NULL. Returns
 * an activated handle; close it with pcap_vsockmon_close(). On failure, returns NULL, the reason in
 * *result (may be NULL), and a message in errbuf, an array of PCAP_ERRBUF_SIZE chars.
 */
pcap_t *pcap_vsockmon_open(const char *name, const struct pcap_vsockmon_options *options,
			   struct pcap_vsockmon_opened *opened, enum pcap_vsockmon_result *result,
			   char *errbuf);

/*
 * Closes a handle, and removes its interface if that is SHARED. Returns PCAP_VSOCKMON_OK, or the
 * reason why the interface could not be removed (message in errbuf). The handle is closed in any
 * case. For other origins, pcap_close() is enough.
 */
enum pcap_vsockmon_result
pcap_vsockmon_close(pcap_t *handle, const struct pcap_vsockmon_opened *opened, char *errbuf);

/*
 * Lists the vsockmon interfaces of the current network namespace in the order of their indexes: the
 * first is the one that pcap_vsockmon_open() takes for a NULL name. If no interface exists, the
 * list has the one that pcap_vsockmon_open() would create: its name is PCAP_VSOCKMON_DEFAULT_NAME,
 * its description says so, and its flags lack PCAP_IF_UP. Needs no privilege. Free the list with
 * pcap_vsockmon_freealldevs().
 */
enum pcap_vsockmon_result pcap_vsockmon_findalldevs(pcap_if_t **devices, char *errbuf);
void pcap_vsockmon_freealldevs(pcap_if_t *devices);

/*
 * The first function creates an interface that stays, and raises it. The second one deletes an
 * interface, unless it is not a vsockmon interface. Both work in the current namespace. errbuf, of
 * PCAP_ERRBUF_SIZE chars, gets the message, and is empty after success.
 */
enum pcap_vsockmon_result pcap_vsockmon_create_interface(const char *name, char *errbuf);
enum pcap_vsockmon_result pcap_vsockmon_delete_interface(const char *name, char *errbuf);

/* Names of CIDs in filter expressions, besides "hypervisor", "local", "host" and "any". */
struct pcap_vsockmon_names {
	/* Returns 1 with the CID of this name in *cid; 0 if it is unknown. */
	int (*cid_by_name)(void *context, const char *name, uint32_t *cid);
	void *context;
};

/*
 * Compiles a filter expression, as vsock-filter(7) describes it, to a BPF program for frames of
 * DLT_VSOCK; the empty expression accepts every frame. The program is for pcap_setfilter(),
 * pcap_offline_filter() and bpf_dump(). Free it with pcap_freecode(). With `optimise` 0 the program
 * is longer and has the same meaning. `names` may be NULL.
 *
 * The two programs differ only on frames that were cut, as in a file with a snapshot length. The
 * program of `optimise` 0 rejects a frame if it tests bytes that were cut off, as vsock-filter(7)
 * says. The optimized one may leave out a test whose outcome does not matter, and then accepts the
 * frame.
 *
 * Returns 0; or PCAP_ERROR with a message in errbuf, of PCAP_ERRBUF_SIZE chars. The message says
 * where the mistake is and what was expected there. *column (may be NULL) is the place, in
 * characters counted from 1. It is 0 if no place is to blame, because the program would be too long
 * for BPF or memory is short. After an error *program is empty and need not be freed.
 */
int pcap_vsockmon_compile(struct bpf_program *program, const char *expression, int optimise,
			  const struct pcap_vsockmon_names *names, unsigned *column, char *errbuf);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
