/* SPDX-License-Identifier: BSD-3-Clause */
/* What a single packet shows: the oddities that the decoder marked, as findings. */
#include "core/check-report.h"
#include "core/checks.h"

struct odd_check {
	uint32_t odd;
	enum vsock_finding_code code;
};

static const struct odd_check odd_checks[] = {
    {VSOCK_ODD_CID_HIGH_BITS, VSOCK_FINDING_BAD_CID},
    {VSOCK_ODD_ADDRESS_MISMATCH, VSOCK_FINDING_HEADER_MISMATCH},
    {VSOCK_ODD_OP, VSOCK_FINDING_INVALID_OP},
    {VSOCK_ODD_TYPE, VSOCK_FINDING_UNKNOWN_TYPE},
    {VSOCK_ODD_SHUTDOWN_NONE, VSOCK_FINDING_BAD_SHUTDOWN_FLAGS},
    {VSOCK_ODD_EOR_WITHOUT_EOM, VSOCK_FINDING_BAD_RW_FLAGS},
    {VSOCK_ODD_LEN_ON_CONTROL, VSOCK_FINDING_CONTROL_WITH_PAYLOAD},
    {VSOCK_ODD_EMPTY_RW, VSOCK_FINDING_EMPTY_RW},
    {VSOCK_ODD_HUGE_RW, VSOCK_FINDING_HUGE_RW},
    {VSOCK_ODD_PAYLOAD_MISSING, VSOCK_FINDING_PAYLOAD_MISSING},
};

static uint64_t odd_amount(enum vsock_finding_code code, const struct vsock_packet *p)
{
	switch (code) {
	case VSOCK_FINDING_INVALID_OP:
		return p->op;
	case VSOCK_FINDING_UNKNOWN_TYPE:
		return p->type;
	case VSOCK_FINDING_BAD_SHUTDOWN_FLAGS:
	case VSOCK_FINDING_BAD_RW_FLAGS:
		return p->flags;
	default:
		return p->len;
	}
}

__attribute__((cold, noinline)) static void report_odd(const struct vsock_check *check,
						       const struct vsock_flow_event *event,
						       enum vsock_finding_code code)
{
	struct vsock_report r = {.code = code, .about = event->sender};

	r.amount = odd_amount(code, check->packet);
	if (event->flow)
		vsock_report(check, event->flow, &r);
	else
		vsock_report_packet(check, &r);
}

/* Only SHUTDOWN and RW have flags that a receiver looks at. */
static void check_flags(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	const struct vsock_packet *p = check->packet;

	if (!(p->odd & VSOCK_ODD_FLAGS))
		return;
	if (p->op == VSOCK_OP_SHUTDOWN)
		report_odd(check, event, VSOCK_FINDING_BAD_SHUTDOWN_FLAGS);
	else if (p->op == VSOCK_OP_RW)
		report_odd(check, event, VSOCK_FINDING_BAD_RW_FLAGS);
}

void vsock_check_packet(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	uint32_t odd = check->packet->odd;

	if (!odd)
		return;
	for (size_t i = 0; i < sizeof(odd_checks) / sizeof(odd_checks[0]); i++) {
		const struct odd_check *c = &odd_checks[i];

		/* If the op is unknown, so is the length that it should have. */
		if (c->odd == VSOCK_ODD_LEN_ON_CONTROL && odd & VSOCK_ODD_OP)
			continue;
		if (odd & c->odd)
			report_odd(check, event, c->code);
	}
	check_flags(check, event);
}
