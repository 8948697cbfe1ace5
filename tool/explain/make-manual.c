/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make-manual prints vsock-findings(7), which is in docs/man. A test compares the two. The target
 * update-golden writes the file.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tool/explain/explanation.h"

/* The width of the source's lines, which no reader sees. */
#define WIDTH 78

static const char *name_of(int code)
{
	return vsock_finding_name((enum vsock_finding_code)code);
}

/* For mandoc, a hyphen where no line may break is "\-". */
static void put_word(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (word[i] == '-')
			fputs("\\-", stdout);
		else if (word[i] == '\\')
			fputs("\\e", stdout);
		else
			putchar(word[i]);
	}
}

/* Each sentence begins on its own line, and no line begins with a dot. */
static void put_text(const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t length = strcspn(text, " ");

		if (column > 0 && column + 1 + length > WIDTH) {
			putchar('\n');
			column = 0;
		}
		if (column > 0)
			putchar(' ');
		put_word(text, length);
		column += length + (column > 0);
		if (strchr(".?", text[length - 1]) && text[length]) {
			putchar('\n');
			column = 0;
		}
		text += length + strspn(text + length, " ");
	}
	putchar('\n');
}

static void put_packet(const struct explained_packet *packet, size_t widest)
{
	size_t length = strlen(packet->line);

	/* A line may begin with "...", which would be a request. */
	if (packet->line[0] == '.')
		fputs("\\&", stdout);
	put_word(packet->line, length);
	if (packet->note) {
		printf("%*s", (int)(widest - length + 2), "");
		put_word(packet->note, strlen(packet->note));
	}
	putchar('\n');
}

static void put_packets(const struct explanation *e)
{
	size_t widest = 0;

	for (size_t i = 0; i < EXPLAINED_PACKETS && e->packets[i].line; i++)
		if (strlen(e->packets[i].line) > widest)
			widest = strlen(e->packets[i].line);
	puts(".Bd -literal");
	for (size_t i = 0; i < EXPLAINED_PACKETS && e->packets[i].line; i++)
		put_packet(&e->packets[i], widest);
	puts(".Ed\n.Pp");
	if (e->capture)
		printf("The packets are from\n.Pa tests/captures/%s .\n", e->capture);
	else
		puts("The packets are a sketch.");
}

static void put_part(const char *title, const char *text)
{
	printf(".Pp\n.Em %s :\n", title);
	put_text(text);
}

static void put_finding(int code)
{
	const struct explanation *e = &explanations[code];
	enum vsock_class class = vsock_finding_severity((enum vsock_finding_code)code);

	printf(".Ss %s\n", name_of(code));
	printf(".Em Class : %s", vsock_class_name(class));
	if (e->less)
		printf(" or %s", vsock_class_name((enum vsock_class)(class - 1)));
	puts(".\n.Pp");
	put_text(e->summary);
	put_text(e->meaning);
	put_packets(e);
	put_part("Usual causes", e->causes);
	put_part("What to do", e->advice);
	put_part("Harmless when", e->harmless);
}

/* Each section ends before the first code of the next one. */
static const struct {
	const char *title;
	enum vsock_finding_code first;
} sections[] = {
    {"OPENING A CONNECTION", VSOCK_FINDING_REFUSED},
    {"CREDIT", VSOCK_FINDING_CREDIT_STALL},
    {"CLOSING A CONNECTION", VSOCK_FINDING_RESET},
    {"SEVERAL CONNECTIONS", VSOCK_FINDING_GUEST_RESET},
    {"THE CAPTURE", VSOCK_FINDING_CAPTURE_LOSS},
    {"THE FORM OF PACKETS", VSOCK_FINDING_TYPE_CHANGE},
};

static void put_section_title(int code)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if ((int)sections[i].first == code)
			printf(".Sh %s\n", sections[i].title);
}

static const char head[] =
    ".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n"
    ".\\\" Made by tool/explain/make-manual.c. Change tool/explain/explanations.c instead.\n"
    ".Dd November 26, 2026\n"
    ".Dt VSOCK-FINDINGS 7\n"
    ".Os vsockdump " VSOCKDUMP_VERSION "\n"
    ".Sh NAME\n"
    ".Nm vsock-findings\n"
    ".Nd what the findings of vsockdump mean\n"
    ".Sh DESCRIPTION\n"
    "A finding is something about a vsock connection that is wrong or worth knowing.\n"
    ".Xr vsockdump 8\n"
    "reports it as a code and a sentence.\n"
    "This page explains each code.\n"
    ".Ql vsockdump --explain CODE\n"
    "prints the same text.\n"
    ".Pp\n"
    "Each finding has a class:\n"
    ".Bl -tag -width \"information\"\n"
    ".It certain\n"
    "Wrong, even if the capture missed packets.\n"
    ".It suspicious\n"
    "Most likely wrong.\n"
    "A packet that was not captured may also explain it.\n"
    ".It information\n"
    "Worth knowing.\n"
    "It may be normal.\n"
    ".El\n"
    ".Pp\n"
    "If two classes are given, the second one is used when something else may explain what was\n"
    "captured, such as a lost packet.\n"
    "Nothing about the order of packets is certain in a flow that replaced an open one.\n"
    ".Pp\n"
    "Some words:\n"
    ".Bl -tag -width \"buf_alloc\"\n"
    ".It credit\n"
    "The room in the receiver's buffer.\n"
    "It limits what the sender may still send.\n"
    ".It buf_alloc\n"
    "The size of a side's receive buffer.\n"
    "Every packet of that side states it.\n"
    ".It fwd_cnt\n"
    "How many bytes the side's program has read, modulo 2^32.\n"
    "Every packet states it, too.\n"
    ".It device\n"
    "The virtio-vsock device of a side: the VMM or vhost_vsock on the host, the driver in\n"
    "the guest.\n"
    "It is not the program.\n"
    ".El\n"
    ".Pp\n"
    "Packets are shown as\n"
    ".Ql vsockdump -nt\n"
    "prints them, with a note at the right.\n";

static const char foot[] = ".Sh SEE ALSO\n"
			   ".Xr vsock 7 ,\n"
			   ".Xr vsock-filter 7 ,\n"
			   ".Xr vsockdump 8\n";

int main(void)
{
	fputs(head, stdout);
	for (int code = 1; code < VSOCK_FINDING_CODES; code++) {
		put_section_title(code);
		put_finding(code);
	}
	fputs(foot, stdout);
	return ferror(stdout) || fflush(stdout) != 0;
}
