/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * All times of the analysis, in nanoseconds unless the name says otherwise. Each has its source: a
 * constant of Linux, or our choice ("Ours").
 */
#ifndef VSOCK_CORE_TIMEOUTS_H
#define VSOCK_CORE_TIMEOUTS_H

#include <stdint.h>

#define VSOCK_SECOND      UINT64_C(1000000000)
#define VSOCK_MILLISECOND UINT64_C(1000000)

/*
 * connect() gives up after this time. Linux: VSOCK_DEFAULT_CONNECT_TIMEOUT in af_vsock.c. Programs
 * may change it with SO_VM_SOCKETS_CONNECT_TIMEOUT, but no packet shows that.
 */
#define VSOCK_CONNECT_TIMEOUT (2 * VSOCK_SECOND)

/*
 * A closing side has got its RST after this time, or never gets one. Linux: VSOCK_CLOSE_TIMEOUT in
 * virtio_transport_common.c is 8 s; then the closing side sends the RST itself. We add 2 s.
 */
#define VSOCK_CLOSE_TIME (10 * VSOCK_SECOND)

/*
 * A client that sends its next REQUEST to a server sooner than this has not waited in vain for an
 * answer to the previous one. Ours: half of connect()'s default, because programs may make it
 * shorter.
 */
#define VSOCK_HASTY_TIME VSOCK_SECOND

/* A handshake that takes longer is slow. Ours: half of connect()'s default. */
#define VSOCK_SLOW_HANDSHAKE_TIME VSOCK_SECOND

/* A stall of this length is worth a finding. Ours: shorter ones are flow control at work. */
#define VSOCK_STALL_TIME VSOCK_SECOND

/* Data on an ended flow is normal for this time, while the RST is on its way. Ours. */
#define VSOCK_AFTER_END_TIME VSOCK_SECOND

/* A flow still gets packets for this time after its end. Ours. */
#define VSOCK_FLOW_LINGER (10 * VSOCK_SECOND)

/* A REQUEST this soon after a flow of its addresses ended may be answered for the old one. Ours. */
#define VSOCK_SUCCESSOR_TIME VSOCK_SECOND

/* A packet that is equal to one of this time ago may be its copy from another point. Ours. */
#define VSOCK_COPY_TIME VSOCK_SECOND

/* The same for the REQUEST of a closing flow: its ports may be used again at once. Ours. */
#define VSOCK_CLOSING_COPY_TIME (250 * VSOCK_MILLISECOND)

/* Closing a connection and opening it again takes longer than this, in microseconds. Ours. */
#define VSOCK_NEW_EPOCH_TIME_US 100000

/* Packets may be captured in the wrong order within this time, so look again after it. Ours. */
#define VSOCK_REORDER_TIME (10 * VSOCK_MILLISECOND)

/* Events of one CID within this time are one burst. Ours. */
#define VSOCK_BURST_TIME VSOCK_SECOND

/* A finding without a flow is reported at most once in this time. Ours. */
#define VSOCK_REPORT_TIME VSOCK_SECOND

#endif
