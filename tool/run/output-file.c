/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/common/plural.h"
#include "lib/common/process-comment.h"
#include "lib/common/time.h"
#include "lib/common/vm-comment.h"
#include "tool/message.h"
#include "tool/print/process-name.h"
#include "tool/run/annotation.h"
#include "tool/signals.h"
#include "tool/version.h"

static bool is_standard_output(const struct settings *settings)
{
	return strcmp(settings->file.name, "-") == 0;
}

static void report(const struct output_file *file, const char *words)
{
	const struct settings *settings = file->settings;

	if (is_standard_output(settings))
		print_error("standard output: %s", words);
	else
		print_error("%.*s%s: %s", file->rotation.files.folder_length, settings->file.name,
			    capture_rotation_name(&file->rotation), words);
}

/* For an error before a file with its own name was opened. */
static enum exit_status refuse(const struct settings *settings, const char *words)
{
	print_error("%s: %s",
		    is_standard_output(settings) ? "standard output" : settings->file.name, words);
	return EXIT_USAGE;
}

static const char *const is_the_input = "is also the input: writing would destroy it";

static const char *error_words(int error)
{
	switch (error) {
	case EBUSY:
		return is_the_input;
	case ECANCELED:
		return SIGNALS_NO_PATIENCE;
	default:
		return strerror(error);
	}
}

/* To open an input for writing would empty it before it is read. */
static void find_inputs(const struct settings *settings, struct capture_files *files)
{
	const struct source_settings *source = &settings->source;
	struct stat in;

	for (size_t i = 0; i < source->file_count; i++) {
		const char *path = source->files[i];

		if ((strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(path, &in)) == 0 &&
		    S_ISREG(in.st_mode))
			files->inputs[files->input_count++] =
			    (struct capture_input){in.st_dev, in.st_ino};
	}
}

static bool standard_output_is_input(const struct capture_files *files)
{
	struct stat out;

	return fstat(STDOUT_FILENO, &out) == 0 && capture_files_is_input(files, &out);
}

static uint32_t choose_snaplen(const struct settings *settings, uint32_t known)
{
	uint32_t snaplen =
	    known > 0 && known <= CAPTURE_DEFAULT_SNAPLEN ? known : CAPTURE_DEFAULT_SNAPLEN;

	if (settings->source.snaplen > 0 && settings->source.snaplen < snaplen)
		snaplen = settings->source.snaplen;
	return snaplen;
}

static void report_renamed(const struct capture_files *files, const char *taken)
{
	notice("%.*s%s exists and is kept: the packets go to %s instead. Other names that exist "
	       "get a number, too.",
	       files->folder_length, files->path, taken, files->name);
}

static struct capture_rotation_config configure(const struct settings *settings,
						const struct packet_source *source,
						bool shown_nanosecond)
{
	const bool pcapng = file_is_pcapng(&settings->file);
	struct capture_rotation_config config = {
	    .bytes = settings->file.bytes,
	    .packets = settings->file.packets,
	    .interval = settings->file.seconds * NANOSECONDS_PER_SECOND,
	    .files = settings->file.count,
	    .start = source->live ? clock_now(CLOCK_REALTIME) : 0,
	    .writer =
		{
		    .pcapng = pcapng,
		    /*
		     * pcapng keeps the full precision of times, even if they are shown with less.
		     */
		    .nanosecond = pcapng ? (source->nanosecond || shown_nanosecond) &&
					       settings->print.precision != PRECISION_MICRO
					 : shown_nanosecond,
		    .packet_buffer = settings->file.packet_buffered,
		    .snaplen = choose_snaplen(settings, source->snaplen),
		    .application = version_program(),
		    .patience = &signals_patience,
		},
	    .statistics = source->statistics,
	    .context = source->context,
	    .origin = source->origin,
	    .renamed = report_renamed,
	};

	return config;
}

static enum exit_status report_failure(const struct output_file *file)
{
	const int error = file->rotation.error;

	if (error == EBUSY) {
		report(file, is_the_input);
		return EXIT_USAGE;
	}
	report(file, error_words(error));
	return EXIT_OUTPUT;
}

static enum exit_status check_files(const struct settings *settings,
				    const struct capture_files *files,
				    const struct capture_rotation_config *config)
{
	const uint64_t now = clock_now(CLOCK_REALTIME);

	if (is_standard_output(settings) && isatty(STDOUT_FILENO)) {
		print_error("a capture file is not for a terminal: redirect standard output, "
			    "or name a file with -w");
		return EXIT_USAGE;
	}
	if (is_standard_output(settings) && standard_output_is_input(files))
		return refuse(settings, is_the_input);
	if (!capture_files_names_are_good(files, now, now + config->interval))
		return refuse(settings, config->interval
					    ? "-G needs a time in the file's name that differs "
					      "for every file, such as "
					      "vsock-%Y%m%d-%H%M%S.pcap, without a '/' in it"
					    : "the name is too long");
	return EXIT_OK;
}

/* Returns 0 if the file, or another in its folder, may be written; otherwise errno. */
static int try_access(const struct capture_files *files)
{
	const char *name = files->path + files->folder_length;
	bool single = !files->naming.timed && !files->naming.counted && !files->naming.ring;

	if (files->directory < 0)
		return 0;
	if (single && *name && faccessat(files->directory, name, F_OK, 0) == 0)
		return faccessat(files->directory, name, W_OK, AT_EACCESS) == 0 ? 0 : errno;
	return faccessat(files->directory, ".", W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

enum exit_status output_file_check(const struct settings *settings)
{
	const struct packet_source source = {.live = true};
	struct capture_rotation_config config;
	struct capture_files files;
	enum exit_status status;
	int error;

	if (!settings->file.name)
		return EXIT_OK;
	config = configure(settings, &source, false);
	error = capture_files_open(&files, settings->file.name, capture_rotation_naming(&config));
	if (error) {
		print_error("%s: %s", settings->file.name, strerror(error));
		return EXIT_OUTPUT;
	}
	status = check_files(settings, &files, &config);
	error = status == EXIT_OK ? try_access(&files) : 0;
	capture_files_close(&files);
	if (!error)
		return status;
	print_error("%s: %s", settings->file.name, strerror(error));
	return EXIT_OUTPUT;
}

enum exit_status output_file_open(struct output_file *file, const struct settings *settings,
				  const struct packet_source *source, bool shown_nanosecond)
{
	struct capture_rotation_config config;
	struct capture_files files;
	int error;
	enum exit_status status;

	file->settings = settings;
	file->open = false;
	file->at_end = false;
	if (!settings->file.name)
		return EXIT_OK;

	config = configure(settings, source, shown_nanosecond);
	error = capture_files_open(&files, settings->file.name, capture_rotation_naming(&config));
	if (error) {
		print_error("%s: %s", settings->file.name, strerror(error));
		return EXIT_OUTPUT;
	}
	find_inputs(settings, &files);
	status = check_files(settings, &files, &config);
	if (status != EXIT_OK) {
		capture_files_close(&files);
		return status;
	}
	if (capture_rotation_open(&file->rotation, &config, &files) == 0) {
		file->open = true;
		return EXIT_OK;
	}
	status = report_failure(file);
	capture_rotation_release(&file->rotation);
	return status;
}

void output_file_needs(const struct output_file *file, struct confinement *confinement)
{
	const struct capture_files *files = &file->rotation.files;
	const struct capture_rotation_config *config = &file->rotation.config;

	if (!file->open)
		return;
	confine_allow(confinement, capture_writer_system_calls);
	if (files->directory < 0 || !(config->bytes || config->packets || config->interval))
		return;
	confine_allow(confinement, capture_files_system_calls);
	/*
	 * In a folder where only a file's owner may remove it, the new user must own the first file
	 * of a ring. A file that existed keeps its owner.
	 */
	confinement->folders.list[confinement->folders.count++] = (struct output_folder){
	    .fd = files->directory,
	    .path = files->folder,
	    .file = file->rotation.writer && files->made ? capture_writer_fd(file->rotation.writer)
							 : -1,
	};
}

bool output_file_is_over(struct output_file *file, uint64_t ts)
{
	return file->open && capture_rotation_is_over(&file->rotation, ts);
}

void output_file_finding(struct output_file *file, const struct vsock_finding *finding,
			 bool elsewhere)
{
	if (file->open && file->settings->file.annotate)
		annotation_add(&file->comments, &file->settings->print, finding, elsewhere);
}

/* A pcap file has no comments. */
static bool keeps_processes(const struct output_file *file)
{
	return file->open && file->settings->print.processes &&
	       file_is_pcapng(&file->settings->file);
}

void output_file_process(struct output_file *file, const struct process_entry *entry)
{
	struct process_table *table = file->settings->print.processes;
	char text[PROCESS_COMMENT_MAX];

	if (!entry || !keeps_processes(file) ||
	    process_table_mark(table, entry, file->rotation.begun + 1))
		return;
	capture_comments_add(&file->comments, text, process_comment_write(text, entry));
}

static void add_processes(struct output_file *file, const struct seen *seen)
{
	output_file_process(file, process_of_packet(&file->settings->print, seen, true));
	output_file_process(file, process_of_packet(&file->settings->print, seen, false));
}

/*
 * Processes that became known after the last packet of their flow. With a filter, nobody knows
 * whether their flows are in the file.
 */
static void add_late_processes(struct output_file *file)
{
	const struct process_table *table = file->settings->print.processes;
	const uint32_t mark = file->rotation.begun + 1;
	const struct process_entry *entry = NULL;

	if (!keeps_processes(file) || file->settings->print.filtered)
		return;
	while ((entry = process_table_unmarked(table, entry, mark)) && !file->comments.left_out)
		output_file_process(file, entry);
}

/* The first packet of each file has them, as many as fit. */
static void add_machines(struct output_file *file)
{
	const struct vsock_cid_names *names = file->settings->print.names;
	char text[VM_COMMENT_MAX];
	uint32_t index = 0;
	const char *name;
	uint32_t cid;

	while (vsock_cid_names_next_found(names, &index, &cid, &name))
		capture_comments_add(&file->comments, text, vm_comment_write(text, cid, name));
}

void output_file_packet(struct output_file *file, const struct capture_record *record,
			const struct seen *seen)
{
	if (!file->open)
		return;
	if (file->machines_in != file->rotation.begun + 1) {
		file->machines_in = file->rotation.begun + 1;
		if (file_is_pcapng(&file->settings->file))
			add_machines(file);
	}
	if (seen && keeps_processes(file))
		add_processes(file, seen);
	capture_comments_end(&file->comments);
	capture_rotation_write(&file->rotation, record, &file->comments);
	capture_comments_clear(&file->comments);
}

void output_file_tick(struct output_file *file, uint64_t now)
{
	if (file->open)
		capture_rotation_tick(&file->rotation, now);
}

void output_file_flush(struct output_file *file)
{
	if (file->open)
		capture_rotation_flush(&file->rotation);
}

void output_file_finish(struct output_file *file)
{
	if (!file->open || file->at_end)
		return;
	file->at_end = true;
	add_late_processes(file);
	capture_comments_end(&file->comments);
	capture_rotation_finish(&file->rotation, &file->comments);
}

uint64_t output_file_lost(const struct output_file *file, uint64_t packets)
{
	return file->settings->file.name ? packets - capture_rotation_records(&file->rotation) : 0;
}

enum exit_status output_file_close(struct output_file *file)
{
	struct capture_rotation *rotation = &file->rotation;
	uint64_t records;
	char words[256];

	if (!file->open)
		return EXIT_OK;
	output_file_finish(file);
	file->open = false;
	capture_rotation_release(rotation);
	if (!rotation->error)
		return EXIT_OK;

	records = capture_rotation_records(rotation);
	snprintf(words, sizeof(words), "%s: %" PRIu64 " packet%s written before %s readable",
		 error_words(rotation->error), records, plural(records),
		 records == 1 ? "is" : "are");
	report(file, words);
	return EXIT_OUTPUT;
}
