/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/output-file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/common/plural.h"
#include "lib/common/time.h"
#include "tool/message.h"
#include "tool/run/annotation.h"
#include "tool/version.h"

static bool is_standard_output(const struct settings *settings)
{
	return strcmp(settings->write_file, "-") == 0;
}

static void tell(const struct save *save, const char *words)
{
	const struct settings *settings = save->settings;

	if (is_standard_output(settings))
		message("standard output: %s", words);
	else
		message("%.*s%s: %s", save->rotation.files.folder_length, settings->write_file,
			capture_rotation_name(&save->rotation), words);
}

/* Where nothing was opened that would have a name of its own. */
static enum exit_status refuse(const struct settings *settings, const char *words)
{
	message("%s: %s", is_standard_output(settings) ? "standard output" : settings->write_file,
		words);
	return EXIT_USAGE;
}

static const char *const is_the_input = "is also the input, which would be lost";

/* Opening the input for writing would empty it before it is read. */
static void find_input(const struct settings *settings, struct capture_files *files)
{
	struct stat in;

	if (!settings->read_file)
		return;
	if ((strcmp(settings->read_file, "-") == 0 ? fstat(STDIN_FILENO, &in)
						   : stat(settings->read_file, &in)) != 0)
		return;
	if (!S_ISREG(in.st_mode))
		return;
	files->input_device = in.st_dev;
	files->input_inode = in.st_ino;
}

static bool standard_output_is_input(const struct capture_files *files)
{
	struct stat out;

	return files->input_inode && fstat(STDOUT_FILENO, &out) == 0 &&
	       out.st_dev == files->input_device && out.st_ino == files->input_inode;
}

static uint32_t choose_snaplen(const struct settings *settings, uint32_t known)
{
	uint32_t snaplen =
	    known > 0 && known <= CAPTURE_DEFAULT_SNAPLEN ? known : CAPTURE_DEFAULT_SNAPLEN;

	if (settings->snaplen > 0 && (uint32_t)settings->snaplen < snaplen)
		snaplen = (uint32_t)settings->snaplen;
	return snaplen;
}

static struct capture_rotation_config configure(const struct settings *settings,
						const struct packet_source *source,
						bool shown_nanosecond)
{
	const bool pcapng = settings_pcapng(settings);
	struct capture_rotation_config config = {
	    .bytes = settings->file_bytes,
	    .packets = settings->file_packets,
	    .interval = settings->file_seconds * NANOSECONDS_PER_SECOND,
	    .files = settings->file_count,
	    .start = source->live ? clock_now(CLOCK_REALTIME) : 0,
	    .writer =
		{
		    .pcapng = pcapng,
		    /* pcapng keeps times as fine as they are, however they are shown. */
		    .nanosecond =
			pcapng ? (source->nanosecond || shown_nanosecond) && !settings->microsecond
			       : shown_nanosecond,
		    .packet_buffer = settings->packet_buffered,
		    .snaplen = choose_snaplen(settings, source->snaplen),
		    .application = version_program(),
		},
	    .statistics = source->statistics,
	    .context = source->context,
	    .origin = source->origin,
	};
	return config;
}

static enum exit_status tell_failure(const struct save *save)
{
	const int error = save->rotation.error;

	if (error == EBUSY) {
		tell(save, is_the_input);
		return EXIT_USAGE;
	}
	if (error == EEXIST && !save->settings->file_seconds)
		tell(save, "File exists, and would be the second file: move it away, or have a "
			   "ring of files with -W");
	else
		tell(save, strerror(error));
	return EXIT_OUTPUT;
}

static enum exit_status check(const struct settings *settings, const struct capture_files *files,
			      const struct capture_rotation_config *config)
{
	const uint64_t now = clock_now(CLOCK_REALTIME);

	if (is_standard_output(settings) && isatty(STDOUT_FILENO)) {
		message("a capture file is not for a terminal: redirect standard output, "
			"or name a file with -w");
		return EXIT_USAGE;
	}
	if (is_standard_output(settings) && standard_output_is_input(files))
		return refuse(settings, is_the_input);
	if (!capture_files_names_are_good(files, now, now + config->interval))
		return refuse(settings, config->interval
					    ? "the name of each file must have a time that is "
					      "another for each, as in vsock-%Y%m%d-%H%M%S.pcap, "
					      "and no '/' in it"
					    : "too long a name");
	return EXIT_OK;
}

enum exit_status save_open(struct save *save, const struct settings *settings,
			   const struct packet_source *source, bool shown_nanosecond)
{
	save->settings = settings;
	save->open = false;
	save->at_end = false;
	if (!settings->write_file)
		return EXIT_OK;

	struct capture_rotation_config config = configure(settings, source, shown_nanosecond);
	struct capture_files files;
	int error =
	    capture_files_open(&files, settings->write_file, capture_rotation_naming(&config));
	if (error) {
		message("%s: %s", settings->write_file, strerror(error));
		return EXIT_OUTPUT;
	}
	find_input(settings, &files);
	enum exit_status status = check(settings, &files, &config);
	if (status != EXIT_OK) {
		capture_files_close(&files);
		return status;
	}
	if (capture_rotation_open(&save->rotation, &config, &files) == 0) {
		save->open = true;
		return EXIT_OK;
	}
	status = tell_failure(save);
	capture_rotation_release(&save->rotation);
	return status;
}

void save_needs(const struct save *save, struct confinement *confinement)
{
	const struct capture_files *files = &save->rotation.files;
	const struct capture_rotation_config *config = &save->rotation.config;

	if (!save->open)
		return;
	confine_allow(confinement, capture_writer_system_calls);
	if (files->directory < 0 || !(config->bytes || config->packets || config->interval))
		return;
	confine_allow(confinement, capture_files_system_calls);
	/* The first file comes around again in a ring, and must be the new user's then. */
	confinement->folders.list[confinement->folders.count++] = (struct output_folder){
	    .fd = files->directory,
	    .path = files->folder,
	    .file = save->rotation.writer ? capture_writer_fd(save->rotation.writer) : -1,
	};
}

bool save_is_over(struct save *save, uint64_t ts)
{
	return save->open && capture_rotation_is_over(&save->rotation, ts);
}

void save_finding(struct save *save, const struct vsock_finding *finding, bool elsewhere)
{
	if (save->open && save->settings->annotate)
		annotation_add(&save->comments, save->settings, finding, elsewhere);
}

void save_packet(struct save *save, const struct capture_record *record)
{
	if (!save->open)
		return;
	capture_comments_end(&save->comments);
	capture_rotation_write(&save->rotation, record, &save->comments);
	capture_comments_clear(&save->comments);
}

void save_tick(struct save *save, uint64_t now)
{
	if (save->open)
		capture_rotation_tick(&save->rotation, now);
}

void save_flush(struct save *save)
{
	if (save->open)
		capture_rotation_flush(&save->rotation);
}

void save_finish(struct save *save)
{
	if (!save->open || save->at_end)
		return;
	save->at_end = true;
	capture_comments_end(&save->comments);
	capture_rotation_finish(&save->rotation, &save->comments);
}

uint64_t save_lost(const struct save *save, uint64_t packets)
{
	return save->settings->write_file ? packets - capture_rotation_records(&save->rotation) : 0;
}

enum exit_status save_close(struct save *save)
{
	struct capture_rotation *rotation = &save->rotation;

	if (!save->open)
		return EXIT_OK;
	save_finish(save);
	save->open = false;
	capture_rotation_release(rotation);
	if (!rotation->error)
		return EXIT_OK;

	uint64_t records = capture_rotation_records(rotation);
	char words[256];
	snprintf(words, sizeof(words), "%s: %" PRIu64 " packet%s written before %s readable",
		 rotation->error == EBUSY ? is_the_input : strerror(rotation->error), records,
		 plural(records), records == 1 ? "is" : "are");
	tell(save, words);
	return EXIT_OUTPUT;
}
