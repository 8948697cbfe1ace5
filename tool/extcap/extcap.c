/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/extcap/extcap.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/wire.h"
#include "lib/bpf-tap/bpf-tap.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/message.h"
#include "tool/print/standard-output.h"
#include "tool/run/interfaces.h"
#include "tool/version.h"

static const char ours[] = "vsock";

/* Sources that are no interface that exists. */
static const char automatic[] = "auto";
static const char private[] = "private";

/* Enough for a name of each vsockmon that a machine may have. */
#define NAMES_TO_TRY 1000

/* What Wireshark asks. */
struct question {
	bool version; /* only says which Wireshark asks */
	bool interfaces;
	bool link_types;
	bool config;
	bool capture;
	const char *interface;
	const char *fifo;
	const char *filter;
	/* The choices of --extcap-config. */
	const char *source;
	const char *snaplen;
	bool process;
};

enum wanted {
	OPTION_INTERFACES = 1,
	OPTION_VERSION,
	OPTION_INTERFACE,
	OPTION_LINK_TYPES,
	OPTION_CONFIG,
	OPTION_CAPTURE,
	OPTION_FIFO,
	OPTION_FILTER,
	OPTION_SOURCE,
	OPTION_SNAPLEN,
	OPTION_PROCESS,
};

static const struct option options[] = {
    {"extcap-interfaces", no_argument, NULL, OPTION_INTERFACES},
    {"extcap-version", required_argument, NULL, OPTION_VERSION},
    {"extcap-interface", required_argument, NULL, OPTION_INTERFACE},
    {"extcap-dlts", no_argument, NULL, OPTION_LINK_TYPES},
    {"extcap-config", no_argument, NULL, OPTION_CONFIG},
    {"capture", no_argument, NULL, OPTION_CAPTURE},
    {"fifo", required_argument, NULL, OPTION_FIFO},
    {"extcap-capture-filter", required_argument, NULL, OPTION_FILTER},
    {"source", required_argument, NULL, OPTION_SOURCE},
    {"snapshot-length", required_argument, NULL, OPTION_SNAPLEN},
    {"process", no_argument, NULL, OPTION_PROCESS},
    {NULL, 0, NULL, 0},
};

bool extcap_is_asked(int argc, char **argv)
{
	static const char start[] = "--extcap-";

	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], start, sizeof(start) - 1) == 0)
			return true;
	return false;
}

static bool read_question(struct question *question, int argc, char **argv)
{
	int option;

	*question = (struct question){.source = automatic};
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (option) {
		case OPTION_INTERFACES:
			question->interfaces = true;
			break;
		case OPTION_VERSION:
			question->version = true;
			break;
		case OPTION_INTERFACE:
			question->interface = optarg;
			break;
		case OPTION_LINK_TYPES:
			question->link_types = true;
			break;
		case OPTION_CONFIG:
			question->config = true;
			break;
		case OPTION_CAPTURE:
			question->capture = true;
			break;
		case OPTION_FIFO:
			question->fifo = optarg;
			break;
		case OPTION_FILTER:
			question->filter = optarg;
			break;
		case OPTION_SOURCE:
			question->source = optarg;
			break;
		case OPTION_SNAPLEN:
			question->snaplen = optarg;
			break;
		case OPTION_PROCESS:
			question->process = true;
			break;
		default:
			print_error("%s: Wireshark's capture programs have no such option, or it "
				    "lacks its argument. Type vsockdump --help for those of "
				    "vsockdump.",
				    argv[optind - 1]);
			return false;
		}
	}
	return true;
}

static void put_interfaces(struct output *out)
{
	output_printf(out, "extcap {version=%s}\n", strchr(version_program(), ' ') + 1);
	output_printf(out, "interface {value=%s}{display=vsock: host and virtual machines}\n",
		      ours);
}

static void put_link_types(struct output *out)
{
	output_printf(out, "dlt {number=%d}{name=VSOCK}{display=vsock}\n", VSOCK_LINKTYPE);
}

/* Braces would end the value. */
static bool has_braces(const char *name)
{
	return strpbrk(name, "{}") != NULL;
}

static void put_value(struct output *out, const char *value, const char *display)
{
	output_printf(out, "value {arg=0}{value=%s}{display=%s}{default=%s}\n", value, display,
		      value == automatic ? "true" : "false");
}

/* The vsockmon interfaces that exist. The list also has one that does not. */
static void put_vsockmons(struct output *out)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_if_t *devices;

	if (pcap_vsockmon_findalldevs(&devices, error) != PCAP_VSOCKMON_OK)
		return;
	for (const pcap_if_t *device = devices; device; device = device->next)
		if (if_nametoindex(device->name) && !has_braces(device->name))
			put_value(out, device->name, device->name);
	pcap_vsockmon_freealldevs(devices);
}

static void put_config(struct output *out)
{
	output_text(out, "arg {number=0}{call=--source}{display=Source}{type=selector}"
			 "{tooltip=Where packets come from}\n");
	put_value(out, automatic, "Automatic");
	put_value(out, private, "A new vsockmon interface");
	if (bpf_tap_is_built()) {
		put_value(out, INTERFACE_BPF, "A BPF program in the kernel, without vsockmon");
		put_value(out, INTERFACE_HYBRID,
			  "UNIX sockets of VMMs such as Firecracker and Cloud Hypervisor");
	}
	put_vsockmons(out);
	output_text(out, "arg {number=1}{call=--snapshot-length}{display=Snapshot length}"
			 "{type=unsigned}{range=1,262144}{default=262144}"
			 "{tooltip=Keep at most so many bytes of a packet; 76 has all headers}\n");
	output_text(out, "arg {number=2}{call=--process}{display=Names of processes}"
			 "{type=boolflag}{default=false}"
			 "{tooltip=Find the program at each end of a connection}\n");
}

/* Standard output is for Wireshark: no color, whatever the environment says. */
static enum exit_status put(void (*text)(struct output *out))
{
	const struct print_settings plain = {.color = COLOR_NEVER};
	struct output out;

	if (!standard_output_open(&out, &plain)) {
		print_error("not enough memory");
		return EXIT_FAILED;
	}
	text(&out);
	return standard_output_close(&out);
}

static void put_held(struct output *out)
{
	output_text(out, messages_held());
}

/* A name of which there is no interface. Somebody else may take it first, and then -i shares it. */
static const char *new_interface(char name[static IF_NAMESIZE])
{
	for (unsigned i = 0; i < NAMES_TO_TRY; i++) {
		snprintf(name, IF_NAMESIZE, "vsockmon%u", i);
		if (!if_nametoindex(name))
			break;
	}
	return name;
}

/* Wireshark reads the first line of standard output. Without one, the filter is right. */
static enum exit_status check_filter(const struct question *question, extcap_run *run)
{
	/* Wireshark does not say whether processes are asked for. */
	char *arguments[] = {"vsockdump", "--process", "--", (char *)question->filter, NULL};

	if (*question->filter == '\0')
		return EXIT_OK;
	messages_hold(HOLD_ERRORS);
	optind = 0; /* getopt_long() begins anew */
	if (run(4, arguments, true) == EXIT_OK)
		return EXIT_OK;
	return put(put_held);
}

/*
 * Wireshark waits for the FIFO as long as nobody has opened it, even if this program has ended. So
 * it is opened and closed, as soon as Wireshark reads it.
 */
static void end_fifo(const char *path)
{
	const struct timespec pause = {.tv_nsec = 50000000};

	for (int i = 0; i < 100; i++) {
		int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0)
			close(fd);
		if (fd >= 0 || errno != ENXIO)
			return;
		nanosleep(&pause, NULL);
	}
}

static enum exit_status capture(const struct question *question, extcap_run *run)
{
	char name[IF_NAMESIZE];
	char *arguments[16] = {"vsockdump", "-U", "--file-format",
			       "pcapng",    "-w", (char *)question->fifo};
	int count = 6;
	enum exit_status status;

	if (strcmp(question->source, automatic) != 0) {
		arguments[count++] = "-i";
		arguments[count++] = strcmp(question->source, private) == 0
					 ? (char *)new_interface(name)
					 : (char *)question->source;
	}
	if (question->snaplen) {
		arguments[count++] = "-s";
		arguments[count++] = (char *)question->snaplen;
	}
	if (question->process)
		arguments[count++] = "--process";
	if (question->filter && *question->filter) {
		arguments[count++] = "--";
		arguments[count++] = (char *)question->filter;
	}
	messages_hold(HOLD_ERRORS);
	optind = 0;
	status = run(count, arguments, false);
	/* Nothing can be written to a FIFO that nobody reads: Wireshark has stopped the capture. */
	if (status == EXIT_OUTPUT)
		return EXIT_OK;
	if (status == EXIT_OK)
		return EXIT_OK;
	messages_release();
	end_fifo(question->fifo);
	return status;
}

enum exit_status extcap_answer(int argc, char **argv, extcap_run *run)
{
	struct question question;

	if (!read_question(&question, argc, argv))
		return EXIT_USAGE;
	if (question.interfaces)
		return put(put_interfaces);
	if (question.interface && strcmp(question.interface, ours) != 0) {
		print_error("--extcap-interface %.64s: the only one is %s", question.interface,
			    ours);
		return EXIT_NO_DEVICE;
	}
	if (question.link_types)
		return put(put_link_types);
	if (question.config)
		return put(put_config);
	if (question.capture && question.fifo)
		return capture(&question, run);
	if (question.filter && !question.capture)
		return check_filter(&question, run);
	print_error(question.capture ? "--capture needs --fifo, the pipe to Wireshark"
				     : "nothing is asked: see --extcap-interfaces in extcap(4)");
	return EXIT_USAGE;
}
