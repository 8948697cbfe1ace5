/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/standard-output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/message.h"
#include "tool/signals.h"
#include "tool/terminal.h"

void standard_descriptors_check(void)
{
	static const int useless[] = {
	    [STDIN_FILENO] = O_WRONLY,
	    [STDOUT_FILENO] = O_RDONLY,
	    [STDERR_FILENO] = O_RDONLY,
	};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* open() returns the lowest free number: the missing one. */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", useless[fd]) != fd)
			_exit(EXIT_FAILED);
	}
}

static bool terminal_wants_color(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && terminal &&
	       strcmp(terminal, "dumb") != 0;
}

bool standard_output_open(struct output *out, const struct print_settings *settings)
{
	bool color = settings->color == COLOR_ALWAYS ||
		     (settings->color == COLOR_AUTO && terminal_wants_color());

	if (!output_open(out, STDOUT_FILENO, color))
		return false;
	out->columns = settings->wide ? 0 : terminal_columns(STDOUT_FILENO);
	return true;
}

enum exit_status standard_output_close(struct output *out)
{
	int error = output_close(out);
	/* Some file systems report a full disk only here. Closes a copy, so that descriptor 1 stays
	 * in use.
	 */
	int copy = error ? -1 : dup(STDOUT_FILENO);

	if (copy >= 0 && close(copy) != 0 && errno != EINTR)
		error = errno;

	if (error == 0 || error == EPIPE)
		return EXIT_OK;
	print_error("standard output: %s", error == ECANCELED ? SIGNALS_NO_PATIENCE
					       "; the rest is lost"
							      : strerror(error));
	return EXIT_OUTPUT;
}
