/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/ttrpc-envelope.h"

#include "lib/protocols/protobuf.h"

/* The most fields of one message that are shown. Real messages have fewer than ten. */
#define FIELDS_MAX 256

/* More codes than there are. */
#define CODES_MAX 32

static int hf_service;
static int hf_method;
static int hf_timeout;
static int hf_metadata;
static int hf_metadata_key;
static int hf_metadata_value;
static int hf_status;
static int hf_status_code;
static int hf_status_message;
static int hf_status_details;
static int hf_payload;
static int hf_unknown;
static int ett_metadata = -1;
static int ett_status = -1;
static expert_field ei_malformed;
static expert_field ei_too_many;
static expert_field ei_unknown;

/* So that Wireshark shows the names of codes. */
static value_string codes[CODES_MAX + 1];

static void name_codes(void)
{
	for (guint32 code = 0; code < CODES_MAX && ttrpc_code_name(code); code++)
		codes[code] = (value_string){code, ttrpc_code_name(code)};
}

/* A message that is being added to the tree, or a message in it. */
struct walk {
	tvbuff_t *tvb;
	const guint8 *bytes; /* of the tvb */
	packet_info *pinfo;
	proto_tree *tree;
	struct ttrpc_envelope *envelope;
};

/* A field, whose bytes may end after those that are here. */
struct field {
	guint32 number;
	enum protobuf_type type;
	guint64 value; /* of a varint */
	int start;     /* of its tag */
	int at;        /* of its bytes, without tag and length */
	int length;    /* of its bytes, by its header */
	int captured;  /* of them, those that are here */
};

typedef gboolean (*show_field)(const struct walk *walk, const struct field *field);

static void walk_message(const struct walk *walk, int at, int length, show_field show);

/* A field is known by its number and its type: a varint with the number of a name is unknown. */
static gboolean is_bytes(const struct field *field, guint32 number)
{
	return field->number == number && field->type == PROTOBUF_TYPE_BYTES;
}

static gboolean is_varint(const struct field *field, guint32 number)
{
	return field->number == number && field->type == PROTOBUF_TYPE_VARINT;
}

static const char *add_string(const struct walk *walk, int hf, const struct field *field)
{
	const guint8 *value = NULL;

	proto_tree_add_item_ret_string(walk->tree, hf, walk->tvb, field->at, field->captured,
				       ENC_UTF_8, walk->pinfo->pool, &value);
	return (const char *)value;
}

static void add_payload(const struct walk *walk, const struct field *field)
{
	proto_tree_add_item(walk->tree, hf_payload, walk->tvb, field->at, field->captured, ENC_NA);
	walk->envelope->payload =
	    tvb_new_subset_length_caplen(walk->tvb, field->at, field->captured, field->length);
}

static void add_timeout(const struct walk *walk, const struct field *field)
{
	nstime_t timeout = {.secs = (time_t)(field->value / 1000000000),
			    .nsecs = (int)(field->value % 1000000000)};

	proto_tree_add_time(walk->tree, hf_timeout, walk->tvb, field->at, field->captured,
			    &timeout);
}

static gboolean show_metadata(const struct walk *walk, const struct field *field)
{
	if (is_bytes(field, TTRPC_METADATA_KEY))
		add_string(walk, hf_metadata_key, field);
	else if (is_bytes(field, TTRPC_METADATA_VALUE))
		add_string(walk, hf_metadata_value, field);
	else
		return FALSE;
	return TRUE;
}

static gboolean show_status(const struct walk *walk, const struct field *field)
{
	if (is_varint(field, TTRPC_STATUS_CODE)) {
		walk->envelope->code = (guint32)field->value;
		proto_tree_add_uint(walk->tree, hf_status_code, walk->tvb, field->at,
				    field->captured, walk->envelope->code);
	} else if (is_bytes(field, TTRPC_STATUS_MESSAGE)) {
		add_string(walk, hf_status_message, field);
	} else if (is_bytes(field, TTRPC_STATUS_DETAILS)) {
		proto_tree_add_item(walk->tree, hf_status_details, walk->tvb, field->at,
				    field->captured, ENC_NA);
	} else {
		return FALSE;
	}
	return TRUE;
}

static void show_inner(const struct walk *walk, int hf, int ett, const struct field *field,
		       show_field show)
{
	struct walk inner = *walk;
	proto_item *item =
	    proto_tree_add_item(walk->tree, hf, walk->tvb, field->at, field->captured, ENC_NA);

	inner.tree = proto_item_add_subtree(item, ett);
	walk_message(&inner, field->at, field->captured, show);
}

static gboolean show_request(const struct walk *walk, const struct field *field)
{
	if (is_bytes(field, TTRPC_REQUEST_SERVICE))
		walk->envelope->service = add_string(walk, hf_service, field);
	else if (is_bytes(field, TTRPC_REQUEST_METHOD))
		walk->envelope->method = add_string(walk, hf_method, field);
	else if (is_bytes(field, TTRPC_REQUEST_PAYLOAD))
		add_payload(walk, field);
	else if (is_varint(field, TTRPC_REQUEST_TIMEOUT))
		add_timeout(walk, field);
	else if (is_bytes(field, TTRPC_REQUEST_METADATA))
		show_inner(walk, hf_metadata, ett_metadata, field, show_metadata);
	else
		return FALSE;
	return TRUE;
}

static gboolean show_response(const struct walk *walk, const struct field *field)
{
	if (is_bytes(field, TTRPC_RESPONSE_STATUS))
		show_inner(walk, hf_status, ett_status, field, show_status);
	else if (is_bytes(field, TTRPC_RESPONSE_PAYLOAD))
		add_payload(walk, field);
	else
		return FALSE;
	return TRUE;
}

static void show_unknown(const struct walk *walk, const struct field *field, int end)
{
	proto_item *item = proto_tree_add_item(walk->tree, hf_unknown, walk->tvb, field->start,
					       end - field->start, ENC_NA);

	proto_item_append_text(item, " (field %u)", field->number);
	expert_add_info(walk->pinfo, item, &ei_unknown);
}

static void complain(const struct walk *walk, expert_field *ei, int at, int end)
{
	walk->envelope->whole = FALSE;
	proto_tree_add_expert(walk->tree, walk->pinfo, ei, walk->tvb, at, end - at);
}

/* False if no field begins at `*at`, or its length is not here. */
static gboolean next_field(const struct walk *walk, int *at, int end, struct field *field)
{
	size_t next = (size_t)*at;
	struct protobuf_part part;

	if (protobuf_read(walk->bytes, (size_t)end, &next, &part) == PROTOCOL_NO || part.at == 0 ||
	    part.length > G_MAXINT32)
		return FALSE;
	*field = (struct field){.number = part.number,
				.type = part.type,
				.value = part.value,
				.start = *at,
				.at = (int)part.at,
				.length = (int)part.length,
				.captured = MIN((int)part.length, end - (int)part.at)};
	*at = field->at + field->captured;
	return TRUE;
}

static void walk_message(const struct walk *walk, int at, int length, show_field show)
{
	int end = at + length;
	struct field field;

	for (int shown = 0; at < end; shown++) {
		if (shown == FIELDS_MAX) {
			complain(walk, &ei_too_many, at, end);
			return;
		}
		if (!next_field(walk, &at, end, &field)) {
			complain(walk, &ei_malformed, at, end);
			return;
		}
		if (!show(walk, &field))
			show_unknown(walk, &field, at);
		/*
		 * If the snapshot length cut the packet, its missing end is not the sender's fault.
		 */
		if (field.captured < field.length &&
		    tvb_captured_length(walk->tvb) == tvb_reported_length(walk->tvb))
			complain(walk, &ei_malformed, field.start, end);
	}
}

void ttrpc_dissect_envelope(tvbuff_t *body, packet_info *pinfo, proto_tree *tree,
			    enum ttrpc_type type, struct ttrpc_envelope *envelope)
{
	int length = (int)tvb_captured_length(body);
	struct walk walk = {.tvb = body,
			    .bytes = length > 0 ? tvb_get_ptr(body, 0, length) : NULL,
			    .pinfo = pinfo,
			    .tree = tree,
			    .envelope = envelope};

	envelope->whole = tvb_captured_length(body) == tvb_reported_length(body);
	walk_message(&walk, 0, length, type == TTRPC_REQUEST ? show_request : show_response);
}

void ttrpc_envelope_register(int proto, expert_module_t *experts)
{
	static hf_register_info fields[] = {
	    {&hf_service, {"Service", "ttrpc.service", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_method, {"Method", "ttrpc.method", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_timeout,
	     {"Timeout", "ttrpc.timeout", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
	      "How long the caller waits", HFILL}},
	    {&hf_metadata,
	     {"Metadata", "ttrpc.metadata", FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_metadata_key,
	     {"Key", "ttrpc.metadata.key", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_metadata_value,
	     {"Value", "ttrpc.metadata.value", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_status, {"Status", "ttrpc.status", FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_status_code,
	     {"Code", "ttrpc.status.code", FT_UINT32, BASE_DEC, VALS(codes), 0, NULL, HFILL}},
	    {&hf_status_message,
	     {"Message", "ttrpc.status.message", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_status_details,
	     {"Details", "ttrpc.status.details", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_payload,
	     {"Payload", "ttrpc.payload", FT_BYTES, BASE_NONE, NULL, 0,
	      "The message of the service, in protobuf", HFILL}},
	    {&hf_unknown,
	     {"Unknown field", "ttrpc.unknown", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
	};
	static ei_register_info infos[] = {
	    {&ei_malformed,
	     {"ttrpc.expert.malformed", PI_MALFORMED, PI_ERROR, "Not a protobuf message of ttRPC",
	      EXPFILL}},
	    {&ei_too_many,
	     {"ttrpc.expert.fields", PI_PROTOCOL, PI_WARN, "Too many fields, the rest is not shown",
	      EXPFILL}},
	    {&ei_unknown,
	     {"ttrpc.expert.unknown", PI_UNDECODED, PI_NOTE, "Field unknown to this dissector",
	      EXPFILL}},
	};
	static int *trees[] = {&ett_metadata, &ett_status};

	name_codes();
	proto_register_field_array(proto, fields, G_N_ELEMENTS(fields));
	proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
	expert_register_field_array(experts, infos, G_N_ELEMENTS(infos));
}
