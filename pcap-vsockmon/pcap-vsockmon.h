/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pcap-vsockmon: AF_VSOCK capture for libpcap.
 *
 * Opens vsockmon interfaces, creating them where none exists, and hands out an ordinary pcap_t:
 * every libpcap call works on it. Frames have the link type DLT_VSOCK.
 *
 * vsockmon is a global tap: one that is up sees every vsock packet of the machine, whatever
 * network namespace it lives in. A new interface is therefore made in a network namespace of its
 * own that only the handle's packet socket keeps alive: invisible to others, and gone with the
 * handle, even after SIGKILL. That takes CAP_SYS_ADMIN besides CAP_NET_ADMIN and CAP_NET_RAW;
 * without it the interface is made in the caller's namespace and removed by
 * pcap_vsockmon_close(); after SIGKILL it stays.
 *
 * The library never runs a program; the kernel loads its vsockmon module itself when an
 * interface is made. No function changes the caller's namespace, signals or privileges.
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

/* Whatever else is compiled with, these functions are seen from outside the library. */
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

#define PCAP_VSOCKMON_VERSION "0.1.0"

/* The version of the library that runs, "0.1.0". */
const char *pcap_vsockmon_version(void);

/* The interface that is made when no name is asked for. */
#define PCAP_VSOCKMON_DEFAULT_NAME "vsockmon0"

/* Why a call failed. The message in errbuf says the same for a person. */
enum pcap_vsockmon_result {
	PCAP_VSOCKMON_OK = 0,
	PCAP_VSOCKMON_ERROR = -1,    /* anything not listed here */
	PCAP_VSOCKMON_BAD_NAME = -2, /* empty, too long for an interface, with blanks, / : or % */
	PCAP_VSOCKMON_NO_PERMISSION = -3,  /* a capability is missing; the message says which */
	PCAP_VSOCKMON_NO_KERNEL = -4,      /* the kernel has no vsockmon and could not load it */
	PCAP_VSOCKMON_WRONG_KIND = -5,     /* the name belongs to an interface of another kind */
	PCAP_VSOCKMON_DOWN = -6,           /* the interface is down and may not be raised */
	PCAP_VSOCKMON_NO_SUCH_DEVICE = -7, /* nothing of that name to delete */
	PCAP_VSOCKMON_EXISTS = -8,         /* the vsockmon interface to create exists already */
};

/* Where the interface of a handle comes from. It decides what becomes of the interface. */
enum pcap_vsockmon_origin {
	PCAP_VSOCKMON_EXISTING = 0, /* was there; stays. Raised if it was down, and stays up */
	PCAP_VSOCKMON_PRIVATE = 1,  /* made in a namespace of its own; gone with the pcap_t */
	PCAP_VSOCKMON_SHARED = 2,   /* made in this namespace; pcap_vsockmon_close() removes it */
};

/* How to open. Zero-initialise: 0 is a good default for each. */
struct pcap_vsockmon_options {
	int snaplen;     /* bytes per frame; 0: 262144, which is more than any vsock frame has */
	int buffer_size; /* bytes of kernel buffer; 0: as libpcap has it */
	int timeout_ms;  /* for which packets may be gathered; 0: 100, for libpcap's 0 is no end */
	int immediate;   /* deliver each packet as it comes */
	int nanosecond;  /* PCAP_TSTAMP_PRECISION_NANO instead of micro */
};

/* What was opened. Filled by pcap_vsockmon_open(), wanted back by pcap_vsockmon_close(). */
struct pcap_vsockmon_opened {
	char name[16]; /* the interface; in its own namespace if PRIVATE */
	int origin;    /* enum pcap_vsockmon_origin */
	int raised;    /* the interface was there but down, and was raised */
	/* libpcap's warning from pcap_activate(), 0 for none; pcap_statustostr(), pcap_geterr() */
	int warning;
	unsigned index; /* interface index */
};

/*
 * Opens the named interface for capture; creates it if it does not exist. A NULL name means the
 * first vsockmon interface that is there, else a new one. `options` may be NULL. Returns an
 * activated handle, to be closed with pcap_vsockmon_close(); or NULL with the reason in *result
 * (may be NULL) and a message in errbuf, an array of PCAP_ERRBUF_SIZE chars.
 */
pcap_t *pcap_vsockmon_open(const char *name, const struct pcap_vsockmon_options *options,
			   struct pcap_vsockmon_opened *opened, enum pcap_vsockmon_result *result,
			   char *errbuf);

/*
 * Closes a handle, and removes its interface if that is SHARED. Returns PCAP_VSOCKMON_OK, or the
 * reason why the interface could not be removed (message in errbuf). The handle is closed in any
 * case. pcap_close() will do for other origins.
 */
enum pcap_vsockmon_result
pcap_vsockmon_close(pcap_t *handle, const struct pcap_vsockmon_opened *opened, char *errbuf);

/*
 * Lists the vsockmon interfaces of the current network namespace in the order of their indexes:
 * the first is the one that pcap_vsockmon_open() takes for a NULL name. When there is none, the
 * list has the one that it would make (name PCAP_VSOCKMON_DEFAULT_NAME, described as such, flags
 * without PCAP_IF_UP). Needs no privilege. The list is the caller's; free it with
 * pcap_vsockmon_freealldevs().
 */
enum pcap_vsockmon_result pcap_vsockmon_findalldevs(pcap_if_t **devices, char *errbuf);
void pcap_vsockmon_freealldevs(pcap_if_t *devices);

/*
 * Makes an interface that stays, and raises it; removes one. Both in the current namespace.
 * Deleting refuses anything that is no vsockmon. Each message is in errbuf, PCAP_ERRBUF_SIZE
 * chars, which is empty after success.
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
 * pcap_offline_filter() and bpf_dump(), and is the caller's, to be freed with pcap_freecode().
 * `optimise` 0 compiles straight on, which makes a longer program of the same meaning. `names`
 * may be NULL.
 *
 * The two programs differ only on frames that were cut, as in a file with a snapshot length. The
 * program of `optimise` 0 rejects a frame if it tests bytes that were cut off, as vsock-filter(7)
 * says. The optimized one may leave out a test whose outcome does not matter, and then accepts the
 * frame.
 *
 * Returns 0; or PCAP_ERROR with a message in errbuf, of PCAP_ERRBUF_SIZE chars. Of a mistake it
 * says where it is and what was expected there, and *column (may be NULL) is the place, in
 * characters counted from 1; 0 if no place is to blame: the program would be too long for BPF,
 * or memory is short. *program is then empty, and need not be freed.
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
