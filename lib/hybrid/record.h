/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What hybrid.bpf.c and the process share. The compiler of BPF programs reads this header, too, so
 * it includes nothing of libc.
 */
#ifndef VSOCK_LIB_HYBRID_RECORD_H
#define VSOCK_LIB_HYBRID_RECORD_H

#include <stdint.h>

/* The kernel puts fewer bytes into one buffer of a UNIX socket. */
#define HYBRID_PAYLOAD_MAX 65536

/* Connections that exist at a time, also those that nobody accepted. */
#define HYBRID_CONNECTIONS_MAX 16384

/* Sockets that are looked for. */
#define HYBRID_TARGETS_MAX 4096

/* Room for the last part of a socket's path, or for a name without a file. */
#define HYBRID_NAME_MAX 128

/* As in the kernel: TASK_COMM_LEN. */
#define HYBRID_COMMAND_MAX 16

/* Offsets in bytes. hybrid-layout.c reads them from the kernel's description of its types (BTF). */
struct hybrid_layout {
	uint32_t socket_sock; /* struct socket: `sk` */
	/* struct sock */
	uint32_t family;   /* u16 */
	uint32_t type;     /* u16 */
	uint32_t shutdown; /* u8 */
	uint32_t peer_pid; /* struct pid */
	/* struct unix_sock */
	uint32_t address; /* struct unix_address */
	uint32_t dentry;  /* of the path that the socket is bound to */
	uint32_t peer;    /* struct sock */
	/* struct unix_address */
	uint32_t address_length;
	uint32_t address_name; /* struct sockaddr_un */
	/* struct dentry, struct inode, struct super_block */
	uint32_t dentry_name; /* its characters */
	uint32_t dentry_parent;
	uint32_t dentry_inode;
	uint32_t inode_number;
	uint32_t inode_block; /* struct super_block */
	uint32_t block_device;
	/* struct pid */
	uint32_t pid_number; /* in the first namespace of processes */
	uint32_t pid_task;   /* the link of the task that has this process id */
	/* struct task_struct */
	uint32_t task_link; /* what `pid_task` points to */
	uint32_t leader;
	uint32_t command;
	uint32_t skb_sock; /* struct sk_buff */
	/* struct iov_iter */
	uint32_t iterator_kind; /* u8 */
	uint32_t iterator_offset;
	uint32_t iterator_pieces; /* struct iovec */
	uint32_t iterator_buffer; /* of user memory */
	/* Values of iterator_kind. */
	uint32_t kind_buffer;        /* one buffer of user memory */
	uint32_t kind_pieces;        /* several */
	uint32_t kind_kernel_pieces; /* several of the kernel's memory */
};

/* Constants while the program runs. */
struct hybrid_config {
	struct hybrid_layout layout;
	uint32_t payload_max; /* bytes of payload to copy */
	uint32_t wake_at;     /* wake the reader when so many bytes wait for it */
};

enum hybrid_name_kind {
	HYBRID_NAME_FILE,     /* in a folder, on a device */
	HYBRID_NAME_ABSTRACT, /* a socket without a file: without its first null byte */
	HYBRID_NAME_TEXT,     /* what a process passes to connect() */
};

/* A socket that is looked for. All bytes after the name are 0. */
struct hybrid_name {
	uint64_t folder; /* the inode of the folder; of HYBRID_NAME_TEXT: a process, or 0 for any */
	uint32_t device; /* of the folder, as the kernel numbers it; 0: any */
	uint32_t kind;
	char name[HYBRID_NAME_MAX];
};

enum hybrid_record_kind {
	HYBRID_RECORD_CONNECT,  /* a client is about to be connected */
	HYBRID_RECORD_OLD,      /* a connection was found that existed before */
	HYBRID_RECORD_FAILED,   /* connect() failed: `length` is errno */
	HYBRID_RECORD_DATA,     /* one end sends `length` bytes */
	HYBRID_RECORD_SHUTDOWN, /* one end sends no more */
	HYBRID_RECORD_CLOSE,    /* one end is closed */
};

/* Begins a record in the ring. The bytes of HYBRID_RECORD_DATA follow. */
struct hybrid_record {
	uint64_t time;       /* CLOCK_MONOTONIC */
	uint64_t connection; /* the kernel uses a number again when the connection is over */
	uint32_t kind;
	uint32_t by_server; /* the end that accepted did it */
	uint32_t length;
	uint32_t captured; /* bytes that follow */
	/* Of the first three kinds. */
	uint32_t target;
	uint32_t has_port; /* the socket is that of a port of the host: PATH_PORT */
	uint32_t port;
	uint32_t client_pid; /* 0: not known */
	uint32_t server_pid; /* the process that called listen(); 0: not known */
	uint32_t unused;
	char client_command[HYBRID_COMMAND_MAX];
	char server_command[HYBRID_COMMAND_MAX];
};

/* In memory that both sides see. */
struct hybrid_shared {
	uint64_t seen; /* records, with those that are lost */
	uint64_t lost; /* the ring had no room */
	uint64_t cut;  /* records whose bytes could not be read completely */
	uint64_t full; /* connections that are not followed: there are too many */
	/* Buffers that only one of the two programs at that place was called for. */
	uint64_t alone;
	/* As in struct tap_shared. */
	uint32_t sleeps;
	uint32_t unused;
};

#endif
