/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libpcap on a vsockmon interface.
 *
 * Promiscuous mode is left off: a vsockmon interface sees everything without it. With it, libpcap
 * would count drops in /sys of the caller's network namespace, which does not have a private
 * interface.
 */
#include "pcap-vsockmon/handle.h"

#include <fcntl.h>
#include <stdio.h>

#include "pcap-vsockmon/error.h"

/*
 * With libpcap's default of 0, packets are delivered only after 256 KiB, which on a quiet machine
 * is never. A person hardly notices a tenth of a second, and it costs almost nothing.
 */
#define TIMEOUT_MS_DEFAULT 100

/* More than any frame has: 32 + 44 bytes of header, 65536 of payload, and room for later kernels.
 */
#define SNAPLEN_DEFAULT 262144

enum pcap_vsockmon_result vsockmon_check_options(const struct pcap_vsockmon_options *options,
						 char *errbuf)
{
	if (!options)
		return PCAP_VSOCKMON_OK;
	if (options->snaplen < 0)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
				     "snap length %d is negative; give bytes, or 0 for all",
				     options->snaplen);
	if (options->buffer_size < 0)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
				     "buffer size %d is negative; give bytes, or 0 for the default",
				     options->buffer_size);
	if (options->timeout_ms < 0)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
				     "timeout %d is negative; give milliseconds, or 0 for the "
				     "default",
				     options->timeout_ms);
	return PCAP_VSOCKMON_OK;
}

/* Returns 0, or libpcap's error. pcap_statustostr() gives the whole message here. */
static int set_options(pcap_t *handle, const struct pcap_vsockmon_options *asked)
{
	struct pcap_vsockmon_options options = asked ? *asked : (struct pcap_vsockmon_options){0};
	int err;

	err = pcap_set_snaplen(handle, options.snaplen ? options.snaplen : SNAPLEN_DEFAULT);
	if (!err)
		err = pcap_set_timeout(handle, options.timeout_ms ? options.timeout_ms
								  : TIMEOUT_MS_DEFAULT);
	if (!err && options.buffer_size)
		err = pcap_set_buffer_size(handle, options.buffer_size);
	if (!err && options.immediate)
		err = pcap_set_immediate_mode(handle, 1);
	if (!err && options.nanosecond)
		err = pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
	return err;
}

static enum pcap_vsockmon_result activate_failed(pcap_t *handle, int status, const char *name,
						 unsigned needs, char *errbuf)
{
	const char *detail = pcap_geterr(handle);
	char doing[64];

	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
		snprintf(doing, sizeof(doing), "capture on interface %s", name);
		return vsockmon_fail_permission(errbuf, doing, needs);
	case PCAP_ERROR_IFACE_NOT_UP:
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_DOWN,
				     "interface %s was lowered while it was being opened; as root: "
				     "ip link set %s up",
				     name, name);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return vsockmon_fail(
		    errbuf, PCAP_VSOCKMON_NO_SUCH_DEVICE,
		    "interface %s was deleted while it was being opened; try again", name);
	default:
		if (!detail[0] || status != PCAP_ERROR)
			return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
					     "cannot capture on interface %s: %s%s%.160s", name,
					     pcap_statustostr(status), detail[0] ? ": " : "",
					     detail);
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
				     "cannot capture on interface %s: %.200s", name, detail);
	}
}

pcap_t *vsockmon_open_handle(const char *name, const struct pcap_vsockmon_options *options,
			     unsigned needs, int *warning, enum pcap_vsockmon_result *result,
			     char *errbuf)
{
	char detail[PCAP_ERRBUF_SIZE] = "";
	pcap_t *handle = pcap_create(name, detail);
	int status;

	if (!handle) {
		*result = vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
					"libpcap cannot open interface %s: %.200s", name, detail);
		return NULL;
	}
	status = set_options(handle, options);
	if (status != 0) {
		*result = vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
					"libpcap refuses the options for interface %s: %s", name,
					pcap_statustostr(status));
		goto failed;
	}
	status = pcap_activate(handle);
	if (status < 0) {
		*result = activate_failed(handle, status, name, needs, errbuf);
		goto failed;
	}
	/* libpcap has other sources for some names ("any", "usbmon1"). */
	if (pcap_datalink(handle) != DLT_VSOCK) {
		*result = vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
					"libpcap uses the name %s for another source, not for a "
					"vsockmon interface (link type %d, not %d); give the "
					"interface another name",
					name, pcap_datalink(handle), DLT_VSOCK);
		goto failed;
	}
	/* A program that the caller executes gets no packets, and keeps no interface. */
	fcntl(pcap_fileno(handle), F_SETFD, FD_CLOEXEC);
	*warning = status;
	*result = PCAP_VSOCKMON_OK;
	return handle;

failed:
	pcap_close(handle);
	return NULL;
}
