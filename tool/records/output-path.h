/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The path of an output file, as its folder and its name. The folder is opened at the start, and
 * files are made relative to it later, when the sandbox allows no other place.
 */
#ifndef VSOCKDUMP_RECORDS_OUTPUT_PATH_H
#define VSOCKDUMP_RECORDS_OUTPUT_PATH_H

/* The folder's path, which the caller frees; NULL without memory. */
char *output_path_folder(const char *path);

/* The name, within `path`; "" if it ends with '/'. */
const char *output_path_name(const char *path);

#endif
