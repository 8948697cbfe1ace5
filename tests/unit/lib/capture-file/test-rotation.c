/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers captures in several files: their names, where one ends and the next begins, and that no
 * failure between two files loses a packet or somebody's file.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/capture-file/rotation.h"
#include "tests/unit/lib/capture-file/bytes.h"

#define S UINT64_C(1000000000)

/* 2023-11-14 22:13:20 UTC */
#define START (UINT64_C(1700000000) * S)

/* 24 bytes of header, then records of this size. */
#define RECORD 116

static char folder[] = "/tmp/capture-rotation-XXXXXX";
static char path[512];

static const char *in_folder(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

/* Calls for each file in the folder; returns how many there are. */
static unsigned each_file(void (*call)(const char *name))
{
	DIR *listing = opendir(folder);
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(listing);
	while ((entry = readdir(listing))) {
		if (entry->d_name[0] == '.')
			continue;
		count++;
		if (call)
			call(entry->d_name);
	}
	closedir(listing);
	return count;
}

static void remove_file(const char *name)
{
	unlink(in_folder(name));
}

static int remove_folder(void **state)
{
	(void)state;
	each_file(remove_file);
	return rmdir(folder);
}

static int begin(struct capture_rotation *rotation, struct capture_rotation_config *config,
		 const char *name)
{
	/* The path must outlive the rotation. */
	static char kept[600];
	struct capture_files files;

	snprintf(kept, sizeof(kept), "%s", in_folder(name));
	config->writer.nanosecond = true;
	assert_int_equal(capture_files_open(&files, kept, capture_rotation_naming(config)), 0);
	return capture_rotation_open(rotation, config, &files);
}

static int write_at(struct capture_rotation *rotation, uint64_t ts)
{
	uint8_t data[RECORD - 16] = {0};
	const struct capture_record record = {
	    .ts = ts, .data = data, .captured = sizeof(data), .on_wire = sizeof(data)};

	return capture_rotation_is_over(rotation, ts)
		   ? -1
		   : capture_rotation_write(rotation, &record, NULL);
}

static void end(struct capture_rotation *rotation, int error, uint64_t records)
{
	assert_int_equal(capture_rotation_finish(rotation, NULL), error);
	assert_int_equal(capture_rotation_records(rotation), records);
	capture_rotation_release(rotation);
}

/* The file has packets of these times, one each second. */
static void assert_file(const char *name, uint64_t first, unsigned count)
{
	struct capture_record record;
	char error[CAPTURE_ERROR_MAX];
	struct capture_reader *reader = capture_reader_open(in_folder(name), error);

	if (!reader)
		fail_msg("%s", error);
	for (unsigned i = 0; i < count; i++) {
		if (capture_reader_next(reader, &record) != CAPTURE_READ_RECORD)
			fail_msg("%s has %u packets", name, i);
		assert_int_equal(record.ts, START + (first + i) * S);
	}
	assert_end(reader, CAPTURE_READ_END, "");
}

static void write_seconds(struct capture_rotation *rotation, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(write_at(rotation, START + i * S), 0);
}

static void one_file_is_called_as_given(void **state)
{
	struct capture_rotation_config config = {0};
	struct capture_rotation rotation;

	(void)state;
	assert_int_equal(begin(&rotation, &config, "x%Y.pcap"), 0);
	write_seconds(&rotation, 100);
	end(&rotation, 0, 100);
	assert_file("x%Y.pcap", 0, 100);
	assert_int_equal(each_file(NULL), 1);
}

static void files_hold_so_many_bytes(void **state)
{
	/* Two records and nearly three; exactly three. */
	struct capture_rotation_config config = {.bytes = 24 + 3 * RECORD - 1};
	struct capture_rotation rotation;

	(void)state;
	assert_int_equal(begin(&rotation, &config, "x"), 0);
	write_seconds(&rotation, 5);
	end(&rotation, 0, 5);
	assert_file("x", 0, 2);
	assert_file("x1", 2, 2);
	assert_file("x2", 4, 1);
	assert_int_equal(each_file(NULL), 3);

	config.bytes++;
	assert_int_equal(begin(&rotation, &config, "y"), 0);
	write_seconds(&rotation, 4);
	end(&rotation, 0, 4);
	assert_file("y", 0, 3);
	assert_file("y1", 3, 1);
}

/* A packet that is larger than the limit gets a separate file. */
static void a_file_has_at_least_one_packet(void **state)
{
	struct capture_rotation_config config = {.bytes = 1};
	struct capture_rotation rotation;

	(void)state;
	assert_int_equal(begin(&rotation, &config, "x"), 0);
	write_seconds(&rotation, 3);
	end(&rotation, 0, 3);
	assert_file("x", 0, 1);
	assert_file("x1", 1, 1);
	assert_file("x2", 2, 1);
	assert_int_equal(each_file(NULL), 3);
}

static void a_ring_keeps_the_newest(void **state)
{
	struct capture_rotation_config config = {.packets = 10, .files = 11};
	struct capture_rotation rotation;

	(void)state;
	/* Also over the files of an earlier ring. */
	for (int times = 0; times < 2; times++) {
		assert_int_equal(begin(&rotation, &config, "x"), 0);
		write_seconds(&rotation, 125);
		end(&rotation, 0, 125);
		assert_int_equal(each_file(NULL), 11);
		assert_file("x00", 110, 10);
		assert_file("x01", 120, 5);
		assert_file("x02", 20, 10);
		assert_file("x10", 100, 10);
	}
}

static void digits_are_those_of_the_highest_number(void **state)
{
	struct capture_rotation_config config = {.packets = 1, .files = 10};
	struct capture_rotation rotation;

	(void)state;
	assert_int_equal(begin(&rotation, &config, "x"), 0);
	write_seconds(&rotation, 10);
	end(&rotation, 0, 10);
	assert_file("x0", 0, 1);
	assert_file("x9", 9, 1);
	assert_int_equal(each_file(NULL), 10);
}

static void files_hold_so_many_seconds(void **state)
{
	struct capture_rotation_config config = {.interval = 10 * S};
	struct capture_rotation rotation;

	(void)state;
	assert_int_equal(begin(&rotation, &config, "x%H%M%S"), 0);
	assert_int_equal(each_file(NULL), 0); /* the first packet gives the name */
	write_seconds(&rotation, 25);
	/* A gap has no files, and the rhythm stays: 22:14:30 is the 7th ten seconds. */
	assert_int_equal(write_at(&rotation, START + 77 * S), 0);
	end(&rotation, 0, 26);
	assert_file("x221320", 0, 10);
	assert_file("x221330", 10, 10);
	assert_file("x221340", 20, 5);
	assert_file("x221430", 77, 1);
	assert_int_equal(each_file(NULL), 4);
}

static void the_clock_runs_without_packets(void **state)
{
	struct capture_rotation_config config = {.interval = 10 * S, .start = START};
	struct capture_rotation rotation;

	(void)state;
	assert_int_equal(begin(&rotation, &config, "x%H%M%S"), 0);
	assert_file("x221320", 0, 0);
	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(capture_rotation_tick(&rotation, START + i * S), 0);
	assert_int_equal(each_file(NULL), 3);
	/* A packet from before, as times may run backwards, goes into the file that is open. */
	assert_int_equal(write_at(&rotation, START), 0);
	end(&rotation, 0, 1);
	assert_file("x221330", 0, 0);
	assert_file("x221340", 0, 1);
}

static void with_time_alone_it_ends_after_so_many_files(void **state)
{
	struct capture_rotation_config config = {.interval = 10 * S, .files = 2};
	struct capture_rotation rotation;

	(void)state;
	for (int by_clock = 0; by_clock < 2; by_clock++) {
		assert_int_equal(begin(&rotation, &config, by_clock ? "c%H%M%S" : "x%H%M%S"), 0);
		write_seconds(&rotation, 20);
		assert_int_equal(capture_rotation_tick(&rotation, START + 20 * S - 1), 0);
		assert_false(rotation.finished);
		if (by_clock)
			assert_int_equal(capture_rotation_tick(&rotation, START + 20 * S), 0);
		else
			assert_int_equal(write_at(&rotation, START + 20 * S), -1);
		assert_true(rotation.finished);
		end(&rotation, 0, 20);
	}
	assert_file("x221330", 10, 10);
	assert_int_equal(each_file(NULL), 4);
}

static void time_and_size_together(void **state)
{
	struct capture_rotation_config config = {.interval = 10 * S, .packets = 3, .files = 3};
	struct capture_rotation rotation;

	(void)state;
	assert_int_equal(begin(&rotation, &config, "x%S-"), 0);
	write_seconds(&rotation, 20);
	end(&rotation, 0, 20);
	assert_file("x20-0", 9, 1); /* the ring went round */
	assert_file("x20-1", 3, 3);
	assert_file("x20-2", 6, 3);
	assert_file("x30-0", 19, 1);
	assert_int_equal(each_file(NULL), 6);
}

static void write_foreign_file(const char *name)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "mine", 4), 4);
	close(fd);
}

static void assert_foreign_file(const char *name)
{
	char bytes[8];
	int fd = open(in_folder(name), O_RDONLY);
	assert_int_equal(read(fd, bytes, sizeof(bytes)), 4);
	assert_memory_equal(bytes, "mine", 4);
	close(fd);
}

/* The name in the caller's message, and how often it is called. */
static char taken_name[300];
static unsigned renamed;

static void note_renamed(const struct capture_files *files, const char *taken)
{
	snprintf(taken_name, sizeof(taken_name), "%s -> %.250s", taken, files->name);
	renamed++;
}

/* A name that is taken is not used, and the file gets the first free number after it. */
static void a_name_that_is_taken_gets_a_number(void **state)
{
	struct capture_rotation_config config = {.packets = 10, .renamed = note_renamed};
	struct capture_rotation rotation;

	(void)state;
	renamed = 0;
	write_foreign_file("x1");
	write_foreign_file("x2");
	write_foreign_file("x2-1");
	assert_int_equal(mkdir(in_folder("x3"), 0700), 0);
	assert_int_equal(symlink("nowhere", in_folder("x4")), 0);
	assert_int_equal(mkfifo(in_folder("x5"), 0600), 0);
	assert_int_equal(begin(&rotation, &config, "x"), 0);
	write_seconds(&rotation, 60);
	end(&rotation, 0, 60);
	assert_foreign_file("x1");
	assert_foreign_file("x2");
	assert_foreign_file("x2-1");
	assert_file("x", 0, 10);
	assert_file("x1-1", 10, 10);
	assert_file("x2-2", 20, 10);
	assert_file("x3-1", 30, 10);
	assert_file("x4-1", 40, 10);
	assert_file("x5-1", 50, 10);
	assert_int_equal(renamed, 1);
	assert_string_equal(taken_name, "x1 -> x1-1");
	assert_int_equal(access(in_folder("nowhere"), F_OK), -1);
	assert_int_equal(rmdir(in_folder("x3")), 0);
}

/* Also the first one of several, unless it is a regular file. */
static void the_first_of_several_follows_no_links(void **state)
{
	struct capture_rotation_config config = {.packets = 10};
	struct capture_rotation rotation;

	(void)state;
	write_foreign_file("foreign");
	assert_int_equal(symlink("foreign", in_folder("x")), 0);
	assert_int_equal(mkfifo(in_folder("y"), 0600), 0);
	write_foreign_file("z");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(begin(&rotation, &config, &"x\0y\0z"[2 * i]), 0);
		write_seconds(&rotation, 1);
		end(&rotation, 0, 1);
	}
	assert_foreign_file("foreign");
	assert_file("x-1", 0, 1);
	assert_file("y-1", 0, 1);
	assert_file("z", 0, 1);
}

/* When summer time ends, an hour comes twice: by the clock, and by the times of packets. */
static void an_hour_that_comes_twice_has_two_files(void **state)
{
	/* 2026-10-25 00:30 UTC, half an hour before that. */
	const uint64_t start = UINT64_C(1792888200) * S;
	struct capture_rotation_config config = {.interval = 1800 * S, .renamed = note_renamed};
	struct capture_rotation rotation;

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	renamed = 0;
	for (int live = 0; live < 2; live++) {
		config.start = live ? start : 0;
		assert_int_equal(begin(&rotation, &config, live ? "c-%H%M" : "x-%H%M"), 0);
		assert_true(
		    capture_files_names_are_good(&rotation.files, start, start + config.interval));
		/* From 2:30, 3:00 that is 2:00 again, 2:30. */
		for (uint64_t i = 0; i < 3; i++) {
			if (live)
				capture_rotation_tick(&rotation, start + i * config.interval);
			assert_int_equal(write_at(&rotation, start + i * config.interval), 0);
		}
		end(&rotation, 0, 3);
	}
	setenv("TZ", "UTC0", 1);
	tzset();
	for (size_t live = 0; live < 2; live++) {
		static const char *const times[] = {"0230", "0200", "0230-1"};

		for (size_t i = 0; i < 3; i++) {
			char file[32];
			struct stat status;

			snprintf(file, sizeof(file), "%c-%s", live ? 'c' : 'x', times[i]);
			assert_int_equal(stat(in_folder(file), &status), 0);
			assert_int_equal(status.st_size, 24 + RECORD);
		}
	}
	assert_int_equal(each_file(NULL), 6);
	assert_int_equal(renamed, 2);
}

/* The second ring of a name replaces only its own files, under any names. */
static void a_ring_of_a_time_that_comes_again_keeps_the_first(void **state)
{
	struct capture_rotation_config config = {.interval = 1000 * S, .packets = 1, .files = 2};
	struct capture_rotation rotation;

	(void)state;
	write_foreign_file("x-221");
	for (int again = 0; again < 2; again++) {
		assert_int_equal(begin(&rotation, &config, "x-%H%M"), 0);
		write_seconds(&rotation, again ? 7 : 2);
		end(&rotation, 0, again ? 7 : 2);
	}
	assert_file("x-22130", 0, 1);
	assert_file("x-22131", 1, 1);
	assert_file("x-22130-1", 6, 1);
	assert_file("x-22131-1", 5, 1);
	assert_foreign_file("x-221");
	assert_int_equal(each_file(NULL), 5);
}

/* Only if there are very many, they are no accident. */
static void names_have_an_end(void **state)
{
	struct capture_rotation_config config = {.packets = 1};
	struct capture_rotation rotation;
	char name[32];

	(void)state;
	write_foreign_file("x1");
	for (unsigned i = 1; i <= CAPTURE_AGAIN_MAX; i++) {
		snprintf(name, sizeof(name), "x1-%u", i);
		assert_int_equal(mkdir(in_folder(name), 0700), 0);
	}
	assert_int_equal(begin(&rotation, &config, "x"), 0);
	assert_int_equal(write_at(&rotation, START), 0);
	assert_int_equal(write_at(&rotation, START + S), EEXIST);
	end(&rotation, EEXIST, 2);
	assert_file("x", 0, 2);
	for (unsigned i = 1; i <= CAPTURE_AGAIN_MAX; i++) {
		snprintf(name, sizeof(name), "x1-%u", i);
		rmdir(in_folder(name));
	}
}

/* A ring replaces what has its names, and neither waits for it nor writes into it. */
static void a_ring_makes_all_its_files(void **state)
{
	struct capture_rotation_config config = {.packets = 1, .files = 6};
	struct capture_rotation rotation;
	struct stat status;
	int reader;

	(void)state;
	write_foreign_file("foreign");
	assert_int_equal(symlink("foreign", in_folder("x0")), 0);
	assert_int_equal(symlink("foreign", in_folder("x1")), 0);
	assert_int_equal(mkfifo(in_folder("x2"), 0666), 0);
	assert_int_equal(mkdir(in_folder("x3"), 0777), 0);
	write_foreign_file("x4");
	assert_int_equal(chmod(in_folder("x4"), 0666), 0);
	reader = open(in_folder("x4"), O_RDONLY);
	alarm(20); /* opening a FIFO would wait for ever */
	assert_int_equal(begin(&rotation, &config, "x"), 0);
	write_seconds(&rotation, 11);
	end(&rotation, 0, 11);
	alarm(0);
	assert_file("x0", 6, 1);
	assert_file("x1", 7, 1);
	assert_file("x2", 8, 1);
	assert_file("x3-1", 9, 1);
	assert_file("x4", 10, 1);
	assert_file("x5", 5, 1);
	assert_foreign_file("foreign");
	assert_int_equal(fstat(reader, &status), 0);
	assert_int_equal(status.st_size, 4);
	close(reader);
	assert_int_equal(rmdir(in_folder("x3")), 0);
	assert_int_equal(each_file(NULL), 7);
}

static void one_file_may_be_a_link_or_a_fifo(void **state)
{
	struct capture_rotation_config config = {0};
	struct capture_rotation rotation;
	struct stat status;
	int reader;

	(void)state;
	write_foreign_file("target");
	assert_int_equal(symlink("target", in_folder("x")), 0);
	assert_int_equal(begin(&rotation, &config, "x"), 0);
	assert_false(rotation.files.made);
	write_seconds(&rotation, 1);
	end(&rotation, 0, 1);
	assert_file("target", 0, 1);

	assert_int_equal(mkfifo(in_folder("y"), 0600), 0);
	reader = open(in_folder("y"), O_RDONLY | O_NONBLOCK);
	assert_int_equal(begin(&rotation, &config, "y"), 0);
	write_seconds(&rotation, 1);
	end(&rotation, 0, 1);
	assert_int_equal(lstat(in_folder("y"), &status), 0);
	assert_true(S_ISFIFO(status.st_mode));
	close(reader);
}

static void a_ring_spares_the_input(void **state)
{
	struct capture_rotation_config config = {.packets = 1, .files = 3};
	struct capture_rotation rotation;
	struct stat input;

	(void)state;
	write_foreign_file("x2");
	assert_int_equal(stat(in_folder("x2"), &input), 0);
	assert_int_equal(begin(&rotation, &config, "x"), 0);
	rotation.files.inputs[0] = (struct capture_input){input.st_dev, input.st_ino};
	rotation.files.input_count = 1;
	write_seconds(&rotation, 2);
	assert_int_equal(write_at(&rotation, START + 2 * S), EBUSY);
	end(&rotation, EBUSY, 3);
	assert_file("x1", 1, 2);
	assert_foreign_file("x2");
}

static void names_are_checked(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} names[] = {
	    {"x-%H%M%S", true}, {"x", false},  {"x%%", false},          {"x-%Y", false},
	    {"x-%D", false},    {"x%s", true}, {"%H%M%S.pcapng", true},
	};
	struct capture_rotation_config config = {.interval = 5 * S};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct capture_files files;
		char kept[600];

		snprintf(kept, sizeof(kept), "%s/%s", folder, names[i].name);
		assert_int_equal(capture_files_open(&files, kept, capture_rotation_naming(&config)),
				 0);
		if (capture_files_names_are_good(&files, START, START + 5 * S) != names[i].good)
			fail_msg("%s is %s", names[i].name, names[i].good ? "refused" : "accepted");
		capture_files_close(&files);
	}
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(one_file_is_called_as_given),
	    in_a_folder(files_hold_so_many_bytes),
	    in_a_folder(a_file_has_at_least_one_packet),
	    in_a_folder(a_ring_keeps_the_newest),
	    in_a_folder(digits_are_those_of_the_highest_number),
	    in_a_folder(files_hold_so_many_seconds),
	    in_a_folder(the_clock_runs_without_packets),
	    in_a_folder(with_time_alone_it_ends_after_so_many_files),
	    in_a_folder(time_and_size_together),
	    in_a_folder(a_name_that_is_taken_gets_a_number),
	    in_a_folder(the_first_of_several_follows_no_links),
	    in_a_folder(an_hour_that_comes_twice_has_two_files),
	    in_a_folder(a_ring_of_a_time_that_comes_again_keeps_the_first),
	    in_a_folder(names_have_an_end),
	    in_a_folder(a_ring_makes_all_its_files),
	    in_a_folder(one_file_may_be_a_link_or_a_fifo),
	    in_a_folder(a_ring_spares_the_input),
	    in_a_folder(names_are_checked),
	};

	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
