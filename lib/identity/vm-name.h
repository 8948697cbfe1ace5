/* SPDX-License-Identifier: BSD-3-Clause */
/* Names for virtual machines that are safe to print: letters, digits, dots, hyphens, underscores.
 */
#ifndef VSOCK_LIB_IDENTITY_VM_NAME_H
#define VSOCK_LIB_IDENTITY_VM_NAME_H

#include <stdbool.h>

/* With the null byte. A longer name is cut. */
#define VM_NAME_MAX 41

/*
 * Makes a name of a stranger's text: each other character becomes an underscore. A text that could
 * be a number or an option gets "vm-" in front. An empty text stays empty.
 */
void vm_name_clean(char name[static VM_NAME_MAX], const char *text);

/*
 * The name of a sandbox of Kata: "kata-" and the first eight digits of its id. `text` is "sandbox-"
 * and the id, or a path below Kata's folders. False if it is neither.
 */
bool vm_name_of_kata(char name[static VM_NAME_MAX], const char *text);

#endif
