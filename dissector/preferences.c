/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/preferences.h"

#include <epan/prefs.h>

static struct preferences present = {
    .analysis = TRUE,
    .verdicts = TRUE,
    .reassemble = TRUE,
    .cid_names = TRUE,
    .heuristics_first = FALSE,
    .names = "",
    .host_cid = 2,
    .kernel = "",
};

const struct preferences *preferences(void)
{
	return &present;
}

void preferences_register(int protocol, void (*changed)(void))
{
	module_t *module = prefs_register_protocol(protocol, changed);

	prefs_register_bool_preference(
	    module, "analysis", "Follow streams",
	    "Find the stream of each packet, and from it links between packets, credit and times. "
	    "Without it, each packet is decoded alone.",
	    &present.analysis);
	prefs_register_bool_preference(
	    module, "verdicts", "Say what is wrong",
	    "Show the findings of vsockdump as expert information: refused connections, stalls, "
	    "violations of the protocol. This works only if streams are followed.",
	    &present.verdicts);
	prefs_register_bool_preference(
	    module, "desegment", "Reassemble messages that span several packets",
	    "Give whole messages to the protocols inside. Needs streams to be "
	    "followed.",
	    &present.reassemble);
	prefs_register_bool_preference(
	    module, "heuristics_first", "Try heuristic subdissectors first",
	    "Try the protocols that recognize their messages before those that are "
	    "registered for a port.",
	    &present.heuristics_first);
	prefs_register_bool_preference(
	    module, "cid_names", "Show names for CIDs",
	    "Show \"host\" for CID 2 and so on, and the names of the file vsock_cids in the "
	    "configuration folder: a CID and its name on each line.",
	    &present.cid_names);
	prefs_register_string_preference(
	    module, "names", "Names of CIDs",
	    "CIDs with their names: 3=web,4=db. They override those of files.", &present.names);
	prefs_register_uint_preference(
	    module, "host_cid", "CID of the host",
	    "Another CID of the host. The parent of a Nitro enclave has CID 3.", 10,
	    &present.host_cid);
	prefs_register_string_preference(
	    module, "kernel", "Kernel that captured",
	    "The release of Linux that made the capture, as \"uname -r\" prints it: 6.12.43. Some "
	    "kernels capture wrong bytes in place of a payload, and these are shown as unknown. "
	    "Without a release, Wireshark takes the one that a pcapng file names, and tshark "
	    "trusts all bytes.",
	    &present.kernel);
}
