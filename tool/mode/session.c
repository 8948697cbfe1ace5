/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/session.h"

#include <stdlib.h>

#include "tool/message.h"

bool session_make_own(struct session *session, size_t size)
{
	session->own = calloc(1, size);
	if (session->own)
		return true;
	print_error("not enough memory");
	session->failure = EXIT_FAILED;
	return false;
}

void session_free_own(struct session *session)
{
	free(session->own);
	session->own = NULL;
}
