/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/ttrpc-methods.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/ttrpc-methods.h"

static void each_method_is_found_by_its_name(void **state)
{
	const struct ttrpc_method *method;
	size_t count = 0;
	size_t of_agent = 0;

	(void)state;
	for (; (method = ttrpc_method_get(count)); count++) {
		assert_ptr_equal(ttrpc_method_find(method->name), method);
		of_agent += strncmp(method->name, "grpc.AgentService/", 18) == 0;
		/* A process belongs to a container. */
		assert_true(!method->exec_id || method->container_id);
	}
	assert_int_equal(of_agent, 42);
	assert_int_equal(count, 44);
	assert_null(ttrpc_method_find("grpc.AgentService/Nothing"));
	assert_null(ttrpc_method_find(""));
}

static void methods_have_their_facts(void **state)
{
	const struct ttrpc_method *method = ttrpc_method_find("grpc.AgentService/WriteStdin");

	(void)state;
	assert_true(method->waits && method->secret);
	assert_int_equal(method->container_id, 1);
	assert_int_equal(method->exec_id, 2);
	/* Field 1 of this request is the kind of the data. */
	assert_int_equal(ttrpc_method_find("grpc.AgentService/GetDiagnosticData")->container_id, 2);
	assert_int_equal(ttrpc_method_find("grpc.AgentService/CopyFile")->container_id, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_method_is_found_by_its_name),
	    cmocka_unit_test(methods_have_their_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
