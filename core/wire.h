/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The layout of a LINKTYPE_VSOCK frame and the only way to read its bytes.
 *
 * A frame is a monitor header (struct af_vsockmon_hdr in <linux/vsockmon.h>), then as many bytes of
 * transport header as the monitor header's `len` says, then payload. For the virtio transport the
 * transport header is struct virtio_vsock_hdr of <linux/virtio_vsock.h> (virtio specification,
 * "Socket Device"). Both are little-endian and packed.
 *
 * The kernel's headers are not included, because captures are read on systems without them. Offsets
 * avoid the alignment and aliasing problems of structs.
 */
#ifndef VSOCK_CORE_WIRE_H
#define VSOCK_CORE_WIRE_H

#include <stdint.h>
#include <string.h>

/* LINKTYPE_VSOCK of the pcap link-layer type registry; libpcap calls it DLT_VSOCK. */
#define VSOCK_LINKTYPE 271

/* Byte offsets in the monitor header. */
enum {
	VSOCK_MON_SRC_CID = 0,    /* le64 */
	VSOCK_MON_DST_CID = 8,    /* le64 */
	VSOCK_MON_SRC_PORT = 16,  /* le32 */
	VSOCK_MON_DST_PORT = 20,  /* le32 */
	VSOCK_MON_OP = 24,        /* le16, enum vsock_monitor_op */
	VSOCK_MON_TRANSPORT = 26, /* le16, enum vsock_transport */
	VSOCK_MON_LEN = 28,       /* le16, length of the transport header */
	VSOCK_MON_RESERVED = 30,  /* two bytes; Linux writes 0 */
	VSOCK_MON_HINTS = 30,     /* the first of them in a bare frame: enum vsock_hint */
	VSOCK_MON_SIZE = 32,
};

/* Byte offsets in the virtio transport header, from its own start. */
enum {
	VSOCK_VIRTIO_SRC_CID = 0,    /* le64 */
	VSOCK_VIRTIO_DST_CID = 8,    /* le64 */
	VSOCK_VIRTIO_SRC_PORT = 16,  /* le32 */
	VSOCK_VIRTIO_DST_PORT = 20,  /* le32 */
	VSOCK_VIRTIO_LEN = 24,       /* le32, payload bytes of this packet */
	VSOCK_VIRTIO_TYPE = 28,      /* le16, enum vsock_type */
	VSOCK_VIRTIO_OP = 30,        /* le16, enum vsock_op */
	VSOCK_VIRTIO_FLAGS = 32,     /* le32, meaning depends on op and type */
	VSOCK_VIRTIO_BUF_ALLOC = 36, /* le32, sender's receive buffer in bytes */
	VSOCK_VIRTIO_FWD_CNT = 40,   /* le32, bytes the sender has consumed so far, mod 2^32 */
	VSOCK_VIRTIO_SIZE = 44,
};

/*
 * With memcpy(), because compilers always make it one load. They recognize a sum of shifted bytes
 * only in some places.
 */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define VSOCK_FROM_LE(bits, value) (value)
#else
#define VSOCK_FROM_LE(bits, value) __builtin_bswap##bits(value)
#endif

static inline uint16_t vsock_get_le16(const uint8_t *p)
{
	uint16_t value;

	memcpy(&value, p, sizeof(value));
	return VSOCK_FROM_LE(16, value);
}

static inline uint32_t vsock_get_le32(const uint8_t *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return VSOCK_FROM_LE(32, value);
}

static inline uint64_t vsock_get_le64(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return VSOCK_FROM_LE(64, value);
}

#endif
