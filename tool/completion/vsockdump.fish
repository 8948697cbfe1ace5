# SPDX-License-Identifier: GPL-2.0-or-later
# Completes the command line of vsockdump in fish.

# Prints the vsockmon interfaces. The kernel has a number for this type.
function __vsockdump_interfaces
    for type in /sys/class/net/*/type
        if test (cat $type) = 826
            basename (dirname $type)
        end
    end
end

# Prints folders, and files with a name as a capture has it. A ring adds numbers to the name.
function __vsockdump_captures
    __fish_complete_path (commandline -ct) |
        string match -r '^[^\t]*(?:/|\.pcap(?:ng)?[0-9-]*(?:\.(?:gz|xz|zst))?)(?:\t.*)?$'
end

# A filter is no file.
complete -c vsockdump -f
# OPTIONS
