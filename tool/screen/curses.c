/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The screen by ncurses, which knows each terminal's sequences and draws only what has changed.
 *
 * ncurses writes to its descriptor until the terminal has taken all of it. So it gets a file in
 * memory instead, and this file carries the bytes to the terminal. Thus ncurses does not know the
 * terminal itself, and its modes and its size are handled here, too. That also serves the handlers
 * of signals, which may not call ncurses.
 */
#include <curses.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "tool/message.h"
#include "tool/screen/screen.h"
#include "tool/screen/style.h"
#include "tool/signals.h"
#include "tool/terminal.h"

/* A key that begins with Escape has this many milliseconds to be complete. */
#define ESCAPE_WAIT 50

/* Bytes that the terminal gets at once. */
#define PIECE ((size_t)4096)

/* How many milliseconds a terminal that takes nothing may delay the end of the screen. */
#define CLOSE_WAIT 1000

#define RESTORE_MOST ((size_t)256)

const struct system_call screen_system_calls[] = {
    CALL("read"),
    CALL("write"),
    CALL("poll"),
    CALL("ppoll"),
    CALL("ppoll_time64"),
    /* The file in memory. */
    CALL("pread64"),
    CALL("ftruncate"),
    CALL("ftruncate64"),
    CALL("lseek"),
    CALL("_llseek"),
    /* The terminal's size and modes. */
    CALL_WITH("ioctl", 1, UINT32_MAX, TIOCGWINSZ),
    CALL_WITH("ioctl", 1, UINT32_MAX, TCGETS),
    CALL_WITH("ioctl", 1, UINT32_MAX, TCSETS),
    CALL_WITH("ioctl", 1, UINT32_MAX, TCSETSW),
    CALL_WITH("ioctl", 1, UINT32_MAX, TCSETSF),
    SYSTEM_CALLS_END,
};

static struct {
	SCREEN *screen;
	FILE *memory; /* what ncurses draws */
	off_t done;   /* bytes of it that the terminal has taken */
	int terminal; /* the same one as standard output, but a write does not wait */
	bool shown;   /* the terminal is in our hands */
	bool gone;    /* it has hung up */
	bool resized; /* SCREEN_RESIZED is due */
	bool color;
	struct termios usual; /* its modes before and after */
	struct termios ours;
	/* The sequences that end the screen, for a handler. */
	char restore[RESTORE_MOST];
	size_t restore_length;
} screen = {.terminal = -1};

/* In the handler of a signal that kills the process. */
static void restore_at_once(void)
{
	int saved = errno;

	if (screen.shown) {
		ssize_t ignored = write(screen.terminal, screen.restore, screen.restore_length);

		(void)ignored;
		tcsetattr(STDIN_FILENO, TCSANOW, &screen.usual);
	}
	errno = saved;
}

static void add_restore(const char *capability)
{
	const char *text = tigetstr(capability);
	size_t length;

	if (!text || text == (const char *)-1)
		return;
	length = strlen(text);
	if (length > sizeof(screen.restore) - screen.restore_length)
		return;
	memcpy(screen.restore + screen.restore_length, text, length);
	screen.restore_length += length;
}

static void prepare_colors(void)
{
	if (start_color() != OK || use_default_colors() != OK)
		return;
	for (short i = 1; i < STYLE_COLORS; i++)
		init_pair(
		    i, COLORS >= 256 ? style_of_palette((unsigned)i) : style_of_basic((unsigned)i),
		    -1);
	screen.color = true;
}

/* Keys come at once and are not echoed, but ^C and ^Z stay signals. Tabs must not become blanks. */
static void prepare_modes(void)
{
	screen.ours = screen.usual;
	screen.ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	screen.ours.c_iflag |= ICRNL;
	screen.ours.c_oflag &= ~(tcflag_t)TABDLY;
	screen.ours.c_cc[VMIN] = 1;
	screen.ours.c_cc[VTIME] = 0;
}

/* In rows and columns that are used. */
static struct winsize ask_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
		size = (struct winsize){.ws_row = 24, .ws_col = 80};
	if (size.ws_row > SCREEN_ROWS_MOST)
		size.ws_row = SCREEN_ROWS_MOST;
	if (size.ws_col > SCREEN_COLUMNS_MOST)
		size.ws_col = SCREEN_COLUMNS_MOST;
	return size;
}

/* The terminal's type may have no size, and a file in memory has none. */
static void tell_size(void)
{
	struct winsize size = ask_size();
	char number[16];

	snprintf(number, sizeof(number), "%d", size.ws_row);
	setenv("LINES", number, 1);
	snprintf(number, sizeof(number), "%d", size.ws_col);
	setenv("COLUMNS", number, 1);
}

/* A description of its own: O_NONBLOCK on standard output would be the shell's problem, too. */
static int open_terminal(void)
{
	const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = open("/proc/self/fd/1", flags);

	return fd >= 0 ? fd : open("/dev/tty", flags);
}

static FILE *open_memory(void)
{
	int fd = memfd_create("vsockdump-screen", MFD_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (!file && fd >= 0)
		close(fd);
	return file;
}

/* The user wants a screen: a person at a terminal, in the foreground. */
static bool is_wanted(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && terminal_is(STDOUT_FILENO) && term && *term &&
	       strcmp(term, "dumb") != 0 && tcgetpgrp(STDIN_FILENO) == getpgrp() &&
	       tcgetattr(STDIN_FILENO, &screen.usual) == 0;
}

static void forget(void)
{
	if (screen.screen)
		delscreen(screen.screen);
	if (screen.memory)
		fclose(screen.memory);
	if (screen.terminal >= 0)
		close(screen.terminal);
	screen.screen = NULL;
	screen.memory = NULL;
	screen.terminal = -1;
}

bool screen_open(bool color, const char **reason)
{
	*reason = NULL;
	if (!is_wanted())
		return false;
	signals_install_screen(restore_at_once);
	tell_size();
	screen.terminal = open_terminal();
	screen.memory = open_memory();
	if (screen.terminal >= 0 && screen.memory)
		screen.screen = newterm(NULL, screen.memory, stdin);
	if (!screen.screen) {
		*reason = "this terminal cannot show a screen, so tables are printed; does $TERM "
			  "have its type?";
		forget();
		return false;
	}
	set_escdelay(ESCAPE_WAIT);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	if (color)
		prepare_colors();
	add_restore("sgr0");
	add_restore("cnorm");
	add_restore("rmkx");
	add_restore("rmcup");
	prepare_modes();
	return true;
}

static off_t drawn(void)
{
	fflush(screen.memory);
	return lseek(fileno(screen.memory), 0, SEEK_CUR);
}

bool screen_is_free(void)
{
	return screen.done == drawn();
}

/* One piece of the frame, as far as the terminal takes it. False if it takes no more now. */
static bool write_piece(off_t end)
{
	char bytes[PIECE];
	size_t wanted =
	    end - screen.done < (off_t)PIECE ? (size_t)(end - screen.done) : sizeof(bytes);
	ssize_t n = pread(fileno(screen.memory), bytes, wanted, screen.done);

	if (n > 0)
		n = write(screen.terminal, bytes, (size_t)n);
	if (n > 0)
		screen.done += n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		screen.gone = true;
	return n > 0;
}

static void carry(void)
{
	off_t end = drawn();

	while (!screen.gone && screen.done < end && write_piece(end))
		;
	if (screen.done == end && end > 0 && ftruncate(fileno(screen.memory), 0) == 0)
		screen.done = lseek(fileno(screen.memory), 0, SEEK_SET);
}

/* The same, with some patience. */
static void carry_all(void)
{
	struct pollfd terminal = {.fd = screen.terminal, .events = POLLOUT};

	carry();
	while (!screen.gone && !screen_is_free()) {
		if (poll(&terminal, 1, CLOSE_WAIT) <= 0)
			return;
		carry();
	}
}

/* The terminal becomes ours, or its own again. */
static void take(void)
{
	screen.shown = true;
	if (terminal_is(STDERR_FILENO))
		messages_hold(HOLD_ALL);
	/* At once: a terminal that is stopped would never have written what it has. */
	tcsetattr(STDIN_FILENO, TCSANOW, &screen.ours);
}

static void give_back(void)
{
	endwin();
	carry_all();
	if (!screen.gone && !screen_is_free())
		restore_at_once();
	tcsetattr(STDIN_FILENO, TCSANOW, &screen.usual);
	screen.shown = false;
	messages_release();
}

void screen_close(void)
{
	if (screen.shown)
		give_back();
	forget();
}

unsigned screen_rows(void)
{
	return (unsigned)getmaxy(stdscr);
}

unsigned screen_columns(void)
{
	return (unsigned)getmaxx(stdscr);
}

void screen_begin(void)
{
	werase(stdscr);
}

static attr_t attributes_of(const struct style *style, bool selected)
{
	attr_t attributes = style->bold ? A_BOLD : A_NORMAL;

	/* In a line that is reverse, what is reverse becomes normal. */
	return style->reverse != selected ? attributes | A_REVERSE : attributes;
}

static chtype character(char c)
{
	return c >= ' ' && c <= '~' ? (chtype)c : '?';
}

void screen_line(unsigned row, const char *text, size_t length, bool selected)
{
	unsigned columns = screen_columns();
	unsigned column = 0;
	struct style style = {0};
	size_t i = 0;

	if (row >= screen_rows())
		return;
	wmove(stdscr, (int)row, 0);
	while (column < columns && (i < length || selected)) {
		size_t sequence = i < length ? style_at(text + i, length - i, &style) : 0;

		if (sequence > 0) {
			i += sequence;
			continue;
		}
		if (i >= length)
			style = (struct style){0};
		wattr_set(stdscr, attributes_of(&style, selected),
			  screen.color ? (short)style.color : 0, NULL);
		waddch(stdscr, i < length ? character(text[i]) : ' ');
		i++;
		column++;
	}
	wattr_set(stdscr, A_NORMAL, 0, NULL);
}

void screen_show(unsigned row, int column)
{
	if (screen.gone)
		return;
	if (!screen.shown)
		take();
	curs_set(column >= 0);
	if (column >= 0)
		wmove(stdscr, (int)row, column);
	wnoutrefresh(stdscr);
	doupdate();
	carry();
}

unsigned screen_waits(struct pollfd *waits)
{
	waits[0] = (struct pollfd){.fd = screen.shown ? STDIN_FILENO : -1, .events = POLLIN};
	waits[1] = (struct pollfd){.fd = screen.terminal, .events = POLLOUT};
	return screen_is_free() ? 1 : 2;
}

bool screen_ready(const struct pollfd *waits, unsigned count)
{
	if (waits[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		screen.gone = true;
	if (count > 1 && waits[1].revents)
		carry();
	return !screen.gone;
}

/* ^Z. Continues here after fg. */
static void stop(void)
{
	bool was_shown = screen.shown;

	if (was_shown)
		give_back();
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	signals_install_screen(restore_at_once);
	signals_read_screen(SIGCONT);
	if (!was_shown)
		return;
	clearok(stdscr, TRUE);
	take();
}

static int key_of(int key)
{
	switch (key) {
	case ERR:
		return SCREEN_NO_KEY;
	case KEY_UP:
		return SCREEN_UP;
	case KEY_DOWN:
		return SCREEN_DOWN;
	case KEY_PPAGE:
		return SCREEN_PAGE_UP;
	case KEY_NPAGE:
		return SCREEN_PAGE_DOWN;
	case KEY_HOME:
		return SCREEN_HOME;
	case KEY_END:
		return SCREEN_END;
	case KEY_BACKSPACE:
	case '\b':
	case 127:
		return SCREEN_BACKSPACE;
	case KEY_F(1):
		return SCREEN_F1;
	case KEY_ENTER:
	case '\r':
		return SCREEN_ENTER;
	default:
		return key < KEY_MIN ? key : ' ' - 1;
	}
}

int screen_key(void)
{
	struct winsize size;

	if (signals_read_screen(SIGTSTP)) {
		stop();
		screen.resized = true;
	}
	if (signals_read_screen(SIGWINCH) || signals_read_screen(SIGCONT))
		screen.resized = true;
	if (screen.resized) {
		screen.resized = false;
		size = ask_size();
		resizeterm(size.ws_row, size.ws_col);
		return SCREEN_RESIZED;
	}
	return screen.shown ? key_of(wgetch(stdscr)) : SCREEN_NO_KEY;
}
